import html
import re
import tempfile
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from members.models import Invitation, MemberCountry, Role, SignOff, User, sign_off_of
from objectives.models import Indicator
from reporting import actions
from reporting.demonstration import accounts
from reporting.demonstration.load import load
from reporting.demonstration.rounds import planned_rounds
from reporting.evidence.storage import path_of
from reporting.evidence.uploads import check
from reporting.models import (
    Evidence,
    Extension,
    IndicatorValue,
    Mail,
    ProgressReport,
    Rating,
    ReportEvent,
    ReportingRound,
    SecretariatValue,
    Status,
    Submission,
)
from reporting.models.history import sha256_of
from tests.files import upload

# All 196 countries take a third of a minute; these few hold every case.
COUNTRIES = ["BR", "FR", "IN", "JP", "KE", "MX", "NR", "TO"]
ODD_DATES = [
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2021, 5, 5, tzinfo=UTC),
]


def run(*countries):
    out = StringIO()
    call_command("load_demonstration", countries=list(countries), stdout=out)
    return out.getvalue()


def open_report(iso2, code):
    goal, objective = code.split(".")
    return ProgressReport.objects.select_related("round__framework", "country").get(
        round__slug="2025-H2",
        country__iso2=iso2,
        objective__goal__number=goal,
        objective__number=objective,
    )


def person(address):
    return User.objects.get(email=f"{address}@demo.example")


def digests():
    return list(
        Submission.objects.order_by("receipt_number").values_list("receipt_number", "sha256")
    )


