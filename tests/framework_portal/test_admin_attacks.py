"""The admin as a ladder and as a window: every form posted with every field, every page read."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test.html import parse_html
from django.urls import reverse

from members.models import Membership, Role, User
from reporting.models import (
    Evidence,
    Extension,
    FoldedText,
    Mail,
    Quotation,
    Status,
    WorkbookUpload,
    database_now,
)
from tests.factories import (
    DelegationFactory,
    EvidenceFactory,
    ExtensionFactory,
    FrameworkFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    MilestoneFactory,
    ProgressReportFactory,
    ReportEventFactory,
    SubmissionFactory,
    TargetFactory,
)
from tests.framework_portal.test_headers import EVERYWHERE, headers
from tests.pages import walk

SECRET = "zebracanary"
# What countries and reviewers write: no one changes it here, the superuser neither.
OF_REPORTS = [
    "reporting.progressreport",
    "reporting.indicatorvalue",
    "reporting.submission",
    "reporting.reportevent",
    "reporting.evidence",
    "reporting.foldedtext",
    "reporting.workbookupload",
    "reporting.quotation",
    "reporting.mail",
    "reporting.extension",
    "reporting.ratingtally",
    "reporting.valuetally",
    "reporting.snapshot",
    "reporting.statusoverride",
    "reporting.book",
    "members.delegation",
]
# What decides over people's rights.
OF_RIGHTS = [
    "members.user",
    "members.membership",
    "auth.group",
    "auth.permission",
    "account.emailaddress",
    "mfa.authenticator",
    "socialaccount.socialaccount",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
    "usersessions.usersession",
]
# Of a framework editor's own way through the pages.
OWN_TRACES = {"last_login"}


@pytest.fixture
def world(db, settings, viewer):
    """A row of everything; the secret stands wherever a country or a reviewer writes."""
    settings.SIMPLE_HISTORY_ENABLED = True
    for status in [Status.DRAFT, Status.SUBMITTED, Status.RETURNED]:
        texts = ["achievements", "challenges", "next_steps", "lessons", "not_applicable_reason"]
        report = ProgressReportFactory(status=status, **dict.fromkeys(texts, SECRET))
        indicator = IndicatorFactory(objective=report.objective)
        IndicatorValueFactory(report=report, indicator=indicator, note=SECRET)
        EvidenceFactory(report=report, title=SECRET, file_name=f"{SECRET}.pdf")
        FoldedText.objects.create(report=report, text=SECRET)
        submission = SubmissionFactory(report=report)
        ReportEventFactory(report=report, comment=SECRET, field_comments={"lessons": SECRET})
        user = report.changed_by
        Mail.objects.create(key=f"{report.pk}", recipient=user, subject="A report", body=SECRET)
        Quotation.objects.create(
            submission=submission,
            field="lessons",
            text=SECRET,
            chosen_at=database_now(),
            chosen_by=user,
        )
        WorkbookUpload.objects.create(
            round=report.round,
            country=report.country,
            file_name=SECRET,
            sha256="0" * 64,
            changes=[SECRET],
            errors=[],
            uploaded_by=user,
        )
        ExtensionFactory(round=report.round, country=report.country, reason=SECRET)
        TargetFactory(indicator=indicator)
    MilestoneFactory(framework=FrameworkFactory())
    officer = MembershipFactory(role=Role.REPORTER)
    focal = MembershipFactory(role=Role.FOCAL_POINT, country=officer.country)
    DelegationFactory(given_to=officer.user, given_by=focal.user, country=officer.country)
    Group.objects.create(name="Clerks")


@pytest.fixture
def culprit(request):
    return request.getfixturevalue(request.param)


each_culprit = pytest.mark.parametrize("culprit", ["editor", "administrator"], indirect=True)


def contents(labels, without=frozenset()):
    """All rows of these models, but for some of their columns."""
    return {
        label: [
            {name: value for name, value in row.items() if name not in without}
            for row in apps.get_model(label).objects.order_by("pk").values()
        ]
        for label in labels
    }


def pages():
    """(name, address) of each page of each model, with each of its rows."""
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"{base}_changelist", reverse(f"{base}_changelist")
        yield f"{base}_add", reverse(f"{base}_add")
        for row in model._default_manager.order_by("pk")[:1]:
            for page in ["change", "delete", "history"]:
                yield f"{base}_{page}", reverse(f"{base}_{page}", args=[row.pk])


def other_pages():
    for name in ["index", "password_change", "password_change_done", "jsi18n", "logout"]:
        yield name, reverse(f"admin:{name}")
    for label in {model._meta.app_label for model in admin.site._registry}:
        yield "app_list", reverse("admin:app_list", args=[label])


def inline(html):
    """What the content security policy would have to allow: scripts and styles in the page."""
    for element in walk(parse_html(html)):
        attributes = dict(element.attributes)
        if element.name == "style" or "style" in attributes:
            yield element.name, attributes.get("style")
        # What is no script to a browser holds data.
        is_data = attributes.get("type", "") == "application/json"
        if element.name == "script" and "src" not in attributes and not is_data:
            yield element.name, attributes
        yield from (name for name in attributes if name.startswith("on"))
        yield from (link for link in attributes.values() if (link or "").startswith("javascript:"))


@each_culprit
def test_every_page_keeps_the_policy_and_shows_nothing_that_is_not_approved(
    world, client_of, culprit
):
    client = client_of(culprit)
    policy = "Content-Security-Policy"
    read = 0
    for name, address in [*pages(), *other_pages()]:
        # What was sought is shown again: half of the word is enough to find it.
        more = ["?q=zebra", "?_facets=True"] if name.endswith("changelist") else []
        for query in ["", *more]:
            response = client.get(f"{address}{query}")
            assert response.status_code in {200, 302, 403, 404, 405}, (name, response.status_code)
            found, html = headers(response), response.content.decode()
            assert found[policy] == EVERYWHERE[policy], name
            assert "no-store" in found["Cache-Control"], name
            assert SECRET not in html, (name, query)
            if found["Content-Type"].startswith("text/html") and html:
                assert list(inline(html)) == [], name
                read += response.status_code == 200
    assert read > 50


@each_culprit
@pytest.mark.parametrize("model", ["progressreport", "submission", "reportevent", "mail"])
def test_lists_answer_no_question_about_texts(world, client_of, culprit, model):
    """Neither a filter nor an order nor the number of results tells what a text says."""
    client = client_of(culprit)
    address = reverse(f"admin:reporting_{model}_changelist")
    fields = ["achievements", "lessons", "rating", "comment", "content", "sha256", "body"]
    paths = ["", "report__"]
    for name in [*fields, "note", "indicator_values__note", "evidence__title", "folded__text"]:
        for path in paths:
            for lookup in ["", "__startswith", "__isnull"]:
                response = client.get(address, {f"{path}{name}{lookup}": SECRET[0]})
                # Refused, or sent back to the list as it was: never answered.
                assert response.status_code in {302, 400, 403}, (name, lookup)
    assert client.get(address, {"q": SECRET}).status_code in {200, 403}
    page = client.get(address, {"q": SECRET})
    if page.status_code == 200:
        assert page.context["cl"].result_count == 0


@each_culprit
def test_autocomplete_names_no_report(world, client_of, culprit):
    client = client_of(culprit)
    answered = 0
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.is_relation:
                of = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                response = client.get(
                    reverse("admin:autocomplete"), of | {"field_name": field.name, "term": "zebra"}
                )
                assert response.status_code in {200, 403, 404}
                assert SECRET not in response.content.decode()
                answered += response.status_code == 200
    assert answered


@each_culprit
def test_view_on_site_leads_to_no_draft(world, client_of, culprit):
    client = client_of(culprit)
    for label in OF_REPORTS:
        model = apps.get_model(label)
        kind = ContentType.objects.get_for_model(model).pk
        for row in model.objects.all():
            address = reverse("admin:view_on_site", args=[kind, row.pk])
            response = client.get(address, follow=True)
            assert (response.status_code, SECRET in response.content.decode()) == (404, False)


FORGED = {
    "status": "approved",
    "role": "reviewer",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "on",
    "password": "forged",
    "password1": "a long and forged one",
    "password2": "a long and forged one",
    "usable_password": "true",
    "email": "forged@example.org",
    "time_zone": "UTC",
    "number": "1",
    "session_generation": "9",
}


def every_field(model, prefix=""):
    """A value for every field that the model has, and some that it has not."""
    data = {prefix + name: value for name, value in FORGED.items()}
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        value = FORGED.get(field.name)
        if field.is_relation:
            related = field.related_model._base_manager.order_by("pk").values_list("pk", flat=True)
            value = related.last() or "1"
        elif value is None:
            value = {"DateField": "2026-01-01", "JSONField": '["forged"]'}.get(
                field.get_internal_type(), "1"
            )
        data[prefix + field.name] = value
        data[prefix + field.attname] = value
    return data


def form_of(model, row=None):
    """As a browser would send it, with the rows of every inline that hangs on it, and more."""
    data = every_field(model)
    if row is not None:
        # What a form wants to be there keeps its value, so that all else is looked at.
        data |= {
            field.name: getattr(row, field.attname)
            for field in model._meta.fields
            if field.name not in FORGED and getattr(row, field.attname) is not None
        }
    related = [each for each in model._meta.related_objects if each.related_model]
    for each in related:
        prefix = each.get_accessor_name().removesuffix("+")
        there = each.related_model._base_manager.filter(**{each.field.name: row}) if row else []
        first = next(iter(there), None)
        data |= {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "1" if first else "0"}
        for number in (0, 1):
            data |= every_field(each.related_model, f"{prefix}-{number}-")
        if first:
            data |= {f"{prefix}-0-id": first.pk, f"{prefix}-0-DELETE": "on"}
    return {name: value for name, value in data.items() if value is not None}


def list_of(model):
    """A changed list: rows edited and added in place, and everything chosen for an action."""
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "1", "_save": "Save"}
    for number in (0, 1):
        data |= every_field(model, f"form-{number}-")
    keys = list(model._base_manager.values_list("pk", flat=True))
    chosen = {"action": "delete_selected", "_selected_action": keys, "post": "yes", "index": "0"}
    return [data, chosen]


def post_every_form(client, labels=None):
    """Returns how many were posted; none may end in an error of ours."""
    posted = 0
    for model in admin.site._registry:
        if labels is not None and model._meta.label_lower not in labels:
            continue
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        sent = [(f"{base}_add", [], form_of(model))]
        sent += [(f"{base}_changelist", [], data) for data in list_of(model)]
        for row in model._base_manager.order_by("pk")[:2]:
            sent += [(f"{base}_change", [row.pk], form_of(model, row))]
            sent += [(f"{base}_history", [row.pk], form_of(model, row))]
            sent += [(f"{base}_delete", [row.pk], {"post": "yes"})]
        for name, arguments, data in sent:
            address = reverse(name, args=arguments)
            response = client.post(address, data)
            assert response.status_code < 500, name
            posted += 1
    return posted


@each_culprit
def test_what_countries_have_written_stays_as_it_is(world, client_of, culprit):
    before = contents(OF_REPORTS)
    assert all(before[label] for label in OF_REPORTS[:9])
    assert post_every_form(client_of(culprit), [*OF_REPORTS, "reporting.reportinground"]) > 50
    assert contents(OF_REPORTS) == before


def test_no_form_gives_or_takes_a_right_of_anybody(world, client_of, administrator):
    """Not the administrator's own either: a right is given by two, and each time it is an event."""
    rights = set(OF_RIGHTS) - {"members.user"}
    before, people = contents(rights), User.objects.order_by("pk")
    columns = ["pk", "is_superuser", "is_active", "password", "session_generation"]
    columns += ["groups", "user_permissions"]
    known = list(people.values(*columns))
    assert post_every_form(client_of(administrator), [*OF_RIGHTS, *OF_REPORTS]) > 30

    assert contents(rights) == before
    assert list(people.values(*columns)) == known


