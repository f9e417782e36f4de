import datetime

import factory
from django.utils import timezone

from goals.models import Framework, Goal, Milestone
from members.models import Delegation, MemberCountry, Membership, Region, Role, User
from members.models.people import COUNTRY_ROLES
from objectives.models import Indicator, Objective, Target
from reporting.models import (
    Evidence,
    Extension,
    IndicatorValue,
    ProgressReport,
    Rating,
    ReportEvent,
    ReportingRound,
    Status,
    Submission,
)
from reporting.models.history import receipt_number, sha256_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# No country has a code that starts with X: numbered countries never meet a real one.
FIRST_LETTERS = "XQZYWVUTSRPONMLKJIHGFEDCBA"


def country_code(n):
    return FIRST_LETTERS[n // 26 % 26] + LETTERS[n % 26]


def days(number):
    return datetime.timedelta(days=number)


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"R{LETTERS[n // 26 % 26]}{LETTERS[n % 26]}")
    name = factory.LazyAttribute(lambda region: f"Region {region.code}")


class MemberCountryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MemberCountry

    iso2 = factory.Sequence(country_code)
    iso3 = factory.LazyAttribute(lambda country: f"{country.iso2}X")
    name_en = factory.LazyAttribute(lambda country: f"Country {country.iso2}")
    name_fr = factory.LazyAttribute(lambda country: f"Pays {country.iso2}")
    name_es = factory.LazyAttribute(lambda country: f"País {country.iso2}")
    name_ar = factory.LazyAttribute(lambda country: f"بلد {country.iso2}")
    region = factory.SubFactory(RegionFactory)


class UserFactory(factory.django.DjangoModelFactory):
    """Nobody can sign in with a password that was not given."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.VIEWER
    country = factory.LazyAttribute(
        lambda membership: MemberCountryFactory() if membership.role in COUNTRY_ROLES else None
    )


class FrameworkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Framework

    slug = factory.Sequence(lambda n: f"framework-{n}")
    title = factory.LazyAttribute(lambda framework: f"Strategic Framework {framework.slug}")
    vision = "Connecting police for a safer world"
    summary = "What the organisation wants to reach."
    starts_on = datetime.date(2022, 1, 1)
    ends_on = datetime.date(2025, 12, 31)
    state = Framework.State.CURRENT


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    framework = factory.SubFactory(FrameworkFactory)
    body = "General Assembly"
    session = "89th session"
    decision = Milestone.Decision.APPROVED
    date = datetime.date(2021, 11, 1)
    date_precision = Milestone.DatePrecision.MONTH


class GoalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Goal

    framework = factory.SubFactory(FrameworkFactory)
    number = factory.LazyAttribute(lambda goal: goal.framework.goals.count() + 1)
    title = factory.Sequence(lambda n: f"Goal title {n}")
    description = "What this goal is about."


class ObjectiveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Objective

    goal = factory.SubFactory(GoalFactory)
    number = factory.LazyAttribute(lambda objective: objective.goal.objectives.count() + 1)
    statement = factory.Sequence(lambda n: f"Objective statement {n}.")


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    objective = factory.SubFactory(ObjectiveFactory)
    number = factory.LazyAttribute(lambda indicator: indicator.objective.indicators.count() + 1)
    name = factory.Sequence(lambda n: f"Indicator name {n}")
    definition = "What is counted, and what is not."
    unit = "%"
    direction = Indicator.Direction.UP
    level = Indicator.Level.OUTCOME
    aggregation = Indicator.Aggregation.MEAN
    reporter = Indicator.Reporter.COUNTRY
    frequency = Indicator.Frequency.HALF_YEAR


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target

    indicator = factory.SubFactory(IndicatorFactory)
    date = factory.Sequence(lambda n: datetime.date(2022, 1, 1) + days(n % 1400))
    value = 80


class ReportingRoundFactory(factory.django.DjangoModelFactory):
    """Open now, unless a trait says otherwise."""

    class Meta:
        model = ReportingRound

    class Params:
        now = factory.LazyFunction(timezone.now)
        ahead = factory.Trait(
            opens_at=factory.LazyAttribute(lambda round: round.now + days(30)),
            due_at=factory.LazyAttribute(lambda round: round.now + days(60)),
            closes_at=factory.LazyAttribute(lambda round: round.now + days(90)),
        )
        overdue = factory.Trait(
            opens_at=factory.LazyAttribute(lambda round: round.now - days(60)),
            due_at=factory.LazyAttribute(lambda round: round.now - days(10)),
            closes_at=factory.LazyAttribute(lambda round: round.now + days(20)),
        )
        closed = factory.Trait(
            opens_at=factory.LazyAttribute(lambda round: round.now - days(90)),
            due_at=factory.LazyAttribute(lambda round: round.now - days(60)),
            closes_at=factory.LazyAttribute(lambda round: round.now - days(30)),
        )

    framework = factory.SubFactory(FrameworkFactory)
    slug = factory.Sequence(lambda n: f"round-{n}")
    name = factory.LazyAttribute(lambda round: f"Round {round.slug}")
    # Before the second half of 2025, the round of most tests, however many were made by then.
    starts_on = factory.Sequence(lambda n: datetime.date(2022, 1, 1) + days(n % 1200))
    ends_on = factory.LazyAttribute(lambda round: round.starts_on + days(181))
    opens_at = factory.LazyAttribute(lambda round: round.now - days(30))
    due_at = factory.LazyAttribute(lambda round: round.now + days(30))
    closes_at = factory.LazyAttribute(lambda round: round.now + days(60))


class ProgressReportFactory(factory.django.DjangoModelFactory):
    """A complete report, still a draft; the traits set its status and nothing more."""

    class Meta:
        model = ProgressReport

    class Params:
        draft = factory.Trait(status=Status.DRAFT)
        submitted = factory.Trait(status=Status.SUBMITTED, version=2)
        returned = factory.Trait(status=Status.RETURNED, version=3)
        approved = factory.Trait(status=Status.APPROVED, version=3)
        not_applicable = factory.Trait(
            rating=Rating.NOT_APPLICABLE,
            percent_complete=None,
            confidence="",
            not_applicable_reason="The country has no border by sea.",
        )

    round = factory.SubFactory(ReportingRoundFactory)
    objective = factory.SubFactory(
        ObjectiveFactory, goal__framework=factory.SelfAttribute("...round.framework")
    )
    country = factory.SubFactory(MemberCountryFactory)
    rating = Rating.ON_TRACK
    percent_complete = 60
    confidence = "high"
    achievements = "Two training courses were held."
    challenges = "Few trainers are available."
    next_steps = "Train ten more trainers."
    lessons = "Begin with the trainers."
    changed_by = factory.SubFactory(UserFactory)


class IndicatorValueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = IndicatorValue

    report = factory.SubFactory(ProgressReportFactory)
    indicator = factory.SubFactory(
        IndicatorFactory, objective=factory.SelfAttribute("..report.objective")
    )
    kind = IndicatorValue.Kind.NUMBER
    value = factory.LazyAttribute(
        lambda answer: 42 if answer.kind == IndicatorValue.Kind.NUMBER else None
    )
    note = "Counted at the end of the period."


class SubmissionFactory(factory.django.DjangoModelFactory):
    """Freezes the report as it stands; the report's status stays what it is."""

    class Meta:
        model = Submission

    report = factory.SubFactory(ProgressReportFactory, submitted=True)
    number = factory.LazyAttribute(lambda submission: submission.report.submissions.count() + 1)
    receipt_number = factory.LazyAttribute(
        lambda submission: receipt_number(submission.report, submission.number)
    )
    content = factory.LazyAttribute(
        lambda submission: submission.report.content(submission.report.indicator_values.all())
    )
    sha256 = factory.LazyAttribute(lambda submission: sha256_of(submission.content))
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SelfAttribute("report.changed_by")


