"""Countries with reports in every state, in frameworks of every visibility, each text marked."""

import io
import zipfile
from datetime import date, timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

from members.models import Role, User
from reporting import actions
from reporting.evidence import stored
from reporting.models import Book, Evidence, IndicatorValue, ProgressReport
from reporting.notifications.digests import queue_digests
from reporting.notifications.reminders import queue_reminders
from tests.factories import (
    DelegationFactory,
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    MemberCountryFactory,
    MembershipFactory,
    MilestoneFactory,
    ObjectiveFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
    UserFactory,
)
from tests.sweep.marks import (
    APPROVED,
    COMMENT,
    DRAFT,
    EVIDENCE,
    EXTENSION,
    HELD_QUOTATION,
    LIVE_QUOTATION,
    NOTE,
    OFFICER,
    RETURNED,
    SUBMITTED,
    TEXT,
    WORKBOOK,
    Mark,
)
from tests.workbooks import fill

# The last region is one in which figures are withheld.
REGIONS = [("EUR", "Europe"), ("AFR", "Africa"), ("ASI", "Asia")]
LONELY = 2
# The n-th objective is that of the n-th state; the last two are approved.
STATES = [DRAFT, RETURNED, SUBMITTED]
# How many countries upload a workbook: it takes as long as all the rest of a country.
WORKBOOKS = 2


class Reader(NamedTuple):
    """Somebody who looks, and what he may see by his role."""

    name: str
    user: User | None = None
    country: str | None = None

    @property
    def is_signed_in(self):
        return self.user is not None

    @property
    def is_reviewer(self):
        return self.is_signed_in and self.user.is_reviewer

    @property
    def works_for_the_secretariat(self):
        if not self.is_signed_in:
            return False
        return self.is_reviewer or self.user.is_framework_editor or self.user.is_superuser

    def browser(self):
        client = Client(SERVER_NAME="127.0.0.1")
        if self.user:
            client.force_login(self.user)
        return client

    def __str__(self):
        return f"{self.name} of {self.country}" if self.country else self.name