def test_no_form_gives_an_editor_a_right(world, client_of, editor):
    client = client_of(editor)
    before = contents(OF_RIGHTS, OWN_TRACES), contents(OF_REPORTS)
    allowed = set(editor.get_all_permissions())
    assert post_every_form(client) > 100

    assert (contents(OF_RIGHTS, OWN_TRACES), contents(OF_REPORTS)) == before
    editor = User.objects.get(pk=editor.pk)
    assert (editor.is_superuser, editor.roles, editor.user_permissions.count()) == (
        False,
        {Role.FRAMEWORK_EDITOR},
        0,
    )
    assert editor.groups.count() == 0
    assert set(editor.get_all_permissions()) == allowed


def test_no_form_gives_a_clerk_a_right(world, client_of, editor):
    """He may change accounts by every permission that there is, and yet no right of anybody's."""
    editor.user_permissions.set(Permission.objects.all())
    rights = ["is_superuser", "password", "email", "session_generation"]
    before = list(User.objects.order_by("pk").values("pk", *rights))
    members, groups = list(Membership.objects.order_by("pk").values()), list(Group.objects.values())
    texts = contents(OF_REPORTS)
    client = client_of(User.objects.get(pk=editor.pk))
    assert post_every_form(client, [*OF_RIGHTS, *OF_REPORTS]) > 50

    known = [row["pk"] for row in before]
    after = User.objects.filter(pk__in=known).order_by("pk").values("pk", *rights)
    gone = set(known) - {row["pk"] for row in after}
    assert [row for row in before if row["pk"] not in gone] == list(after)
    assert not User.objects.exclude(pk__in=known).filter(is_superuser=True).exists()
    kept = [row for row in members if row["user_id"] not in gone]
    assert list(Membership.objects.order_by("pk").values()) == kept
    assert list(Group.objects.values()) == groups
    assert contents(OF_REPORTS) == texts
    assert User.objects.get(pk=editor.pk).user_permissions.count() == Permission.objects.count()


def test_what_people_sign_in_with_is_not_in_the_admin():
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered & {*OF_RIGHTS} == {"members.user", "members.membership"}
    hidden = {Evidence, FoldedText, WorkbookUpload, Quotation, Extension}
    assert not hidden & {*admin.site._registry}