@override_settings(DEMONSTRATION=True)
class TestLoaded(TestCase):
    """The demonstration is loaded once, for all that only look at it."""

    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        with override_settings(EVIDENCE_DIR=cls.folder):
            load(only=COUNTRIES)
        if connection.vendor == "postgresql":
            # Else PostgreSQL checks each row's references as it planned to when an earlier test
            # had a few rows in these tables: by reading all of them.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        connection.check_constraints()

    def test_secretariat_has_values_of_its_own_indicators_but_of_the_open_round(self):
        held = Indicator.objects.held_by_others().filter(
            objective__goal__framework__slug="2022-2025"
        )
        rounds = ReportingRound.objects.count() - 1
        assert SecretariatValue.objects.count() == held.count() * rounds
        asked = SecretariatValue.objects.filter(
            indicator__in=Indicator.objects.asked_of_countries()
        )
        assert not asked.exists()

    def test_every_member_country_is_there(self):
        assert MemberCountry.objects.count() == 196

    def test_there_are_eight_rounds(self):
        assert list(ReportingRound.objects.values_list("slug", flat=True)) == [
            f"{year}-H{half}" for year in range(2022, 2026) for half in (1, 2)
        ]

    def test_only_the_last_round_is_open(self):
        now = timezone.now()
        assert [str(a_round.slug) for a_round in ReportingRound.objects.open_at(now)] == ["2025-H2"]

    def test_the_open_round_has_every_status(self):
        reports = ProgressReport.objects.filter(round__slug="2025-H2")
        assert set(reports.values_list("status", flat=True)) == set(Status.values)

    def test_every_rating_is_given(self):
        ratings = ProgressReport.objects.exclude(rating="").values_list("rating", flat=True)
        assert set(ratings) == set(Rating.values)

    def test_every_kind_of_event_happens(self):
        kinds = ReportEvent.objects.values_list("kind", flat=True)
        assert set(kinds) == set(ReportEvent.Kind.values)

    def test_some_reports_were_late(self):
        assert Submission.objects.filter(submitted_at__gt=F("report__round__due_at")).exists()

    def test_no_report_came_outside_its_round(self):
        closes_at, opens_at = F("report__round__closes_at"), F("report__round__opens_at")
        inside = Submission.objects.filter(submitted_at__gte=opens_at, submitted_at__lt=closes_at)
        assert inside.count() == Submission.objects.count()

    def test_nothing_happened_in_the_future(self):
        assert not ReportEvent.objects.filter(at__gt=timezone.now()).exists()

    def test_events_are_chained(self):
        for report in ProgressReport.objects.prefetch_related("events"):
            previous = ""
            for number, event in enumerate(report.events.all(), start=1):
                assert (event.number, event.previous_hash) == (number, previous)
                assert event.hash == event.computed_hash()
                previous = event.hash

    def test_events_follow_each_other(self):
        for report in ProgressReport.objects.prefetch_related("events"):
            events = list(report.events.all())
            assert [event.from_status for event in events] == [
                "",
                *(event.to_status for event in events[:-1]),
            ]
            assert [event.at for event in events] == sorted({event.at for event in events})

    def test_last_event_led_to_the_status(self):
        for report in ProgressReport.objects.prefetch_related("events"):
            assert list(report.events.all())[-1].to_status == report.status

    def test_a_return_says_why(self):
        returned = ReportEvent.objects.filter(kind__in=["returned", "reopened"])
        assert not returned.filter(comment="").exists()

    def test_submissions_fit_their_digest(self):
        for submission in Submission.objects.all():
            assert submission.sha256 == sha256_of(submission.content)

    def test_last_submission_is_what_was_approved(self):
        answers = "indicator_values__indicator__objective__goal"
        reports = ProgressReport.objects.approved().select_related(
            "round__framework", "country", "objective__goal", "confirms__round"
        )
        for report in reports.prefetch_related("submissions", "evidence", answers):
            content = report.content(report.indicator_values.all(), report.evidence.all())
            frozen = list(report.submissions.all())[-1].content
            assert frozen | content == frozen

    def test_what_is_frozen_is_what_the_portal_freezes(self):
        report, focal_point = open_report("FR", "2.4"), person("focal.fr")
        frozen = report.submissions.get().content
        again = actions.submit_report(report=report, version=report.version, by=focal_point)
        assert again.content == frozen

    def test_evidence_is_frozen_with_the_report(self):
        report = open_report("FR", "1.4")
        there = [item.content() for item in report.evidence.all()]
        assert report.submissions.get().content["evidence"] == there
        assert [item["file_name"] for item in there] == [
            "checklist.pdf",
            "quality-by-month.png",
            "",
        ]

    def test_evidence_is_what_the_portal_takes(self):
        with override_settings(EVIDENCE_DIR=self.folder):
            for item in Evidence.objects.files():
                check(upload(item.file_name, path_of(item.sha256).read_bytes()))

    def test_whoever_was_late_had_more_time(self):
        due_at = F("report__round__due_at")
        for late in Submission.objects.filter(number=1, submitted_at__gte=due_at):
            until = Extension.objects.until(late.report.round, late.report.country)
            assert late.content["late"] and until > late.submitted_at

    def test_a_draft_of_france_has_evidence_that_can_be_taken_away(self):
        report = open_report("FR", "1.2")
        assert list(report.evidence.values_list("file_name", "submitted")) == [
            ("", False),
            ("course-topics.txt", False),
        ]

    def test_france_may_correct_the_commented_fields_alone(self):
        report = open_report("FR", "1.3")
        comments = report.events.get(kind="returned").field_comments
        assert report.open_fields == sorted(comments) == ["achievements", "next_steps"]

    def test_a_report_confirms_the_one_before(self):
        report = open_report("FR", "4.3")
        assert report.confirms == report.last_approved()
        assert report.submissions.get().content["confirms"] == report.confirms.round.slug
        assert report.achievements == report.confirms.achievements

    def test_an_indicator_was_not_answered(self):
        report = open_report("JP", "3.2")
        codes = [indicator.code for indicator in report.not_answered()]
        frozen = report.submissions.last().content["not_answered"]
        assert [each["indicator"] for each in frozen] == codes != []

    def test_extensions_have_every_state(self):
        found = Extension.objects.filter(round__slug="2025-H2").order_by("country__iso2")
        assert list(found.values_list("country__iso2", "state")) == [
            ("FR", "granted"),
            ("JP", "refused"),
            ("KE", "asked"),
        ]
        assert not found.filter(asked_at__gt=timezone.now()).exists()

    def test_a_focal_point_lets_a_colleague_submit(self):
        now = timezone.now()
        assert sign_off_of(person("reporter.br"), now) == SignOff.DELEGATE
        assert sign_off_of(person("reporter.fr"), now) is None

    def test_a_submission_says_as_what_it_was_signed(self):
        said = {
            content["signed_as"]: content["country"]
            for content in Submission.objects.values_list("content", flat=True)
            if content["signed_as"] != SignOff.FOCAL_POINT
        }
        assert said == {"delegate": "BR", "only_officer": "NR", "secretariat": "TO"}
        assert MemberCountry.objects.get(iso2="NR").single_officer_reason

    def test_a_colleague_decides_on_what_came_by_post(self):
        report = open_report("TO", "1.4")
        may = [
            ProgressReport.objects.reviewable_by(person(name)).filter(pk=report.pk).exists()
            for name in ("reviewer", "colleague")
        ]
        assert may == [True, False]
        assert report.evidence.get().submitted

    def test_both_reviewers_have_claimed_a_report(self):
        claimed = ProgressReport.objects.filter(claimed_by__isnull=False)
        names = claimed.order_by("claimed_by__email").values_list("claimed_by__email", flat=True)
        assert list(names) == ["colleague@demo.example", "reviewer@demo.example"]
        assert not claimed.filter(claimed_at__gt=timezone.now()).exists()

    def test_sign_in_page_says_what_to_look_at_first(self):
        page = html.unescape(self.client.get(reverse("account_login")).content.decode())
        missing = [
            account.email
            for account in accounts.CAST
            if f"{account.email}</code>: {account.look}" not in page
        ]
        assert missing == []

    def test_submitted_reports_lack_nothing(self):
        for report in ProgressReport.objects.exclude(status=Status.DRAFT):
            assert report.missing_for_submission() == {}

    def test_every_indicator_asked_of_countries_has_numbers(self):
        asked = Indicator.objects.asked_of_countries().values_list("pk", flat=True)
        numbers = IndicatorValue.objects.filter(kind="number")
        assert set(numbers.values_list("indicator", flat=True)) == set(asked)

    def test_a_newcomer_can_file_the_first_objective_of_france(self):
        desk = ProgressReport.objects.filter(round__slug="2025-H2", country__iso2="FR")
        first = desk.filter(objective__goal__number=1).order_by("objective__number")
        assert list(first.values_list("objective__number", "status")) == [
            (2, Status.DRAFT),
            (3, Status.RETURNED),
            (4, Status.SUBMITTED),
        ]

    def test_percentages_grow(self):
        first, last = (
            ProgressReport.objects.approved().filter(round__slug=slug)
            for slug in ("2022-H1", "2025-H1")
        )
        averages = [
            sum(report.percent_complete or 0 for report in reports) / len(reports)
            for reports in (first, last)
        ]
        assert averages[0] < averages[1] - 30

    def test_no_mail_waits(self):
        assert not Mail.objects.exists()

    def test_only_the_cast_can_sign_in(self):
        active = User.objects.active().order_by("email").values_list("email", flat=True)
        assert list(active) == sorted(account.email for account in accounts.CAST)

    def test_some_are_invited_and_no_mail_goes_to_them(self):
        pending = Invitation.objects.pending()
        assert pending.unconfirmed().get().role == Role.REVIEWER
        assert pending.filter(country__iso2="FR").count() == 2
        assert not pending.filter(mail_after__isnull=False).exists()

    def test_the_password_opens_an_account(self):
        reporter = User.objects.get(email="reporter.fr@demo.example")
        assert reporter.check_password(accounts.PASSWORD)

    def test_bureau_accounts_have_no_password(self):
        bureau = User.objects.get(email="ncb.mx@demo.example")
        assert (bureau.is_active, bureau.has_usable_password()) == (False, False)

    def test_second_run_changes_nothing(self):
        before = digests(), User.objects.count(), ReportEvent.objects.count()
        assert run() == f"\n{accounts.table()}\n"
        assert (digests(), User.objects.count(), ReportEvent.objects.count()) == before


