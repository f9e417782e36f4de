"""Several people act at once: real threads, each with a connection of its own.

Each race is run a second time with its guard taken out, and must then be lost:
a race test that cannot fail shows nothing.

RACE_ROUNDS=200 runs the loads that were promised, a smaller number less of each; `-s` shows
what they took.
"""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import NamedTuple

import pytest
from django.db import IntegrityError, connection, connections
from django.test import Client

from members.models import Role
from reporting import actions
from reporting.actions import drafts, workflow
from reporting.models import Mail, ProgressReport, ReportEvent, Submission
from reporting.models.report_querysets import ProgressReportQuerySet
from tests.factories import (
    GoalFactory,
    MembershipFactory,
    ObjectiveFactory,
    ProgressReportFactory,
)
from tests.reporting.test_actions import COMMENT, CONTENT, new_report
from tests.reporting.test_forms import FILLED

FULL = 200
RACE_ROUNDS = int(os.environ.get("RACE_ROUNDS", "0"))
# How many times a race is run until it is lost: chance has a hand in it.
ATTEMPTS = 20

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'")


def load(small, full):
    """What a race takes by default, or its share of what was promised."""
    return max(1, full * RACE_ROUNDS // FULL) if RACE_ROUNDS else small


def people(small, full):
    return full if RACE_ROUNDS else small


class Outcome(NamedTuple):
    result: str
    seconds: float


def at_once(*verbs):
    """Runs the verbs at the same time: "won", "lost" or the name of what went wrong, of each."""
    barrier = Barrier(len(verbs))

    def run(verb):
        connection.ensure_connection()
        barrier.wait()
        began = time.perf_counter()
        try:
            result = verb() or "won"
        except actions.Conflict:
            result = "lost"
        except Exception as error:
            result = f"{type(error).__name__}: {error}".splitlines()[0]
        finally:
            connections.close_all()
        return Outcome(result, time.perf_counter() - began)

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def results(outcomes):
    return sorted(outcome.result for outcome in outcomes)


def one_wins(number):
    return ["lost"] * (number - 1) + ["won"]


def at_95_percent(outcomes):
    seconds = sorted(outcome.seconds for outcome in outcomes)
    return seconds[int(len(seconds) * 0.95)]


def tell(name, outcomes):
    """What a race took, for whoever runs it with -s."""
    counts = ", ".join(f"{number} {what}" for what, number in Counter(results(outcomes)).items())
    spent = sum(outcome.seconds for outcome in outcomes)
    p95 = at_95_percent(outcomes) * 1000
    print(f"\n{name}: {counts}; {spent:.1f} s in all, p95 {p95:.0f} ms")


@pytest.fixture
def without_comparison(monkeypatch):
    """Takes out what every write of a report goes through."""

    def unguarded(self, *, pk, version, statuses):
        return ProgressReport.objects.filter(pk=pk)

    monkeypatch.setattr(ProgressReportQuerySet, "unchanged", unguarded)


@pytest.fixture
def colleague(db):
    return MembershipFactory(role=Role.REVIEWER).user


def told(person):
    return Mail.objects.filter(recipient=person).count()


# The same report is submitted at once.


def submit_at_once(report, number, by):
    copies = [ProgressReport.objects.get(pk=report.pk) for _ in range(number)]
    return at_once(
        *(
            lambda copy=copy: actions.submit_report(report=copy, version=1, by=by) and None
            for copy in copies
        )
    )


def test_of_several_submits_at_once_one_wins(open_round, france, focal_point):
    number, rounds = people(8, 50), load(5, 20)
    drafts = ProgressReportFactory.create_batch(rounds, round=open_round, country=france)
    everyone = []
    for report in drafts:
        outcomes = submit_at_once(report, number, focal_point)
        assert results(outcomes) == one_wins(number)
        everyone += outcomes
    assert [Submission.objects.count(), ReportEvent.objects.count()] == [rounds] * 2
    assert told(focal_point) == rounds
    tell("Submit", everyone)
    if RACE_ROUNDS and connection.vendor == "postgresql":
        assert at_95_percent(everyone) < 1


def test_without_the_comparison_several_submits_win(
    open_round, france, focal_point, without_comparison
):
    for _ in range(ATTEMPTS):
        report = ProgressReportFactory(round=open_round, country=france)
        if results(submit_at_once(report, 8, focal_point)) != one_wins(8):
            return
    pytest.fail("Nobody lost the race.")


# Two editors have the same draft open.


def save_at_once(report, clients, marks):
    """Everyone has read the same version and posts a text of his own."""
    address = f"/reporting/{report.round.slug}/{report.objective.code}/"

    def save(client, mark):
        page = client.post(address, FILLED | {"version": report.version, "achievements": mark})
        if page.status_code == 302:
            return "won"
        shown = page.content.decode()
        stored = ProgressReport.objects.get(pk=report.pk).achievements
        holds_both = page.status_code == 409 and mark in shown and stored in shown
        return "lost" if holds_both else f"status {page.status_code}"

    return at_once(*(lambda each=each: save(*each) for each in zip(clients, marks, strict=True)))


def editors(country, number):
    users = [MembershipFactory(role=Role.REPORTER, country=country).user for _ in range(number)]
    clients = [Client(raise_request_exception=False) for _ in users]
    for client, user in zip(clients, users, strict=True):
        client.force_login(user)
    return clients


def test_of_several_who_save_a_draft_at_once_one_does(draft, france):
    number, rounds = people(3, 8), load(2, 50)
    clients, everyone = editors(france, number), []
    for turn in range(rounds):
        marks = [f"Text of person {person} in turn {turn}." for person in range(number)]
        outcomes = save_at_once(draft, clients, marks)
        assert results(outcomes) == one_wins(number)
        draft.refresh_from_db()
        [winner] = [
            mark for mark, each in zip(marks, outcomes, strict=True) if each.result == "won"
        ]
        assert (draft.version, draft.achievements) == (turn + 2, winner)
        everyone += outcomes
    tell("Save", everyone)


def test_without_the_comparison_saves_overwrite_each_other(draft, reporter, without_comparison):
    def save(text):
        content = CONTENT | {"achievements": text}
        actions.save_draft(report=fresh(draft), version=1, content=content, by=reporter)

    outcomes = at_once(*(lambda n=n: save(f"Text of person {n}") for n in range(8)))
    assert results(outcomes).count("won") > 1


def fresh(report):
    return ProgressReport.objects.get(pk=report.pk)


# A report is approved and returned at once.


def decide_both_ways(report, person, colleague):
    mine, theirs = fresh(report), fresh(report)
    return at_once(
        lambda: actions.approve_report(report=mine, version=2, by=person) and None,
        lambda: (
            actions.return_report(report=theirs, version=2, by=colleague, comment=COMMENT) and None
        ),
    )


def test_of_approve_and_return_at_once_one_wins(
    open_round, france, focal_point, secretariat, colleague
):
    rounds, everyone = load(5, 200), []
    reports = ProgressReportFactory.create_batch(
        rounds, round=open_round, country=france, submitted=True
    )
    for report in reports:
        outcomes = decide_both_ways(report, secretariat, colleague)
        assert results(outcomes) == one_wins(2)
        assert report.events.get().to_status == fresh(report).status
        everyone += outcomes
    assert told(focal_point) == rounds
    tell("Approve and return", everyone)


def test_without_the_comparison_both_decisions_win(
    submitted, secretariat, colleague, without_comparison
):
    assert results(decide_both_ways(submitted, secretariat, colleague)) != one_wins(2)


# The country withdraws what a reviewer claims at once.


def withdraw_and_claim(report, officer, reviewer):
    mine, theirs = fresh(report), fresh(report)
    return at_once(
        lambda: actions.withdraw_report(report=mine, version=2, by=officer) and None,
        lambda: actions.claim_report(report=theirs, by=reviewer),
    )


def handed_in(number, **fields):
    reports = ProgressReportFactory.create_batch(number, **fields)
    for report in reports:
        actions.submit_report(report=report, version=1, by=report.changed_by)
    return reports


def test_of_withdraw_and_claim_at_once_one_wins(open_round, france, focal_point, secretariat):
    everyone = []
    for report in handed_in(load(5, 200), round=open_round, country=france, changed_by=focal_point):
        outcomes = withdraw_and_claim(report, focal_point, secretariat)
        assert results(outcomes) == one_wins(2)
        report.refresh_from_db()
        is_withdrawn = outcomes[0].result == "won"
        assert (report.status, report.claimed_by) == (
            ("draft", None) if is_withdrawn else ("submitted", secretariat)
        )
        assert report.events.count() == 1 + is_withdrawn
        everyone += outcomes
    tell("Withdraw and claim", everyone)


def test_without_the_comparison_a_claimed_report_is_withdrawn(
    open_round, france, focal_point, secretariat, without_comparison
):
    """A constraint still refuses it then, but that is an error and no answer.

    The claim comes first here: at once, SQLite may let the withdrawal begin first every time.
    """
    [report] = handed_in(1, round=open_round, country=france, changed_by=focal_point)
    seen_free = fresh(report)
    actions.claim_report(report=fresh(report), by=secretariat)
    with pytest.raises(IntegrityError):
        actions.withdraw_report(report=seen_free, version=2, by=focal_point)


# Two reviewers approve the same reports in opposite orders.


def approve_in_both_orders(reports, by, colleague):
    def approve(order, person):
        pairs = [(copy, copy.version) for copy in map(fresh, order)]
        return lambda: actions.approve_reports(reports=pairs, by=person)

    return at_once(approve(reports, by), approve(reports[::-1], colleague))


def test_of_two_bulk_approvals_in_opposite_orders_one_wins_whole(
    open_round, france, secretariat, colleague
):
    number, rounds, everyone = people(10, 50), load(2, 100), []
    for _ in range(rounds):
        goal = GoalFactory(framework=open_round.framework)
        reports = [
            ProgressReportFactory(
                round=open_round, objective=objective, country=france, submitted=True
            )
            for objective in ObjectiveFactory.create_batch(number, goal=goal)
        ]
        outcomes = approve_in_both_orders(reports, secretariat, colleague)
        approvers = ReportEvent.objects.filter(report__in=reports).values_list("by", flat=True)
        assert results(outcomes) == one_wins(2)
        assert (len(approvers), len(set(approvers))) == (number, 1)
        everyone += outcomes
    tell("Two bulk approvals", everyone)


@on_postgresql
def test_without_the_order_two_bulk_approvals_block_each_other(
    open_round, secretariat, colleague, monkeypatch
):
    """On SQLite the first to write holds off all others, whatever the order."""
    monkeypatch.setattr(workflow, "sorted", lambda found, key=None: list(found), raising=False)
    for _ in range(ATTEMPTS):
        reports = ProgressReportFactory.create_batch(20, round=open_round, submitted=True)
        found = results(approve_in_both_orders(reports, secretariat, colleague))
        if "OperationalError: deadlock detected" in found:
            return
    pytest.fail("Nobody lost the race.")


# Several begin the same report.


def begin_at_once(number, open_round, objective, country, by):
    return at_once(
        *(
            lambda: (
                actions.save_draft(
                    report=new_report(open_round, objective, country),
                    version=0,
                    content=CONTENT,
                    by=by,
                )
                and None
            )
            for _ in range(number)
        )
    )


def test_of_several_who_begin_a_report_at_once_one_does(open_round, france, reporter):
    number, rounds, everyone = people(8, 20), load(2, 20), []
    for objective in ObjectiveFactory.create_batch(rounds, goal__framework=open_round.framework):
        outcomes = begin_at_once(number, open_round, objective, france, reporter)
        assert results(outcomes) == one_wins(number)
        everyone += outcomes
    assert [ProgressReport.objects.count(), ReportEvent.objects.count()] == [rounds] * 2
    tell("Begin", everyone)


@on_postgresql
def test_without_the_constraint_several_begin_the_same_report(
    open_round, objective, france, reporter, monkeypatch
):
    # What an event tells of cannot be deleted again.
    monkeypatch.setattr(drafts, "record", lambda *args, **kwargs: None)
    [once] = [each for each in ProgressReport._meta.constraints if each.name.endswith("_once")]
    with connection.schema_editor() as editor:
        editor.remove_constraint(ProgressReport, once)
    try:
        outcomes = begin_at_once(8, open_round, objective, france, reporter)
        assert results(outcomes).count("won") > 1
    finally:
        ProgressReport.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(ProgressReport, once)


def test_of_two_who_claim_at_once_one_does(submitted, secretariat, colleague):
    # Both have seen it free: who sees the other's claim may take it over.
    mine, theirs = fresh(submitted), fresh(submitted)
    outcomes = at_once(
        lambda: actions.claim_report(report=mine, by=secretariat),
        lambda: actions.claim_report(report=theirs, by=colleague),
    )
    assert results(outcomes) == one_wins(2)
