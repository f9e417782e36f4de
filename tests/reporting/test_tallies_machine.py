"""Whatever people do, in the portal and in the admin: the tallies say what a recount says.

HYPOTHESIS_EXAMPLES=2000 tries more histories.
"""

import contextlib
import os

import pytest
from django.db import connection, transaction
from django.db.models import Max, ProtectedError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from members.models import MemberCountry, Region
from objectives.models import Indicator, Objective
from reporting import actions
from reporting.models import IndicatorValue, ProgressReport, Status
from reporting.tallies import differences
from tests.factories import (
    IndicatorFactory,
    MemberCountryFactory,
    ObjectiveFactory,
    RegionFactory,
    ReportingRoundFactory,
)
from tests.reporting.test_actions import COMMENT, CONTENT

DEFAULT = "15" if connection.vendor == "postgresql" else "40"
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", DEFAULT))
REFUSED = (actions.Conflict, actions.Incomplete, actions.SomeConflict)
PLACES = st.integers(0, 11)
RATINGS = st.sampled_from(["on_track", "completed", "off_track"])
ANSWERS = st.sampled_from([None, "number", "ratio", "no_data"])


def answer(kind, number):
    if kind is None:
        return None
    if kind == "no_data":
        return IndicatorValue(kind="no_data")
    over = {"numerator": number, "denominator": 100} if kind == "ratio" else {}
    return IndicatorValue(kind="number", value=number, **over)


class Portal(RuleBasedStateMachine):
    """Three countries, two objectives and two rounds: twelve reports at most."""

    world: dict
    done: set

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.counted = True

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def report_at(self, place):
        """The report of a country, objective and round, or a new one."""
        country = MemberCountry.objects.get(pk=self.world["countries"][place % 3].pk)
        keys = {
            "country": country,
            "objective": self.world["objectives"][place // 3 % 2],
            "round": self.world["rounds"][place // 6],
        }
        return ProgressReport.objects.filter(**keys).first() or ProgressReport(version=0, **keys)

    def known_report(self, place):
        """One of those that there are, or None."""
        reports = list(ProgressReport.objects.order_by("pk").select_related("country", "round"))
        return reports[place % len(reports)] if reports else None

    def attempt(self, verb, **arguments):
        with contextlib.suppress(*REFUSED), transaction.atomic():
            verb(**arguments)
            self.done.add(verb.__name__)
        self.counted = False

    @initialize(begun=st.integers(0, 4), approved=st.booleans())
    def begins(self, begun, approved):
        """With some reports, so that few steps lead far."""
        for place in range(begun):
            self.reaches_the_secretariat(place * 2, "on_track", 50 + place, "number")
        if approved:
            self.all_that_wait_are_approved()

    @rule(place=PLACES, rating=RATINGS, percent=st.integers(0, 100), kind=ANSWERS)
    def reaches_the_secretariat(self, place, rating, percent, kind):
        report = self.report_at(place)
        indicators = list(report.objective.indicators.all())
        values = {each: answer(kind, percent) for each in indicators}
        content = CONTENT | {"rating": rating, "percent_complete": percent}
        self.attempt(
            actions.save_draft,
            report=report,
            version=report.version,
            content=content,
            values=values,
            by=self.world["officer"],
        )
        if report.pk:
            self.attempt(
                actions.submit_report,
                report=report,
                version=report.version,
                by=self.world["officer"],
            )

    @rule(place=PLACES)
    def is_withdrawn(self, place):
        report = self.known_report(place)
        if report:
            self.attempt(
                actions.withdraw_report,
                report=report,
                version=report.version,
                by=self.world["officer"],
            )

    @rule(place=PLACES, name=st.sampled_from(["approve", "return", "reopen"]))
    def is_decided(self, place, name):
        report = self.known_report(place)
        verbs = {
            "approve": actions.approve_report,
            "return": actions.return_report,
            "reopen": actions.reopen_report,
        }
        more = {} if name == "approve" else {"comment": COMMENT}
        if report:
            self.attempt(
                verbs[name],
                report=report,
                version=report.version,
                by=self.world["reviewer"],
                **more,
            )

    @rule()
    def all_that_wait_are_approved(self):
        waiting = list(ProgressReport.objects.filter(status=Status.SUBMITTED))
        pairs = [(report, report.version) for report in waiting]
        self.attempt(actions.approve_reports, reports=pairs, by=self.world["reviewer"])

    @rule(country=st.integers(0, 2), region=st.integers(0, 2))
    def country_moves(self, country, region):
        moving = MemberCountry.objects.get(pk=self.world["countries"][country].pk)
        moving.region = Region.objects.order_by("code")[region % Region.objects.count()]
        self.attempt(actions.store_country, country=moving)

    @rule()
    def regions_are_merged(self):
        """As it is done in the admin: each country moves, then nobody belongs to the region."""
        first, *others = Region.objects.order_by("code")
        for country in MemberCountry.objects.filter(region__in=others[:1]):
            country.region = first
            self.attempt(actions.store_country, country=country)
        for region in others[:1]:
            region.delete()

    @rule(place=st.integers(0, 1), number=st.integers(10, 14))
    def objective_gets_another_number(self, place, number):
        objective = self.world["objectives"][place]
        if not Objective.objects.filter(goal=objective.goal, number=number).exists():
            Objective.objects.filter(pk=objective.pk).update(number=number)
        self.counted = False

    @rule(place=st.integers(0, 1))
    def objective_is_deleted(self, place):
        with contextlib.suppress(ProtectedError), transaction.atomic():
            Objective.objects.get(pk=self.world["objectives"][place].pk).delete()
            assert list(differences()) == []
            # The steps that follow need it again.
            transaction.set_rollback(True)

    @rule(place=st.integers(0, 1), reporter=st.sampled_from(Indicator.Reporter.values))
    def indicator_comes(self, place, reporter):
        IndicatorFactory(
            objective=self.world["objectives"][place],
            number=Indicator.objects.aggregate(last=Max("number", default=0))["last"] + 1,
            reporter=reporter,
        )
        self.counted = False

    @rule(reporter=st.sampled_from(Indicator.Reporter.values))
    def indicator_is_edited(self, reporter):
        Indicator.objects.update(reporter=reporter, aggregation="sum")
        self.counted = False

    @rule(place=st.integers(0, 3))
    def indicator_is_deleted(self, place):
        for indicator in Indicator.objects.order_by("pk")[place : place + 1]:
            with contextlib.suppress(ProtectedError), transaction.atomic():
                indicator.delete()
        self.counted = False

    @invariant()
    def tallies_are_as_a_recount_has_them(self):
        if not self.counted:
            assert list(differences()) == []
            self.counted = True


@pytest.fixture
def world(open_round, objective, reporter, focal_point, secretariat):
    other = ReportingRoundFactory(framework=open_round.framework)
    second = ObjectiveFactory(goal=objective.goal)
    for each in (objective, second):
        IndicatorFactory.create_batch(2, objective=each)
    regions = [reporter.country.region, RegionFactory(code="AFR"), RegionFactory(code="ZZZ")]
    return {
        "countries": [
            reporter.country,
            *(MemberCountryFactory(region=region) for region in regions[1:]),
        ],
        "objectives": [objective, second],
        "rounds": [open_round, other],
        "officer": focal_point,
        "reviewer": secretariat,
    }


def test_whatever_people_do_the_tallies_are_as_a_recount_has_them(world):
    class Machine(Portal):
        pass

    Machine.world, Machine.done = world, set()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=10,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Where all is refused nothing is counted, and that is the same as a recount.
    assert {"submit_report", "approve_reports"} <= Machine.done
