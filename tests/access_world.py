"""One report in one state, and everybody who might ask for it: the world of the access matrix."""

import datetime
import re
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.html import parse_html
from django.urls import reverse
from django.utils import timezone
from fido2 import webauthn
from fido2.cose import ES256

from members import inviting, proposing
from members import people as people_actions
from members.models import Role, User
from objectives.models import Indicator
from reporting import actions
from reporting.evidence import stored
from reporting.models import Book, ProgressReport, Quotation, SecretariatValue, WorkbookUpload
from tests.factories import (
    DelegationFactory,
    ExtensionFactory,
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
    UserFactory,
    days,
)
from tests.files import PDF
from tests.pages import walk
from tests.workbooks import fill

PASSWORD = "correct horse battery"
COMMENT = "Please name the training courses."
MISSING = 987_654_321
NO_SUCH = {"submission": "2000-NONE", "country": "XX", "region": "XXX", "small country": "XX"}
NO_SUCH |= {"round": "2000-H1", "round ahead": "2000-H1"}
# Those of which addresses speak by another name than a key.
OWN_NAME = {
    "country": "iso2",
    "small country": "iso2",
    "region": "code",
    "round": "slug",
    "round ahead": "slug",
}
# The values of an address where no row's own key is asked for.
PLACE = {
    "slug": "2022-2025",
    "round_slug": "2025-H2",
    "code": (1, 1),
    "number": 1,
    "iso2": "FR",
    "table": "progress",
    "rest": "nowhere",
    "uidb64": "MQ",
    "token": "set-password",
    "role": "reporter",
    "key": "set",
    "provider_id": "organisation",
}


OF_THE_ADMIN = [(r"\(\?P<app_label>.*\)", "members"), (r"\(\?P<url>.*\)", "nowhere/")]
MODELS = {model._meta.label_lower: model for model in admin.site._registry}
KEY = r"<[^>]+>|\(\[/\]\+\)"
DAYS = {"earlier": -10, "soon": 20, "later": 80}
# Who is here, and how often somebody has tried: a look changes these.
OF_EVERY_REQUEST = {"django_session", settings.CACHES["default"]["LOCATION"]}
WRITTEN = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"')


class Writing:
    """The tables to which something was written, by whatever way."""

    def __init__(self):
        self.tables = set()

    def __call__(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        written = WRITTEN.match(sql)
        if written:
            self.tables.add(written[1])
        return answer


def contents(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return sorted(repr([plain(value) for value in row]) for row in cursor.fetchall())


def plain(value):
    """PostgreSQL hands out the place of a file in memory, not what is in it."""
    return bytes(value) if isinstance(value, memoryview) else value


@dataclass
class World:
    """`ids` are those of the rows that there are in this state: {"report": 12}."""

    people: dict
    ids: dict
    report: ProgressReport | None
    stamps: dict

    def __post_init__(self):
        self.sessions = {name: session_of(user) for name, user in self.people.items()}
        User.objects.filter(pk=self.people["deactivated"].pk).update(is_active=False)
        tables = set(connection.introspection.table_names()) - OF_EVERY_REQUEST
        now = timezone.now()
        self.days = {name: f"{now + days(number):%Y-%m-%d}" for name, number in DAYS.items()}
        self.contents = {table: contents(table) for table in tables}
        self.workbook_of = cache(self.workbook_of)
        self.form_of = cache(self.form_of)

    def ask(self, actor, method, address, data):
        """The portal's answer; what it changes is undone."""
        client = Client(raise_request_exception=True)
        if actor in self.sessions:
            client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.sessions[actor]})
        headers = {"Authorization": "Bearer 0123456789abcdef"} if actor == "token" else {}
        writing = Writing()
        with transaction.atomic(), connection.execute_wrapper(writing):
            response = getattr(client, method.lower())(address, data, headers=headers)
            # A file is read as it is sent.
            response.body = b"".join(response)
            if response.streaming:
                # Closing the response would close the database too.
                for close in response._resource_closers:
                    close()
            response.changed = self.changed(writing.tables)
            transaction.set_rollback(True)
        return response

    def changed(self, tables):
        """Those in which other rows are now than before the request."""
        kept = self.contents
        return sorted(each for each in tables & kept.keys() if contents(each) != kept[each])

    def values(self, actor):
        """What a form sends, of the report as the person has seen it; of files what makes them."""
        stranger = actor.endswith(" other")
        country = "other" if stranger else "own"
        return {
            **self.ids,
            **self.days,
            "version": 0 if stranger or self.report is None else self.report.version,
            "report": self.ids.get("report", MISSING),
            "stamp": self.stamps["round"],
            "stamp ahead": self.stamps["round ahead"],
            "colleague": self.people["reporter other" if stranger else "colleague"].pk,
            "password": PASSWORD,
            "annex": lambda: SimpleUploadedFile("another.pdf", PDF + b"%"),
            "workbook": lambda: SimpleUploadedFile("filled.xlsx", self.workbook_of(country)),
        }

    def form_of(self, model):
        """The fields of a row, as they stand on its page in the admin."""
        app, name = model.split(".")
        address = reverse(f"admin:{app}_{name}_change", args=[self.ids.get(model, MISSING)])
        return dict(fields_on(self.ask("administrator", "GET", address, {})))

    def workbook_of(self, country):
        """What an officer has downloaded and filled in."""
        address = reverse("reporting:workbook_download", args=[PLACE["round_slug"]])
        empty = self.ask(f"reporter {country}", "GET", address, {})
        return fill(empty.body, {"1.1/achievements": "Two more courses were held."})