class ReportEventFactory(factory.django.DjangoModelFactory):
    """The next event of its report; each fits the hash of the one before."""

    class Meta:
        model = ReportEvent

    report = factory.SubFactory(ProgressReportFactory)
    number = factory.LazyAttribute(lambda event: event.report.events.count() + 1)
    kind = ReportEvent.Kind.CREATED
    at = factory.LazyFunction(timezone.now)
    by = factory.SelfAttribute("report.changed_by")
    to_status = factory.SelfAttribute("report.status")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        event = model_class(*args, **kwargs)
        previous = event.report.events.last()
        event.previous_hash = previous.hash if previous else ""
        event.hash = event.computed_hash()
        event.save()
        return event


class DelegationFactory(factory.django.DjangoModelFactory):
    """In force for a week."""

    class Meta:
        model = Delegation

    country = factory.SelfAttribute("given_by.country")
    begins_at = factory.LazyFunction(timezone.now)
    ends_at = factory.LazyAttribute(lambda delegation: delegation.begins_at + days(7))


class ExtensionFactory(factory.django.DjangoModelFactory):
    """Asked for, a week longer than now; the trait grants it."""

    class Meta:
        model = Extension

    class Params:
        granted = factory.Trait(
            state=Extension.State.GRANTED,
            granted_until=factory.SelfAttribute("asked_until"),
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    round = factory.SubFactory(ReportingRoundFactory)
    country = factory.SubFactory(MemberCountryFactory)
    reason = "Our registry moved to another building."
    asked_until = factory.LazyFunction(lambda: timezone.now() + days(7))
    asked_by = factory.SubFactory(UserFactory)


class EvidenceFactory(factory.django.DjangoModelFactory):
    """A row that speaks of a file; the file itself is not there."""

    class Meta:
        model = Evidence

    report = factory.SubFactory(ProgressReportFactory)
    title = factory.Sequence(lambda n: f"Annex {n}")
    file_name = factory.Sequence(lambda n: f"annex-{n}.pdf")
    media_type = "application/pdf"
    size = 1200
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    added_by = factory.SelfAttribute("report.changed_by")
