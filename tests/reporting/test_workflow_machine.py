"""Anything that anybody may do with a report, in any order: what must hold then always holds.

HYPOTHESIS_EXAMPLES=2000 tries more histories.
"""

import os

import pytest
from django.db import connection, transaction
from django.db.models import Max
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from members.models import Role, User
from reporting import actions
from reporting.models import Mail, ProgressReport, RatingTally, ReportEvent, Submission
from reporting.models.history import sha256_of
from reporting.verification import misfits
from tests.factories import (
    MembershipFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.reporting.test_actions import COMMENT, CONTENT

# What it tries is the workflow, not the database: the second one gets a sample.
DEFAULT = "50" if connection.vendor == "postgresql" else "200"
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", DEFAULT))
OFFICE = ["secretariat", "colleague"]
# What is allowed from which state; all else is a conflict.
LEADS_TO = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "return"): "returned",
    ("approved", "reopen"): "returned",
}
STALE = st.integers(0, 7).map(lambda number: number == 7)
TEXTS = st.sampled_from(["", "Two courses.", "Three courses.", "مرحبا", "x" * 200])
REFUSALS = (actions.Conflict, actions.Incomplete, actions.ClosedField)


class Workflow(RuleBasedStateMachine):
    """One report of one country, its officers, two reviewers, and what is known of them."""

    world: dict

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.status, self.version, self.claimed_by = None, 0, None
        self.submissions, self.open_fields = 0, None
        self.frozen, self.changed, self.known, self.stored = {}, False, None, None

    def teardown(self):
        try:
            assert list(misfits(self.events())) == []
            assert self.mails_due() <= set(Mail.objects.values_list("key", flat=True))
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def events(self):
        events = ReportEvent.objects.order_by("report", "number")
        return events.select_related("report", "submission")

    def mails_due(self):
        """The keys of what both officers are told; a key is there once or not at all."""
        told = self.events().filter(kind__in=["submitted", "returned", "approved", "reopened"])
        officers = [self.world["reporter"], self.world["focal_point"]]
        return {f"event-{event.pk}-user-{each.pk}" for event in told for each in officers}

    def report(self):
        """As a person has it before him who opened the page just now."""
        return self.stored or ProgressReport(
            version=0,
            country=self.world["country"],
            round=self.world["round"],
            objective=self.world["objective"],
        )

    def look(self):
        """Reads the stored report; returns all that an action could have left behind."""
        reports = ProgressReport.objects.filter(round=self.world["round"])
        reports = reports.select_related("round", "country", "objective__goal")
        self.stored = reports.annotate(steps=Max("events__number")).first()
        names = ["status", "version", "achievements", "claimed_by_id", "steps"]
        return self.stored and [getattr(self.stored, name) for name in names]

    def attempt(self, allowed, verb, **arguments):
        """Does it, and it works if and only if it is allowed."""
        try:
            with transaction.atomic():
                verb(**arguments)
        except REFUSALS:
            assert not allowed
            assert self.look() == self.known
            return False
        assert allowed
        self.known, self.changed = self.look(), True
        return True

    @initialize(steps=st.integers(0, 3), who=st.sampled_from(OFFICE), some=st.booleans())
    def begins(self, steps, who, some):
        """Somewhere on the way, so that few steps lead far."""
        if steps > 0:
            self.save(text="Two courses.", rating="on_track", kind="staff", stale=False)
        if steps > 1:
            self.submit(stale=False)
        if steps > 2:
            self.give_back(who=who, stale=False, some=some)

    @rule(
        text=TEXTS,
        rating=st.sampled_from(["on_track", "completed", "at_risk"]),
        kind=st.sampled_from(["", "staff", "law"]),
        stale=STALE,
    )
    def save(self, text, rating, kind, stale):
        report = self.report()
        content = CONTENT | {"achievements": text, "rating": rating, "main_challenge": kind}
        changed = [name for name in content if content[name] != getattr(report, name)]
        fits = self.status in (None, "draft", "returned") and not stale
        is_open = self.open_fields is None or set(changed) <= set(self.open_fields)
        version = self.version - 1 if stale else self.version
        if self.attempt(
            fits and is_open,
            actions.save_draft,
            report=report,
            version=version,
            content=content,
            by=self.world["reporter"],
        ):
            self.status, self.version = self.status or "draft", self.version + 1

    @precondition(lambda self: self.status is None)
    @rule()
    def confirm(self):
        self.attempt(
            True,
            actions.confirm_unchanged,
            report=self.report(),
            version=0,
            previous=self.world["previous"],
            by=self.world["reporter"],
        )
        self.status, self.version = "draft", 1

    @precondition(lambda self: self.status in ("draft", "returned"))
    @rule(stale=STALE)
    def submit(self, stale):
        report, before = self.report(), self.status
        complete = not report.missing_for_submission()
        if self.step("submit", actions.submit_report, "focal_point", stale, complete, report):
            self.submissions += 1
            self.before_submission = before

    @precondition(lambda self: self.status == "submitted")
    @rule(stale=STALE)
    def withdraw(self, stale):
        allowed = self.status == "submitted" and self.claimed_by is None and not stale
        if self.attempt(
            allowed,
            actions.withdraw_report,
            report=self.report(),
            version=self.version - stale,
            by=self.world["focal_point"],
        ):
            self.status = self.before_submission
            self.version += 1

    @precondition(lambda self: self.status == "submitted")
    @rule(who=st.sampled_from(OFFICE))
    def claim(self, who):
        if self.attempt(
            self.status == "submitted",
            actions.claim_report,
            report=self.report(),
            by=self.world[who],
        ):
            self.claimed_by = who

    @precondition(lambda self: self.status == "submitted")
    @rule(who=st.sampled_from(OFFICE))
    def release(self, who):
        if self.attempt(
            self.claimed_by == who, actions.release_report, report=self.report(), by=self.world[who]
        ):
            self.claimed_by = None

    @precondition(lambda self: self.status == "submitted")
    @rule(who=st.sampled_from(OFFICE), stale=STALE)
    def approve(self, who, stale):
        self.decide("approve", actions.approve_report, who, stale)

    @precondition(lambda self: self.status == "submitted")
    @rule(who=st.sampled_from(OFFICE), stale=STALE, some=st.booleans())
    def give_back(self, who, stale, some):
        comments = {"achievements": "Which courses?"}
        more = {"comment": COMMENT, "field_comments": comments, "only_commented": some}
        if self.decide("return", actions.return_report, who, stale, **more):
            self.open_fields = ["achievements"] if some else None

    @precondition(lambda self: self.status == "approved")
    @rule(who=st.sampled_from(OFFICE), stale=STALE)
    def reopen(self, who, stale):
        self.decide("reopen", actions.reopen_report, who, stale, comment=COMMENT)

    @precondition(lambda self: self.status)
    @rule(
        name=st.sampled_from(["submit", "withdraw", "claim", "release", "approve", "reopen"]),
        who=st.sampled_from(OFFICE),
    )
    def out_of_place(self, name, who):
        if name in ("submit", "withdraw"):
            getattr(self, name)(stale=False)
        elif name in ("claim", "release"):
            getattr(self, name)(who=who)
        else:
            getattr(self, name)(who=who, stale=False)

    def decide(self, name, verb, who, stale, **more):
        free = self.claimed_by in (None, who)
        if not self.step(name, verb, who, stale, free, self.report(), **more):
            return False
        self.claimed_by = self.open_fields = None
        return True

    def step(self, name, verb, who, stale, possible, report, **more):
        to = LEADS_TO.get((self.status, name))
        if not self.attempt(
            bool(to) and possible and not stale,
            verb,
            report=report,
            version=self.version - stale,
            by=self.world[who],
            **more,
        ):
            return False
        self.status, self.version = to, self.version + 1
        return True

    @invariant()
    def rules_hold(self):
        # What was refused has changed nothing, and attempt() has seen that.
        if self.changed:
            self.report_is_as_it_should_be()
            self.what_was_submitted_is_what_it_was()
            self.text_is_seen_by_those_who_may()
            self.changed = False

    def report_is_as_it_should_be(self):
        reports = ProgressReport.objects.filter(round=self.world["round"])
        assert [(report.status, report.version) for report in reports] == [
            (self.status, self.version)
        ]
        assert ReportEvent.objects.order_by("number").last().to_status == self.status
        # Figures count what is approved, and nothing else.
        counted = RatingTally.objects.filter(round=self.world["round"])
        assert sum(sum(row.ratings.values()) for row in counted) == (self.status == "approved")

    def what_was_submitted_is_what_it_was(self):
        for copy in Submission.objects.all():
            assert copy.sha256 == self.frozen.setdefault(copy.pk, copy.sha256)
            assert copy.sha256 == sha256_of(copy.content)
        assert len(self.frozen) == self.submissions

    def text_is_seen_by_those_who_may(self):
        reports = ProgressReport.objects.filter(round=self.world["round"])
        with_the_office = self.status in ("submitted", "approved")
        assert reports.visible_to(self.world["reporter"]).exists()
        assert reports.visible_to(self.world["secretariat"]).exists() == with_the_office
        assert not reports.visible_to(self.world["neighbour"]).exists()


@pytest.fixture
def world(open_round, objective, reporter, focal_point, secretariat, neighbour):
    before = ReportingRoundFactory(framework=open_round.framework, closed=True)
    return {
        "round": open_round,
        "objective": objective,
        "country": reporter.country,
        "previous": ProgressReportFactory(
            round=before, objective=objective, country=reporter.country, approved=True
        ),
        "reporter": with_roles(reporter),
        "focal_point": with_roles(focal_point),
        "secretariat": with_roles(secretariat),
        "neighbour": with_roles(neighbour),
        "colleague": with_roles(MembershipFactory(role=Role.REVIEWER).user),
    }


def with_roles(user):
    return User.objects.prefetch_related("memberships__country").get(pk=user.pk)


def test_whatever_happens_to_a_report_the_rules_hold(world):
    class Machine(Workflow):
        pass

    Machine.world = world
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=8,
            # A history of eight steps reads well as it is, and shrinking it takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