def fields_on(page):
    for element in walk(parse_html(page.content.decode())) if page.content else []:
        said = dict(element.attributes)
        name, kind = said.get("name"), said.get("type")
        if not name or kind in ("submit", "file"):
            continue
        if element.name == "textarea":
            yield name, "".join(map(str, element.children))
        elif element.name == "select":
            chosen = [dict(each.attributes) for each in walk(element) if each.name == "option"]
            yield from [(name, each["value"]) for each in chosen if "selected" in each]
        elif element.name == "input" and (kind != "checkbox" or "checked" in said):
            yield name, said.get("value", "")


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def person(name, role, country=None):
    account = {"user__email": f"{name.replace(' ', '.')}@example.org", "user__name": name}
    account["user__password"] = PASSWORD
    return MembershipFactory(role=role, country=country, **account).user


def people_of(france, japan):
    return {
        "viewer": person("viewer", Role.VIEWER),
        "reporter own": person("reporter own", Role.REPORTER, france),
        "reporter other": person("reporter other", Role.REPORTER, japan),
        "focal point own": person("focal point own", Role.FOCAL_POINT, france),
        "focal point other": person("focal point other", Role.FOCAL_POINT, japan),
        "reviewer assigned": person("reviewer assigned", Role.REVIEWER),
        "reviewer not assigned": person("reviewer not assigned", Role.REVIEWER),
        "framework editor": person("framework editor", Role.FRAMEWORK_EDITOR),
        "administrator": UserFactory(name="administrator", is_superuser=True, password=PASSWORD),
        "deactivated": person("deactivated", Role.REVIEWER),
    }


def build(state):
    """The world in which France's report on objective 1.1 is in `state`, or is not there."""
    framework = FrameworkFactory(slug="2022-2025")
    MilestoneFactory(framework=framework)
    goal = GoalFactory(framework=framework)
    objective = ObjectiveFactory(goal=goal)
    indicator = IndicatorFactory(objective=objective)
    TargetFactory(indicator=indicator)
    found = ReportingRoundFactory(
        framework=framework, slug="2025-H2", starts_on=datetime.date(2025, 7, 1)
    )
    before = ReportingRoundFactory(
        framework=framework, slug="2025-H1", starts_on=datetime.date(2025, 1, 1), closed=True
    )
    ahead = ReportingRoundFactory(
        framework=framework, slug="2025-Q4", starts_on=datetime.date(2025, 10, 1), ahead=True
    )
    held = IndicatorFactory(objective=objective, reporter=Indicator.Reporter.SECRETARIAT)
    SecretariatValue.objects.create(round=before, indicator=held, value=40)
    france = MemberCountryFactory(iso2="FR", region=RegionFactory(code="EUR", name="Europe"))
    japan = MemberCountryFactory(iso2="JP", region=RegionFactory(code="ASI", name="Asia"))
    people = people_of(france, japan)
    place = {"objective": objective, "country": france, "changed_by": people["reporter own"]}
    ProgressReportFactory(round=before, approved=True, **place)
    ids = around_the_report(framework, found, people, japan)
    report = None
    if state != "none":
        report = ProgressReportFactory(
            round=found, main_challenge="staff", achievements="", **place
        )
        IndicatorValueFactory(report=report, indicator=indicator)
        ids |= bring_to(state, report, people)
    ids |= {"country": "FR", "region": "EUR", "round": found.slug, "round ahead": ahead.slug}
    ids["round before"] = before.pk
    ids |= keys_in_the_admin()
    return World(people, ids, report, {"round": found.stamp, "round ahead": ahead.stamp})


def keys_in_the_admin():
    """The newest row of each model."""
    newest = {label: model.objects.order_by("pk").last() for label, model in MODELS.items()}
    return {label: row.pk for label, row in newest.items() if row}


def security_key():
    """What a key of a browser sends when it is added."""
    curve = ec.generate_private_key(ec.SECP256R1())
    public = ES256.from_cryptography_key(curve.public_key())
    credential = webauthn.AttestedCredentialData.create(webauthn.Aaguid.NONE, b"key", public)
    flags = webauthn.AuthenticatorData.FLAG.UP | webauthn.AuthenticatorData.FLAG.AT
    made = webauthn.AuthenticatorAttestationResponse(
        client_data=webauthn.CollectedClientData.create(
            "webauthn.create", b"x", "https://x.example"
        ),
        attestation_object=webauthn.AttestationObject.create(
            "none", webauthn.AuthenticatorData.create(bytes(32), flags, 0, credential), {}
        ),
    )
    return dict(webauthn.RegistrationResponse(raw_id=b"key", response=made))


