"""Every form that the portal shows to anybody, found on its pages by whoever gets them."""

import re
from typing import NamedTuple
from unittest import mock
from urllib.parse import parse_qsl, urldefrag

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.functional import cached_property
from django.utils.http import urlsafe_base64_encode

from members import inviting
from members.invitation_mails import digest
from members.models import Invitation, Role
from reporting import actions
from reporting.models import ProgressReport, Quotation
from tests.access_world import (
    PASSWORD,
    PLACE,
    World,
    address_of,
    bring_to,
    build,
    contents,
    session_of,
)
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.fuzz.asking import (
    MULTIPART,
    URLENCODED,
    Browser,
    cookies_of,
    parts_of,
    query_of,
    signed_in,
)
from tests.fuzz.reading import Form, place, read
from tests.fuzz.sending import File
from tests.sweep.fields import FIELDS
from tests.test_access_matrix import ENTRIES, MATRIX, PEOPLE, expected, filled_in, members_of, pages
from tests.workbooks import fill

# By the state in which the report on each objective is; of the next there is none.
CODES = {"approved": (1, 1), "draft": (1, 2), "submitted": (1, 3), "returned": (1, 4)}
CODES |= {"unclaimed": (1, 5), "none": (1, 6)}
OPENS = "approved"
ROUTES = {route.path: route for route in pages()}
NAMED = {route.name: route for route in pages()}
SESSION = settings.SESSION_COOKIE_NAME
# What a script sends, or Django's own pages take and do not ask for.
WITHOUT_A_FORM = {
    "admin:(?P<url>.*)$",
    "admin:app_list",
    "admin:index",
    "admin:login",
    "admin:password_change",
    "admin:r/<path:content_type_id>/<path:object_id>/",
    "admin:view_on_site",
    "api:nothing_here",
    "django_tasks_database.dbtaskresult change",
    "members:session",
    "openid_connect_callback",
    "openid_connect_login",
    # Shown where somebody has saved while the workbook was looked at.
    "reporting:workbook_recheck",
}
# What may be asked for, and not here; and what a page has no link for.
OF_OTHERS = {"round": {"2030-H1"}, "country": {"JP", "XX"}, "region": {"XXX"}, "snapshot": {"9"}}
OF_OTHERS |= {"framework": {"2030"}, "report": {"1:1", "9:9"}, "page": {"2"}, "page_size": {"1"}}
OF_OTHERS |= {"next": {"/start/"}, "since": {"return"}, "choose": {"all"}}
OF_THE_ADMIN = {"q": {"a"}, "o": {"1", "-9"}, "p": {"0", "99"}, "e": {"1"}, "all": {""}}
OF_THE_ADMIN |= {"_popup": {"1"}, "_to_field": {"id"}, "_facets": {"True"}, "pk__in": {"1,2"}}
OF_THE_ADMIN |= {"_changelist_filters": {"q=a"}, "id__gt": {"1"}, "name__regex": {"("}}
OF_THE_ADMIN |= {"app_label": {"goals"}, "model_name": {"goal"}, "field_name": {"framework"}}
OF_THE_ADMIN |= {"term": {"a"}, "password__startswith": {"a"}}
TOKEN = "an-invitation-that-is-known"
ANYBODY = "anonymous"
LOOKING = [each for each in PEOPLE if each not in ("deactivated", "token")]
# Where a page answers all of them alike.
SOME = [each for each in LOOKING if not each.endswith(" other")]
# The rows of which there is one for each report.
BY_REPORT = {"report", "evidence", "submission", "quotation"}
# Who gets a file gets no form with it.
FILES = (".csv", ".xlsx", ".pdf", ".json")


