"""Two people act at once: real threads, each with a connection of its own.

Each race is run a second time with its guard taken out, and must then be lost:
a race test that cannot fail shows nothing.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from members.models import Role
from reporting import actions
from reporting.models import ProgressReport, ReportEvent, Submission
from reporting.models.reports import ProgressReportQuerySet
from tests.factories import MembershipFactory, ProgressReportFactory
from tests.reporting.test_actions import COMMENT, CONTENT, new_report

PEOPLE = 8
ROUNDS = 5

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs):
    """Runs the verbs at the same time; returns "won" or "lost" for each."""
    barrier = Barrier(len(verbs))

    def run(verb):
        try:
            barrier.wait()
            verb()
        except actions.Conflict:
            return "lost"
        else:
            return "won"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


@pytest.fixture
def without_comparison(monkeypatch):
    """Takes out what every write of a report goes through."""

    def unguarded(self, *, pk, version, statuses):
        return self.filter(pk=pk)

    monkeypatch.setattr(ProgressReportQuerySet, "unchanged", unguarded)


def submit_at_once(reports, by):
    """The number of people whose submission was accepted, report by report."""
    winners = []
    for report in reports:
        copies = [ProgressReport.objects.get(pk=report.pk) for _ in range(PEOPLE)]
        outcomes = at_once(
            *(
                lambda copy=copy: actions.submit_report(report=copy, version=1, by=by)
                for copy in copies
            )
        )
        winners.append(outcomes.count("won"))
    return winners


@pytest.fixture
def drafts(open_round, france):
    return ProgressReportFactory.create_batch(ROUNDS, round=open_round, country=france)


def test_of_several_submits_at_once_one_wins(drafts, focal_point):
    assert submit_at_once(drafts, focal_point) == [1] * ROUNDS
    assert Submission.objects.count() == ROUNDS
    assert ReportEvent.objects.count() == ROUNDS


def test_without_the_comparison_several_submits_win(drafts, focal_point, without_comparison):
    assert sum(submit_at_once(drafts, focal_point)) > ROUNDS


def test_of_approve_and_return_at_once_one_wins(submitted, secretariat):
    outcomes = at_once(
        lambda: actions.approve_report(report=submitted, version=2, by=secretariat),
        lambda: actions.return_report(
            report=ProgressReport.objects.get(), version=2, by=secretariat, comment=COMMENT
        ),
    )
    assert sorted(outcomes) == ["lost", "won"]
    assert submitted.events.last().to_status == ProgressReport.objects.get().status


def test_of_several_who_begin_a_report_at_once_one_does(open_round, objective, france, reporter):
    outcomes = at_once(
        *(
            lambda: actions.save_draft(
                report=new_report(open_round, objective, france),
                version=0,
                content=CONTENT,
                by=reporter,
            )
            for _ in range(PEOPLE)
        )
    )
    assert outcomes.count("won") == 1
    assert ProgressReport.objects.count() == 1


def save_at_once(draft, by):
    texts = [f"Text of person {number}" for number in range(PEOPLE)]
    return at_once(
        *(
            lambda text=text: actions.save_draft(
                report=ProgressReport.objects.get(),
                version=1,
                content=CONTENT | {"achievements": text},
                by=by,
            )
            for text in texts
        )
    )


def test_of_several_who_save_a_draft_at_once_one_does(draft, reporter):
    assert save_at_once(draft, reporter).count("won") == 1
    assert ProgressReport.objects.get().version == 2


def test_without_the_comparison_saves_overwrite_each_other(draft, reporter, without_comparison):
    assert save_at_once(draft, reporter).count("won") > 1


def approve_in_both_orders(reports, by, colleague):
    def approve(order, person):
        fresh = [ProgressReport.objects.get(pk=report.pk) for report in order]
        pairs = [(report, report.version) for report in fresh]
        return lambda: actions.approve_reports(reports=pairs, by=person)

    return at_once(approve(reports, by), approve(list(reversed(reports)), colleague))


def test_of_two_bulk_approvals_in_opposite_orders_one_wins_whole(open_round, secretariat):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    for _ in range(ROUNDS):
        reports = ProgressReportFactory.create_batch(20, round=open_round, submitted=True)
        outcomes = approve_in_both_orders(reports, secretariat, colleague)
        approvers = ReportEvent.objects.filter(report__in=reports).values_list("by", flat=True)
        assert sorted(outcomes) == ["lost", "won"]
        assert (len(approvers), len(set(approvers))) == (20, 1)


def test_of_two_who_claim_at_once_one_does(submitted, secretariat):
    colleague = MembershipFactory(role=Role.REVIEWER).user
    # Both have seen it free: who sees the other's claim may take it over.
    theirs = ProgressReport.objects.get()
    outcomes = at_once(
        lambda: actions.claim_report(report=submitted, by=secretariat),
        lambda: actions.claim_report(report=theirs, by=colleague),
    )
    assert outcomes.count("won") == 1