class World:
    def __init__(self, countries=8, progress=False):
        self.progress = progress
        self.regions = [RegionFactory(code=code, name=name) for code, name in REGIONS]
        self.countries = [
            MemberCountryFactory(region=self.regions[-1 if n < LONELY else n % 2])
            for n in range(countries)
        ]
        self.people()
        self.frameworks = [self.make_framework(visibility) for visibility in APPROVED]
        for country in self.each("Reports", self.countries):
            self.report(country)
        self.review()
        for country in self.each("Requests", self.countries):
            self.ask(country)
        for country in self.each("Workbooks", self.countries[:WORKBOOKS]):
            self.upload(country)
        self.answer()
        now = timezone.now()
        for days in (0, 20, 31):
            queue_reminders(now + timedelta(days=days))
        queue_digests(now + timedelta(days=1, hours=12))

    def each(self, words, items):
        return tqdm(items, desc=f"Building: {words}", leave=False, disable=not self.progress)

    def people(self):
        self.officers = {
            country.iso2: {
                role: MembershipFactory(
                    role=role,
                    country=country,
                    user__email=f"{Mark(country.iso2, DRAFT, OFFICER)}.{role}@example.org",
                    user__name=f"{role} {Mark(country.iso2, DRAFT, OFFICER)}",
                    # One of the two has all of a day in one mail.
                    user__wants_digest=role == Role.REPORTER,
                ).user
                for role in (Role.REPORTER, Role.FOCAL_POINT)
            }
            for country in self.countries
        }
        self.reviewer, self.second = (
            MembershipFactory(role=Role.REVIEWER, user__name=f"Reviewer {n}").user for n in "12"
        )
        # Reviews, and reports for the first country.
        self.both = MembershipFactory(role=Role.REVIEWER, user__name="Both").user
        self.both.memberships.create(role=Role.REPORTER, country=self.countries[0])
        self.editor = MembershipFactory(role=Role.FRAMEWORK_EDITOR).user
        self.viewer = MembershipFactory(role=Role.VIEWER).user
        self.administrator = UserFactory(is_superuser=True)

    @property
    def readers(self):
        """All but the countries' own."""
        fresh = User.objects.get
        return [
            Reader("anonymous"),
            Reader("viewer", fresh(pk=self.viewer.pk)),
            Reader("reviewer", fresh(pk=self.reviewer.pk)),
            Reader("reviewer and reporter", fresh(pk=self.both.pk), self.countries[0].iso2),
            Reader("framework editor", fresh(pk=self.editor.pk)),
            Reader("administrator", fresh(pk=self.administrator.pk)),
        ]

    def readers_of(self, country):
        return [
            Reader(str(role), User.objects.get(pk=user.pk), country.iso2)
            for role, user in self.officers[country.iso2].items()
        ]

    def make_framework(self, visibility):
        framework = FrameworkFactory(slug=f"fw-{visibility}", results_visibility=visibility)
        goal = GoalFactory(framework=framework)
        objectives = ObjectiveFactory.create_batch(5, goal=goal)
        MilestoneFactory(framework=framework)
        for objective in objectives:
            indicator = IndicatorFactory(objective=objective, unit="persons", aggregation="sum")
            TargetFactory(indicator=indicator)
        self.rounds = getattr(self, "rounds", {}) | {
            (visibility, half): ReportingRoundFactory(
                framework=framework,
                slug=f"{visibility[:3]}-2025-H{half}",
                starts_on=date(2025, 1 if half == 1 else 7, 1),
            )
            for half in (1, 2)
        }
        return framework

    def report(self, country):
        for framework in self.frameworks:
            visibility = framework.results_visibility
            first, second = (self.rounds[visibility, half] for half in (1, 2))
            objectives = list(framework.goals.get().objectives.all())
            approved = APPROVED[visibility]
            # Every draft begins beside what was approved before.
            self.write(country, first, objectives[3], approved)
            for objective, state in zip(objectives, [*STATES, approved, approved], strict=True):
                self.write(country, second, objective, state)

    def write(self, country, reporting_round, objective, state):
        officers, kinds = self.officers[country.iso2], (TEXT, NOTE, EVIDENCE)
        text, note, evidence = (str(Mark(country.iso2, state, kind)) for kind in kinds)
        passages = [f"A {Mark(country.iso2, state, kind)} passage" for kind in self.quoted(state)]
        content = {
            "rating": "at_risk",
            "percent_complete": 40,
            "confidence": "low",
            "achievements": f"What {text} has done.",
            "challenges": f"{text}. {' that everybody reads. '.join([*passages, ''])}",
            "main_challenge": "staff",
            "next_steps": f"What {text} does next.",
            "main_next_step": "train",
            "lessons": f"What {text} learnt.",
            "not_applicable_reason": f"Not so for {text}.",
        }
        report = ProgressReport(
            round=reporting_round, objective=objective, country=country, version=0
        )
        [indicator] = objective.indicators.all()
        answer = IndicatorValue(kind="number", value=7, note=f"Counted by {note}.")
        by = officers[Role.REPORTER]
        actions.save_draft(
            report=report, version=0, content=content, values={indicator: answer}, by=by
        )
        file = SimpleUploadedFile(f"{evidence}.txt", f"Annex {evidence}, {report.pk}".encode())
        link = Evidence(title=f"Page {evidence}", url=f"https://police.example/{evidence}")
        items = [stored(file, f"Annex {evidence}"), link]
        actions.add_evidence(report=report, version=1, items=items, by=by)
        if state == DRAFT:
            actions.tell_ready(report=report, version=2, by=by)
            return
        by = officers[Role.FOCAL_POINT]
        actions.submit_report(report=report, version=2, by=by)
        if state == SUBMITTED:
            # Of two submissions there are changes to look at.
            actions.withdraw_report(report=report, version=3, by=by)
            actions.submit_report(report=report, version=4, by=by)

    def quoted(self, state):
        if state not in APPROVED.values():
            return []
        return [LIVE_QUOTATION, HELD_QUOTATION, HELD_QUOTATION]

    def review(self):
        reports = ProgressReport.objects.submitted().select_related(
            "country", "round__framework", "objective__goal"
        )
        reports = list(reports.order_by("pk"))
        approved = [each for each in reports if each.objective.number > 3]
        for framework in self.each("Approvals", self.frameworks):
            several = [(each, 3) for each in approved if each.round.framework == framework]
            actions.approve_reports(reports=several, by=self.reviewer)
            for half in (1, 2):
                snapshot = actions.propose_snapshot(
                    reporting_round=self.rounds[framework.results_visibility, half],
                    reason="To compare with.",
                    by=self.reviewer,
                )
                if half == 1:
                    actions.confirm_snapshot(snapshot=snapshot, by=self.second)
        for report in self.each("Returns", reports):
            if report.objective.number == 2:
                said = f"Say more, {Mark(report.country.iso2, RETURNED, COMMENT)}, please."
                actions.return_report(
                    report=report,
                    version=3,
                    by=self.reviewer,
                    comment=said,
                    field_comments={"achievements": said},
                )
            elif report.objective.number == 3 and report.country.pk % 2:
                actions.claim_report(report=report, by=self.reviewer)
            elif report.objective.number == 5:
                self.quote(report)

    def quote(self, report):
        state = APPROVED[report.round.framework.results_visibility]
        for position, kind in enumerate(self.quoted(state)):
            quotation = actions.choose_quotation(
                report=report,
                field="challenges",
                text=f"A {Mark(report.country.iso2, state, kind)} passage" + "." * position,
                by=self.reviewer,
            )
            if position != 1:
                actions.confirm_quotation(quotation=quotation, by=self.second)
            if position == 2:
                actions.take_back_quotation(quotation=quotation, by=self.second, reason="Too much.")

    def ask(self, country):
        officers = self.officers[country.iso2]
        DelegationFactory(
            country=country,
            given_by=officers[Role.FOCAL_POINT],
            given_to=officers[Role.REPORTER],
        )
        for framework in self.frameworks:
            actions.ask_extension(
                reporting_round=self.rounds[framework.results_visibility, 2],
                country=country,
                until=timezone.now() + timedelta(days=90),
                reason=f"Our registry {Mark(country.iso2, DRAFT, EXTENSION)} has moved.",
                by=officers[Role.FOCAL_POINT],
            )
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            archive.writestr("brief.txt", str(Mark(country.iso2, DRAFT, WORKBOOK)))
        for officer in officers.values():
            Book.objects.create(
                asked_by=officer,
                framework=self.frameworks[-1],
                finished_at=timezone.now(),
                content=book.getvalue(),
            )

    def answer(self):
        """Half of the countries that ask for more time are given it, in one round."""
        for country in self.countries[::2]:
            actions.answer_extension(
                extension=country.extensions.first(),
                by=self.reviewer,
                granted_until=timezone.now() + timedelta(days=80),
                answer=f"Granted to {Mark(country.iso2, DRAFT, EXTENSION)}.",
            )

    def upload(self, country):
        """What would be written into a draft, and waits to be accepted."""
        mark = Mark(country.iso2, DRAFT, WORKBOOK)
        found = self.rounds["aggregate", 2]
        client = Reader("", self.officers[country.iso2][Role.REPORTER]).browser()
        content = client.get(f"/reporting/{found.slug}/workbook.xlsx").content
        filled = fill(content, {"1.1/achievements": f"As {mark} says."})
        file = SimpleUploadedFile(f"{mark}.xlsx", filled)
        response = client.post(f"/reporting/{found.slug}/workbook/", {"file": file})
        if response.status_code != 302:
            raise ValueError(f"The workbook of {country.iso2} was refused.")