class Found(NamedTuple):
    """A form, where it goes, and whose cookies get it."""

    name: str
    address: str
    form: object
    who: str
    cookies: dict
    page: str

    @property
    def buttons(self):
        actions = [each for each in self.form.buttons if place(self.page, each) == self.address]
        return [button for action in actions for button in self.form.buttons[action]]

    @property
    def key(self):
        """Forms of many rows are one: of each row the names are the same, but for its number."""
        names = {re.sub(r"\d+", "N", name) for name in self.form.names}
        return self.name, tuple(sorted(names))


def several_reports():
    """The world of the access matrix in which all rows are there, and a report in each state."""
    other = FrameworkFactory(slug="2030", results_visibility="members")
    IndicatorFactory(objective=ObjectiveFactory(goal=GoalFactory(framework=other)))
    ReportingRoundFactory(framework=other, slug="2030-H1")
    world = build(OPENS)
    report = world.report
    ids_of = {OPENS: world.ids}
    for state in CODES:
        if state == OPENS:
            continue
        objective = ObjectiveFactory(goal=report.objective.goal)
        assert objective.code == ".".join(map(str, CODES[state]))
        indicator = IndicatorFactory(objective=objective, aggregation="ratio_of_sums")
        if state == "none":
            # There is one of the round before, which may be taken over.
            before = report.country.reports.get(round__slug="2025-H1").round
            ProgressReportFactory(
                round=before,
                objective=objective,
                country=report.country,
                changed_by=report.changed_by,
                approved=True,
            )
        else:
            ids_of[state] = world.ids | another(report, objective, indicator, state, world.people)
    what_one_may_take_back(world)
    world = World(world.people, world.ids, report, world.stamps)
    world.ids_of = ids_of
    return world


def another(like, objective, indicator, state, people):
    place = {"round": like.round, "country": like.country, "changed_by": like.changed_by}
    report = ProgressReportFactory(objective=objective, main_challenge="staff", **place)
    IndicatorValueFactory(report=report, indicator=indicator, numerator=1, denominator=2)
    if state == "unclaimed":
        ids = bring_to("draft", report, people)
        actions.submit_report(report=report, version=report.version, by=people["focal point own"])
        return ids
    return bring_to(state, report, people)


def what_one_may_take_back(world):
    """A passage that is shown, another browser, an identity elsewhere, changes of a workbook."""
    people = world.people
    shown = Quotation.objects.get(pk=world.ids["quotation"])
    shown.pk = None
    shown.text = shown.text.split()[0]
    shown.confirmed_at, shown.confirmed_by = timezone.now(), people["reviewer not assigned"]
    shown.save()
    for number in range(2):
        UserSession.objects.create(
            user=people["focal point own"],
            session_key=session_of(people["focal point own"]),
            ip="127.0.0.1",
            user_agent=f"browser {number}",
        )
    SocialAccount.objects.create(user=people["viewer"], provider="organisation", uid="1")


