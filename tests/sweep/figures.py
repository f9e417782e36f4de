"""A world of figures in which much must be withheld, and what is true of it country by country."""

import random
from datetime import date
from typing import NamedTuple

from members.models import Role
from reporting import actions
from reporting.models import IndicatorValue, ProgressReport, Rating, Status
from reporting.tallies import recount, recount_all
from reporting.withholding import FEWEST_COUNTRIES
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MemberCountryFactory,
    MembershipFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
)

# Members of each region: of fewer than five countries, of five and six, and of many.
REGIONS = {"AFR": 16, "AME": 13, "ASI": 6, "CAR": 5, "EUR": 9, "PAC": 4, "POL": 2}
REGIONS_BY_NAME = {f"Region {code}": code for code in REGIONS}
RULES = ["sum", "ratio_of_sums", "share_yes", "mean", "median"]
# Of the first objective: one region of few, and two others of which each could be the smallest.
OF_THE_FIRST = {"AFR": 12, "AME": 10, "ASI": 5, "CAR": 5, "EUR": 8, "PAC": 0, "POL": 2}
CHALLENGES, NEXT_STEPS = ["staff", "money", "law"], ["train", "ask_secretariat"]


class Said(NamedTuple):
    """What a country said in one report: what every figure is a sum of."""

    round: str
    objective: str
    region: str
    country: str
    rating: str
    percent: int | None
    challenge: str
    step: str
    # {indicator: (kind, whether it is a pair)}
    answers: tuple

    @property
    def is_behind(self):
        return self.rating in ("at_risk", "off_track")


class Answer(NamedTuple):
    indicator: str
    kind: str
    is_pair: bool


class FiguresWorld:
    """`looks` are {number of a snapshot, or None for today: all that was said by then}."""

    def __init__(self, seed=0, goals=2, objectives=2, rounds=2):
        self.random = random.Random(seed)
        self.framework = FrameworkFactory(slug="figures", results_visibility="aggregate")
        self.regions = {
            code: RegionFactory(code=code, name=name) for name, code in REGIONS_BY_NAME.items()
        }
        self.countries = {
            code: MemberCountryFactory.create_batch(number, region=self.regions[code])
            for code, number in REGIONS.items()
        }
        self.rounds = [
            ReportingRoundFactory(
                framework=self.framework,
                slug=f"2025-H{half}",
                starts_on=date(2025, 6 * half - 5, 1),
            )
            for half in range(1, rounds + 1)
        ]
        self.objectives = [
            ObjectiveFactory(goal=goal)
            for goal in GoalFactory.create_batch(goals, framework=self.framework)
            for _time in range(objectives)
        ]
        self.indicators = [
            IndicatorFactory(objective=self.objectives[0], unit="persons", aggregation=rule)
            for rule in RULES
        ]
        self.reviewers = [MembershipFactory(role=Role.REVIEWER).user for _time in range(2)]
        self.viewer = MembershipFactory(role=Role.VIEWER).user
        self.officer = MembershipFactory(
            role=Role.REPORTER, country=self.random.choice(self.countries["CAR"])
        ).user
        for reporting_round in self.rounds:
            for objective in self.objectives:
                for region in REGIONS:
                    self.report(reporting_round, objective, region)
        recount_all()
        self.looks = {}
        for reporting_round in self.rounds:
            self.freeze(reporting_round)
        self.go_on()
        self.looks[None] = said_now()

    def report(self, reporting_round, objective, region):
        """Of none, of few, of about five or of most of a region."""
        countries, is_first = self.countries[region], objective == self.objectives[0]
        most = len(countries)
        number = self.random.choice([0, 1, 2, 3, 4, 5, 6, most - 1, most, most])
        number = OF_THE_FIRST[region] if is_first else min(number, most)
        for country in self.random.sample(countries, number):
            self.say(reporting_round, objective, country, Rating.values[: 5 if is_first else 6])

    def say(self, reporting_round, objective, country, ratings):
        chance = self.random
        rating = chance.choice(ratings)
        content = {
            "rating": rating,
            "percent_complete": chance.randint(0, 100),
            "main_challenge": chance.choice(["", *CHALLENGES]),
            "main_next_step": chance.choice(["", *NEXT_STEPS]),
        }
        if rating == Rating.NOT_APPLICABLE:
            content |= {"percent_complete": None, "not_applicable_reason": "No border by sea."}
        report = ProgressReportFactory(
            round=reporting_round,
            objective=objective,
            country=country,
            approved=True,
            changed_by=self.officer,
            **content,
        )
        for indicator in self.indicators:
            if indicator.objective == objective:
                self.answer(report, indicator)
        return report

    def answer(self, report, indicator):
        chance = self.random
        kind = chance.choice([None, "no_data", "not_applicable", *["number"] * 6])
        if kind is None:
            return
        fields = {"kind": kind, "value": None}
        if kind == "number":
            fields["value"] = chance.randint(0, 1)
            if indicator.aggregation == "ratio_of_sums" and chance.random() < 0.9:
                fields |= {"numerator": chance.randint(1, 9), "denominator": 10}
        IndicatorValueFactory(report=report, indicator=indicator, **fields)

    def freeze(self, reporting_round):
        first, second = self.reviewers
        snapshot = actions.propose_snapshot(
            reporting_round=reporting_round, reason="To compare with.", by=first
        )
        actions.confirm_snapshot(snapshot=snapshot, by=second)
        until = self.rounds[: self.rounds.index(reporting_round) + 1]
        slugs = {each.slug for each in until}
        self.looks[snapshot.number] = [each for each in said_now() if each.round in slugs]

    def go_on(self):
        """What comes after a snapshot where enough have reported: one more."""
        changed = []
        for reporting_round in self.rounds:
            for objective in self.objectives:
                for countries in self.countries.values():
                    reports = reporting_round.reports.filter(objective=objective)
                    reported = {each.country_id for each in reports.filter(country__in=countries)}
                    silent = [each for each in countries if each.pk not in reported]
                    if silent and len(reported) >= FEWEST_COUNTRIES:
                        changed.append(self.say_little(reporting_round, objective, silent[0]))
        recount(changed)

    def say_little(self, reporting_round, objective, country):
        """That it does not apply, so that of no other figure there is one country more."""
        return ProgressReportFactory(
            round=reporting_round,
            objective=objective,
            country=country,
            approved=True,
            changed_by=self.officer,
            not_applicable=True,
        )


def said_now():
    """Counted by nobody: read off the approved reports one by one."""
    answers = {}
    rows = IndicatorValue.objects.filter(report__status=Status.APPROVED)
    for each in rows.select_related("indicator__objective__goal"):
        pair = each.numerator is not None and each.denominator is not None
        found = Answer(each.indicator.code, each.kind, pair)
        answers.setdefault(each.report_id, []).append(found)
    reports = ProgressReport.objects.filter(status=Status.APPROVED)
    reports = reports.select_related("round", "objective__goal", "country__region")
    return [
        Said(
            each.round.slug,
            each.objective.code,
            each.country.region.code,
            each.country.iso2,
            each.rating,
            each.percent_complete,
            each.main_challenge,
            each.main_next_step,
            tuple(sorted(answers.get(each.pk, []))),
        )
        for each in reports.order_by("pk")
    ]