def bring_to(state, report, people):
    """By the very actions; returns the keys of what came into being on the way."""
    focal_point, reviewer = people["focal point own"], people["reviewer assigned"]
    evidence = stored(SimpleUploadedFile("annex.pdf", PDF), "Annex")
    actions.add_evidence(report=report, version=1, items=[evidence], by=focal_point)
    ids = {"report": report.pk, "evidence": report.evidence.get().pk}
    if state == "draft":
        return ids
    submission = actions.submit_report(report=report, version=report.version, by=focal_point)
    ids["submission"] = submission.receipt_number
    actions.claim_report(report=report, by=reviewer)
    decision = {"report": report, "version": report.version, "by": reviewer}
    if state == "returned":
        actions.return_report(comment=COMMENT, **decision)
    if state == "approved":
        actions.approve_report(**decision)
        quotation = Quotation.objects.create(
            submission=submission,
            field="challenges",
            text=report.challenges,
            chosen_at=timezone.now(),
            chosen_by=reviewer,
        )
        ids["quotation"] = quotation.pk
    return ids


def around_the_report(framework, found, people, japan):
    """A row of all else that has a key in some address."""
    people["colleague"] = person("colleague", Role.REPORTER, people["reporter own"].country)
    reviewer, colleague = people["reviewer assigned"], people["reviewer not assigned"]
    frozen = actions.propose_snapshot(reporting_round=found, reason="To compare.", by=reviewer)
    actions.confirm_snapshot(snapshot=frozen, by=colleague)
    proposal = actions.propose_snapshot(reporting_round=found, reason="Again.", by=reviewer)
    delegation = DelegationFactory(given_by=people["focal point own"], given_to=people["colleague"])
    extension = ExtensionFactory(round=found, country=japan, asked_by=people["reporter other"])
    upload = WorkbookUpload.objects.create(
        round=found,
        country=people["reporter own"].country,
        file_name="filled.xlsx",
        sha256="0" * 64,
        changes=[],
        errors=[],
        uploaded_by=people["reporter own"],
    )
    book = Book.objects.create(
        asked_by=people["viewer"], framework=framework, content=b"PK", finished_at=timezone.now()
    )
    return around_the_people(people) | {
        "snapshot": frozen.number,
        "proposal": proposal.pk,
        "delegation": delegation.pk,
        "extension": extension.pk,
        "workbook": upload.pk,
        "book": book.pk,
    }


def around_the_people(people):
    """Invitations and accounts that somebody manages, and all that one signs in with."""
    reviewer, viewer = people["reviewer assigned"], people["viewer"]
    country = people["reporter own"].country
    invitation = inviting.invite(
        by=people["focal point own"], email="new@example.org", role=Role.REPORTER, country=country
    )
    proposed = inviting.invite(by=reviewer, email="other@example.org", role=Role.REVIEWER)
    small = MemberCountryFactory(
        iso2="NR", region=country.region, single_officer_reason="The bureau has one officer."
    )
    officer = proposing.propose_only_officer(
        country=small, by=people["administrator"], reason="For two more years."
    )
    closed = person("closed", Role.REPORTER, country)
    people_actions.deactivate(person=closed, by=people["focal point own"], reason="Has left.")
    session = UserSession.objects.create(
        user=viewer, session_key=session_of(viewer), ip="127.0.0.1", user_agent="x"
    )
    TOTP.activate(viewer, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(viewer)
    key = Authenticator.objects.create(
        user=viewer,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": security_key()},
    )
    return {
        "invitation": invitation.pk,
        "proposed invitation": proposed.pk,
        "proposal of the administrator": officer.pk,
        "small country": small.iso2,
        "officer": people["colleague"].pk,
        "closed officer": closed.pk,
        "focal point": people["focal point own"].pk,
        "session": session.pk,
        "security key": key.pk,
    }


def address_of(pattern, ids, what=None):
    """The address of a URL pattern, for the row `what` of `ids`; without it for one that is not.

    An identity in the address is what `what` names; all else in it stands in `PLACE`.
    """
    key = ids.get(what, NO_SUCH.get(what, MISSING))
    arguments = {name: PLACE.get(name, key) for name in pattern.parameters}
    if pattern.path.startswith("admin/"):
        # Some of its patterns have no name, or one that others have too.
        path = pattern.path.translate({ord("^"): None, ord("$"): None})
        for part, said in [*OF_THE_ADMIN, (KEY, str(key))]:
            path = re.sub(part, said, path)
        return f"/{path}"
    if "indicators/" in pattern.path and "code" in arguments:
        arguments["code"] = (1, 1, 1)
    if what in OWN_NAME:
        arguments[OWN_NAME[what]] = key
    return reverse(pattern.name, kwargs=arguments)