class Finder:
    """Looks at all pages as all people, and keeps each form once."""

    def __init__(self):
        self.world = several_reports()
        self.browser = Browser(self.world)
        self.cookies = {name: signed_in(key) for name, key in self.world.sessions.items()}
        self.cookies[ANYBODY] = {}
        self.found, self.pages = {}, 0
        # {parameter: values} of links and of forms that filter; those of the admin by its page.
        self.queries = {"": {name: set(kept) for name, kept in OF_OTHERS.items()}}
        # {name of a route: (address, cookies)} of the pages that somebody gets.
        self.opened = {}
        for route, entry, state in looked_at():
            ids = self.world.ids_of.get(state, self.world.ids)
            with mock.patch.dict(PLACE, code=CODES[state]):
                address = address_of(route, ids, entry.get("id"))
            for who in people_of(route, entry, state):
                self.look(route.name, address, who, self.cookies[who])
        for name, address, who, cookies in self.behind_a_step():
            self.look(name, address, who, cookies)
        # The steps stay: what a form changes is seen beside them.
        self.world.contents = {table: contents(table) for table in self.world.contents}

    def look(self, name, address, who, cookies):
        response = self.browser.ask("GET", address, cookies)
        if response.status_code >= 400:
            return
        self.opened.setdefault(name, []).append((address, cookies))
        if not response["Content-Type"].startswith("text/html"):
            return
        self.pages += 1
        page = read(response.body.decode())
        cookies = cookies_of(response, cookies)
        of_page = name if address.startswith(reverse("admin:index")) else ""
        for link in page.links:
            self.remember(of_page, parse_qsl(urldefrag(link).url.partition("?")[2]))
        for form in page.forms:
            if form.method == "GET":
                known = [*form.values.items(), *form.choices.items()]
                self.remember(of_page, [(each, said) for each, kept in known for said in kept])
                continue
            for action in form.buttons:
                self.keep(place(address, action), form, who, cookies, address)

    def keep(self, address, form, who, cookies, page):
        name = ROUTES[resolve(address.partition("?")[0]).route].name
        assert name in takers_of_posts(), f"{page} has a form that goes to {name}."
        found = Found(name, address, form, who, cookies, page)
        self.found.setdefault(found.key, found)

    def forms_of(self, name):
        """All forms that go to an address, or one of our own making where a page has none."""
        found = [each for each in self.found.values() if each.name == name]
        if not has_no_form(name):
            return found
        assert not found, f"There is a form that goes to {name}."
        entry = ENTRIES[name]
        address = address_of(NAMED[name], self.world.ids, entry.get("id"))
        audience = members_of(MATRIX["audiences"][entry["for"]])
        who = next(each for each in reversed(LOOKING) if each in audience)
        out = next(each for each in self.found.values() if each.name == "account_logout")
        form = Form({"method": "post"})
        for field in FIELDS:
            form.add(field, "text", [])
        form.add("csrfmiddlewaretoken", "hidden", out.form.values["csrfmiddlewaretoken"])
        form.push({}, address)
        return [Found(name, address, form, who, out.cookies | self.cookies[who], address)]

    def known(self, found):
        """What the access matrix sends in the fields that a person fills in."""
        values = self.world.values(found.who)
        values["workbook"] = lambda: SimpleUploadedFile("filled.xlsx", self.workbook)
        known = {}
        for name, said in ENTRIES.get(found.name, {}).get("sends", {}).items():
            sent = filled_in(said, values)
            known[name] = File(sent.name, sent.read()) if hasattr(sent, "read") else [sent]
        return known

    def cookies_of(self, found, who):
        """Of whoever has found the form; of nobody; or of somebody else, whom it is not for."""
        others = [found.who, ANYBODY, "viewer" if found.who != "viewer" else "reporter other"]
        if who == 0:
            return found.cookies
        kept = {name: said for name, said in found.cookies.items() if name != SESSION}
        return kept | self.cookies[others[who]]

    def remember(self, of_page, pairs):
        for name, said in pairs:
            self.queries.setdefault(of_page, {}).setdefault(name, set()).add(said)

    def asked_of(self, name):
        """{parameter: values} of what may be asked of an address."""
        if "admin/" not in NAMED[name].path:
            return self.queries[""]
        return OF_THE_ADMIN | self.queries.get(name, {})

    def gets(self, name):
        """(address, cookies) of whoever gets the page; of some people where nobody does."""
        if name in self.opened:
            return self.opened[name]
        address = address_of(NAMED[name], self.world.ids, ENTRIES[name].get("id"))
        people = [ANYBODY, "viewer", "focal point own", "reviewer assigned", "administrator"]
        return [(address, self.cookies[who]) for who in people]

    def behind_a_step(self):
        """Pages that one gets by a link in a mail, or after a password."""
        people = self.world.people
        for who in (ANYBODY, "framework editor"):
            email = people[who].email if who in people else "invited@example.org"
            cookies = self.invited(email, who)
            yield "members:invitation_accept", reverse("members:invitation_accept"), who, cookies
        person = people["colleague"]
        key = urlsafe_base64_encode(force_bytes(person.pk))
        link = [key, default_token_generator.make_token(person)]
        opened = self.step("GET", reverse("members:password_reset_confirm", args=link), {})
        yield "members:password_reset_confirm", opened[0], ANYBODY, opened[1]
        door = next(each for each in self.found.values() if each.name == "account_login")
        login = {"login": people["viewer"].email, "password": PASSWORD}
        login["csrfmiddlewaretoken"] = door.form.values["csrfmiddlewaretoken"][0]
        asked = self.step("POST", door.address, door.cookies, query_of(login.items()))
        yield "mfa_authenticate", asked[0], ANYBODY, asked[1]
        officer, reviewer = self.cookies["reporter own"], self.cookies["reviewer not assigned"]
        yield "reporting:workbook_check", self.uploaded(), "reporter own", officer
        ids = self.world.ids_of["unclaimed"]
        chosen = f"?report={ids['report']}:{ProgressReport.objects.get(pk=ids['report']).version}"
        address = reverse("reporting:reports_approve") + chosen
        yield "reporting:reports_approve", address, "reviewer not assigned", reviewer

    def uploaded(self):
        """A workbook with changes, on the page that shows them before they are stored."""
        form = next(
            each for each in self.found.values() if each.name == "reporting:workbook_upload"
        )
        pairs = [(name, said) for name, kept in form.form.values.items() for said in kept]
        files = [("file", ("filled.xlsx", self.workbook, "application/zip"))]
        body = parts_of(pairs, files)
        response = self.browser.answer("POST", form.address, form.cookies, body, MULTIPART)
        assert response.status_code == 302
        return response["Location"]

    @cached_property
    def workbook(self):
        """The workbook of the reporter's country, with an answer in it that is new."""
        address = reverse("reporting:workbook_download", args=[PLACE["round_slug"]])
        empty = self.browser.ask("GET", address, self.cookies["reporter own"]).body
        return fill(empty, {"1.6/achievements": "Two more courses were held."})

    def step(self, method, address, cookies, body=""):
        """Where it leads to, with the cookies of then; what it stores stays."""
        kind = URLENCODED if body else ""
        response = self.browser.answer(method, address, cookies, body.encode(), kind)
        assert response.status_code == 302, (address, response.status_code)
        return place(address, response["Location"]), cookies_of(response, cookies)

    def invited(self, email, who):
        invitation = inviting.invite(
            by=self.world.people["reviewer assigned"],
            email=email,
            role=Role.VIEWER,
        )
        token = f"{TOKEN}-{invitation.pk}"
        Invitation.objects.filter(pk=invitation.pk).update(token_sha256=digest(token))
        address = reverse("members:invitation_open", args=[token])
        return self.step("GET", address, self.cookies[who])[1]


def takers_of_posts():
    return {name for name, entry in ENTRIES.items() if {"writes", "all"} & entry.keys()}


def has_no_form(name):
    """Whether no page shows a form that goes there, though it takes a POST."""
    model, _space, page = name.partition(" ")
    if not page:
        return name in WITHOUT_A_FORM
    acts = expected(ENTRIES[name], "POST", "administrator", OPENS) == "acts"
    return page not in ("list", "change") and not acts or name in WITHOUT_A_FORM


def looked_at():
    """(route, entry, state of the report) of each page that anybody gets."""
    for route in pages():
        entry = ENTRIES[route.name]
        for state in CODES:
            if state == OPENS or entry.get("id") in BY_REPORT or is_of_a_report(route):
                yield route, entry, state


def is_of_a_report(route):
    return {"round_slug", "code"} <= set(route.parameters)


def people_of(route, entry, state):
    told = {"unclaimed": "submitted"}.get(state, state)
    people = SOME if entry.get("reads") == "opens" else LOOKING
    for who in ["administrator"] if "admin/" in route.path else people:
        if expected(entry, "GET", who, told).startswith("opens"):
            yield who
            if route.path.endswith(FILES):
                return
