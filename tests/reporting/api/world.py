"""A small framework in which something is to be withheld, and something was frozen."""

from datetime import UTC, date, datetime, timedelta

from members.models import Role
from reporting import actions
from reporting.models import SecretariatValue, StatusOverride
from reporting.tallies import recount
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MemberCountryFactory,
    MembershipFactory,
    MilestoneFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
)

NOW = datetime(2025, 11, 15, 12, tzinfo=UTC)
COUNTRIES = {"AFR": ("Africa", 24), "ASI": ("Asia", 4), "EUR": ("Europe", 8)}
# (round, objective): what the countries of each region say is complete, in percent, or None
# for an objective that does not apply to them. Asia always tells of too few.
PERCENTS = {
    ("2025-H1", (1, 1)): {"AFR": [10, 20, 30, 40, 50, 60], "EUR": [20, 40, 60, 80, 95]},
    ("2025-H1", (1, 2)): {"AFR": [0, 5, 10, 15, 30], "ASI": [70, 80], "EUR": [35, 45, 55, 65, 75]},
    ("2025-H2", (1, 1)): {
        # As many as it takes for quartiles.
        "AFR": [25, 30, 45, 45, 70, 85, 100, *range(4, 94, 6)],
        "ASI": [15],
        "EUR": [40, 50, 60, 80, 90, None],
    },
    ("2025-H2", (1, 2)): {"AFR": [10, 20, 20, 30, 55], "EUR": [30, 40, 50, 60, 100]},
    ("2025-H2", (2, 1)): {"EUR": [50, 60, 70]},
}
CHALLENGES = ["staff", "staff", "money"]


class World:
    """Made at the instant NOW, by the actions that make it in the portal."""

    def __init__(self):
        self.framework = FrameworkFactory(
            slug="2022-2025",
            title="Strategic Framework 2022-2025",
            summary="What is to be reached.",
        )
        MilestoneFactory(framework=self.framework)
        self.objectives = self.make_objectives()
        self.countries = {
            code: MemberCountryFactory.create_batch(
                number, region=RegionFactory(code=code, name=name)
            )
            for code, (name, number) in COUNTRIES.items()
        }
        self.reviewers = [
            MembershipFactory(role=Role.REVIEWER, user__email=f"{name}@example.org").user
            for name in ("first", "second")
        ]
        self.rounds = {
            "2025-H1": self.make_round("First", 1),
            "2025-H2": self.make_round("Second", 7),
        }
        self.indicators = self.make_indicators()
        for (slug, code), regions in PERCENTS.items():
            for region, percents in regions.items():
                self.report(slug, code, region, percents)

    def make_objectives(self):
        titles = ["Information that can be relied on", "Cooperation that reaches further"]
        first, second = [GoalFactory(framework=self.framework, title=each) for each in titles]
        return {
            (1, 1): ObjectiveFactory(goal=first, statement="Officers find what they look for."),
            (1, 2): ObjectiveFactory(goal=first, statement="What is entered is correct."),
            (2, 1): ObjectiveFactory(goal=second, statement="Partners share what they know."),
        }

    def make_round(self, name, month):
        half = 1 if month == 1 else 2
        return ReportingRoundFactory(
            framework=self.framework,
            slug=f"2025-H{half}",
            name=f"{name} half of 2025",
            starts_on=date(2025, month, 1),
            ends_on=date(2025, 6, 30) if half == 1 else date(2025, 12, 31),
            opens_at=NOW - timedelta(days=200 if half == 1 else 14),
            due_at=NOW - timedelta(days=120) if half == 1 else NOW + timedelta(days=15),
            closes_at=NOW - timedelta(days=90) if half == 1 else NOW + timedelta(days=30),
        )

    def make_indicators(self):
        """A mean, a yes or no, and what the secretariat holds."""
        objective = self.objectives[1, 1]
        mean = IndicatorFactory(
            objective=objective,
            name="Answers within a day",
            definition="Of a hundred enquiries, how many are answered within a day.",
            unit="% of enquiries",
            baseline_value=40,
            baseline_year=2021,
        )
        share = IndicatorFactory(
            objective=objective,
            name="Countries with a national contact",
            definition="Whether a national contact is named.",
            unit="% of countries",
            aggregation="share_yes",
        )
        held = IndicatorFactory(
            objective=self.objectives[1, 2],
            name="Records in the database",
            definition="All records on the last day of the period.",
            unit="records",
            aggregation="org_value",
            reporter="secretariat",
        )
        TargetFactory(indicator=mean, date=date(2023, 12, 31), value=55)
        TargetFactory(indicator=mean, date=date(2025, 12, 31), value=80)
        TargetFactory(indicator=share, date=date(2025, 12, 31), value=90)
        SecretariatValue.objects.create(
            round=self.rounds["2025-H2"], indicator=held, value="1234567.25", note="As of December."
        )
        StatusOverride.objects.create(
            round=self.rounds["2025-H2"],
            indicator=mean,
            standing="at_risk",
            reason="A large country has changed how it counts.",
            by=self.reviewers[0],
            at=NOW - timedelta(days=3),
        )
        return {"mean": mean, "share": share, "held": held}

    def report(self, slug, code, region, percents):
        """An approved report of one country after the other of the region."""
        made = []
        for position, (country, percent) in enumerate(
            zip(self.countries[region], percents, strict=False)
        ):
            report = ProgressReportFactory(
                round=self.rounds[slug],
                objective=self.objectives[code],
                country=country,
                approved=True,
                **said_of(percent),
                main_challenge=CHALLENGES[position % 3],
                changed_by=self.reviewers[0],
            )
            made.append(report)
            if code == (1, 1) and percent is not None:
                self.answer(report, percent)
        recount(made)

    def answer(self, report, percent):
        IndicatorValueFactory(report=report, indicator=self.indicators["mean"], value=percent)
        IndicatorValueFactory(report=report, indicator=self.indicators["share"], value=percent > 40)

    def freeze(self):
        proposal = actions.propose_snapshot(
            reporting_round=self.rounds["2025-H2"], reason="To look at", by=self.reviewers[0]
        )
        return actions.confirm_snapshot(snapshot=proposal, by=self.reviewers[1])


def said_of(percent):
    if percent is None:
        return {"not_applicable": True}
    rating = "completed" if percent == 100 else "on_track" if percent > 40 else "off_track"
    return {"percent_complete": percent, "rating": rating}
