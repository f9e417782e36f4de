"""A framework of any size with approved reports on all of it, made in a few statements."""

from datetime import date

from members.models import MemberCountry
from objectives.models import Indicator, Objective, Target
from reporting import actions
from reporting.models import (
    Extension,
    IndicatorValue,
    ProgressReport,
    ReportingRound,
    SecretariatValue,
)
from reporting.tallies import recount_all
from reporting.texts import fold_all
from tests.factories import (
    ExtensionFactory,
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MemberCountryFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
)

GOALS = 4


def world(*, countries, objectives, rounds, by, confirmed_by):
    """Every country has an approved report on every objective in every round, with a value.

    The first country is France, the first objective 1.1 and the last round 2025-H2, still
    open. There are as many snapshots as countries, but at most three.
    """
    framework = FrameworkFactory(slug="2022-2025", results_visibility="public")
    goals = GoalFactory.create_batch(GOALS, framework=framework)
    subjects = Objective.objects.bulk_create(
        ObjectiveFactory.build(goal=goals[n % GOALS], number=n // GOALS + 1)
        for n in range(objectives)
    )
    periods = ReportingRound.objects.bulk_create(
        ReportingRoundFactory.build(
            framework=framework,
            closed=n > 0,
            slug="2025-H2" if n == 0 else f"before-{n:02}",
            starts_on=date(2025 - n, 7, 1),
        )
        for n in range(rounds)
    )
    indicators = ask_about(subjects)
    hold([each for each in indicators if not each.is_asked_of_countries], periods)
    members = join(countries)
    report_on(subjects, periods, members, indicators, by)
    Extension.objects.bulk_create(
        ExtensionFactory.build(
            round=periods[0], country=each, granted=True, asked_by=by, answered_by=by
        )
        for each in members
    )
    recount_all()
    fold_all()
    for number in range(min(countries, 3)):
        proposal = actions.propose_snapshot(
            reporting_round=periods[number % rounds], reason="To compare with.", by=by
        )
        actions.confirm_snapshot(snapshot=proposal, by=confirmed_by)
    return framework


def ask_about(objectives):
    """Of each objective one indicator that countries answer and one of the secretariat."""
    indicators = Indicator.objects.bulk_create(
        IndicatorFactory.build(
            objective=each, number=number, reporter=reporter, aggregation=aggregation
        )
        for each in objectives
        for number, reporter, aggregation in [(1, "country", "mean"), (2, "portal", "org_value")]
    )
    Target.objects.bulk_create(TargetFactory.build(indicator=each) for each in indicators)
    return indicators


def hold(indicators, rounds):
    SecretariatValue.objects.bulk_create(
        SecretariatValue(round=reporting_round, indicator=indicator, value=40)
        for reporting_round in rounds
        for indicator in indicators
    )


def join(countries):
    """So many member countries, one after the other in each of two regions."""
    regions = [
        RegionFactory(code="EUR", name="Europe"),
        RegionFactory(code="AFR", name="Africa"),
    ]
    france, _ = MemberCountry.objects.get_or_create(
        iso2="FR", defaults={"iso3": "FRA", "name_en": "France", "region": regions[0]}
    )
    others = MemberCountry.objects.bulk_create(
        MemberCountryFactory.build(region=regions[n % 2]) for n in range(1, countries)
    )
    return [france, *others]


def report_on(objectives, rounds, countries, indicators, by):
    reports = ProgressReport.objects.bulk_create(
        ProgressReportFactory.build(
            round=reporting_round,
            objective=objective,
            country=country,
            changed_by=by,
            approved=True,
            percent_complete=n % 101,
        )
        for reporting_round in rounds
        for objective in objectives
        for n, country in enumerate(countries)
    )
    asked = {each.objective_id: each for each in indicators if each.is_asked_of_countries}
    IndicatorValue.objects.bulk_create(
        IndicatorValueFactory.build(report=report, indicator=asked[report.objective_id])
        for report in reports
    )