def test_command_refuses_without_the_setting(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="DEMONSTRATION=1"):
        run("FR")
    assert not User.objects.exists()


def test_command_refuses_a_data_base_in_use(db, settings):
    settings.DEMONSTRATION = True
    User.objects.create_user("somebody@police.example", "a long password", name="Somebody")
    with pytest.raises(CommandError, match="in use"):
        run("FR")
    assert User.objects.count() == 1


def test_command_ends_with_the_accounts(db, settings):
    settings.DEMONSTRATION = True
    assert run("FR").endswith(f"\n{accounts.table()}\n")


def test_history_and_tallies_fit(db, settings):
    settings.DEMONSTRATION = True
    run("FR", "TO")
    said = StringIO()
    call_command("verify_history", stdout=said)
    call_command("verify_tallies", stdout=said)
    assert re.findall(r"history fits|5 files|all as a recount", said.getvalue()) == [
        "history fits",
        "5 files",
        "all as a recount",
    ]


def test_fixtures_bring_no_account(db):
    call_command("loaddata", "members", "framework-2022-2025", "framework-2026-2030", verbosity=0)
    assert not User.objects.exists()


def test_the_same_every_time(db, settings):
    settings.DEMONSTRATION = True
    found = []
    for _ in range(2):
        with transaction.atomic():
            load(only=["FR", "MX"])
            found.append(digests())
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.parametrize("now", ODD_DATES, ids=lambda now: str(now.date()))
def test_last_round_is_open_whatever_the_date(db, settings, now):
    settings.DEMONSTRATION = True
    with time_machine.travel(now, tick=False):
        load(only=["FR"])
    assert [a_round.slug for a_round in ReportingRound.objects.open_at(now)] == ["2025-H2"]
    assert not ReportEvent.objects.filter(at__gt=now).exists()


@pytest.mark.parametrize("now", ODD_DATES, ids=lambda now: str(now.date()))
def test_rounds_come_one_after_the_other(now):
    plans = planned_rounds(now)
    for plan, following in zip(plans, plans[1:], strict=False):
        assert plan.opens_at < plan.due_at < plan.closes_at < following.opens_at


def test_earlier_rounds_open_when_their_period_ends():
    first = planned_rounds(ODD_DATES[0])[0]
    assert first.opens_at.date() == date(2022, 7, 1)
    assert first.due_at - first.opens_at < timedelta(weeks=6, days=1)
