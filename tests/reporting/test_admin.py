import datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from reporting.models import Mail, ProgressReport, ReportingRound, Status
from tests.factories import (
    FrameworkFactory,
    IndicatorValueFactory,
    ProgressReportFactory,
    ReportEventFactory,
    ReportingRoundFactory,
    SubmissionFactory,
)

SECRET = "a secret of the country"
NUL = "Null characters are not allowed."
READ_ONLY = ["progressreport", "submission", "reportevent", "mail"]
SUBMISSIONS = reverse("admin:reporting_submission_changelist")
REPORTS = reverse("admin:reporting_progressreport_changelist")


def page(row, name="change"):
    return reverse(f"admin:reporting_{row._meta.model_name}_{name}", args=[row.pk])


def frozen(status):
    """A report in a state, with an answer, its submission, its event and the mail about it."""
    report = ProgressReportFactory(status=status, achievements=SECRET)
    IndicatorValueFactory(report=report, note=SECRET)
    submission = SubmissionFactory(report=report)
    event = ReportEventFactory(report=report, comment=SECRET)
    mail = Mail.objects.create(
        key=f"{report.pk}", recipient=report.changed_by, subject="A report", body=SECRET
    )
    return [report, submission, event, mail]


def round_data(reporting_round, **changes):
    data = {"name": "Round", "slug": reporting_round.slug}
    data |= {"starts_on": "2025-07-01", "ends_on": "2025-12-31"}
    for name, day in [("opens_at", "2026-01-01"), ("due_at", "2026-02-01")]:
        data |= {f"{name}_0": day, f"{name}_1": "00:00:00"}
    return data | {"closes_at_0": "2026-03-01", "closes_at_1": "00:00:00"} | changes


@pytest.mark.parametrize("model", READ_ONLY)
def test_nobody_adds(administrator, client_of, model):
    add = reverse(f"admin:reporting_{model}_add")

    assert client_of(administrator).post(add, {}).status_code == 403


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("name", ["change", "delete"])
def test_nobody_changes_or_deletes(administrator, client_of, status, name):
    client = client_of(administrator)
    rows = frozen(status)
    data = {"status": Status.APPROVED, "achievements": "Forged", "post": "yes"}

    assert [client.post(page(row, name), data).status_code for row in rows] == [403] * 4
    report = ProgressReport.objects.get()
    assert [report.status, report.achievements] == [status, SECRET]


@pytest.mark.parametrize("model", READ_ONLY)
def test_nobody_acts_from_a_list(administrator, client_of, model):
    rows = {row._meta.model_name: row for row in frozen(Status.DRAFT)}
    data = {"action": "delete_selected", "_selected_action": [rows[model].pk], "post": "yes"}
    client_of(administrator).post(reverse(f"admin:reporting_{model}_changelist"), data)

    assert type(rows[model]).objects.get() == rows[model]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
def test_text_of_what_is_not_approved_is_shown_nowhere(administrator, client_of, status):
    client = client_of(administrator)
    pages = [
        client.get(page(row, name)) for row in frozen(status) for name in ["change", "history"]
    ]
    pages += [client.get(reverse(f"admin:reporting_{model}_changelist")) for model in READ_ONLY]

    assert [response.status_code for response in pages] == [200] * 12
    assert [SECRET in response.content.decode() for response in pages] == [False] * 12


def test_text_of_an_approved_report_is_shown(editor, client_of):
    report, submission, event, _ = frozen(Status.APPROVED)
    client = client_of(editor)
    shown = [client.get(page(row)).content.decode().count(SECRET) for row in [report, submission]]

    assert shown == [2, 2]
    assert SECRET not in client.get(page(event)).content.decode()


@pytest.fixture
def first_copy(submitted):
    """What was returned before the report was approved; its text is not the approved one."""
    return SubmissionFactory(report=submitted, number=0, content={"achievements": SECRET})


def test_text_that_was_returned_is_not_shown_once_another_is_approved(
    editor, client_of, first_copy, approved
):
    client = client_of(editor)
    pages = [client.get(page(first_copy)), client.get(page(approved.submissions.last()))]

    assert [SECRET in each.content.decode() for each in pages] == [False, False]
    assert ["achievements" in each.content.decode() for each in pages] == [False, True]


def test_evidence_of_an_approved_submission_is_not_shown(editor, client_of, approved):
    content = {"achievements": SECRET, "evidence": [{"title": "Annex of the police"}]}
    submission = SubmissionFactory(report=approved, content=content)
    shown = client_of(editor).get(page(submission)).content.decode()

    assert (SECRET in shown, "Annex of the police" in shown) == (True, False)


def test_hash_tells_nothing_of_what_is_not_approved(editor, client_of, first_copy, approved):
    client = client_of(editor)
    rows = [first_copy, *frozen(Status.SUBMITTED)[1:2]]
    pages = [client.get(SUBMISSIONS), *[client.get(page(row)) for row in rows]]

    for row in rows:
        assert [row.sha256 in each.content.decode() for each in pages] == [False] * 3
        found = client.get(SUBMISSIONS, {"q": row.sha256}).context["cl"].queryset
        assert list(found) == []


def test_approved_submission_is_found_by_its_hash(editor, client_of, first_copy, approved):
    submission = approved.submissions.last()
    client = client_of(editor)
    response = client.get(SUBMISSIONS, {"q": submission.sha256})

    assert list(response.context["cl"].queryset) == [submission]
    assertContains(response, f">{submission.sha256}</td>")
    assertContains(client.get(page(submission)), submission.sha256)


def test_editor_sees_state_and_dates(editor, client_of):
    report = frozen(Status.DRAFT)[0]
    fields = client_of(editor).get(page(report)).context["adminform"].fieldsets[0][1]["fields"]

    assert fields == [
        "round",
        "country",
        "objective",
        "status",
        "version",
        "changed_at",
        "changed_by",
    ]


def test_mails_are_not_for_the_editor(editor, client_of):
    frozen(Status.DRAFT)

    assert client_of(editor).get(reverse("admin:reporting_mail_changelist")).status_code == 403


def test_mails_that_were_given_up_are_found_with_the_reason(administrator, client_of):
    *_, mail = frozen(Status.DRAFT)
    frozen(Status.SUBMITTED)
    Mail.objects.filter(pk=mail.pk).update(given_up_at=mail.created_at, last_error="No such person")
    client = client_of(administrator)
    listed = client.get(reverse("admin:reporting_mail_changelist"), {"given_up_at__isempty": 0})

    assert list(listed.context["cl"].queryset) == [mail]
    assert "No such person" in client.get(page(mail)).content.decode()


@pytest.mark.parametrize("query", ["achievements__contains=secret", "rating__exact=on_track"])
def test_list_answers_no_question_about_a_draft(administrator, client_of, query):
    frozen(Status.DRAFT)

    assert client_of(administrator).get(f"{REPORTS}?{query}").status_code == 400


def test_search_does_not_reach_the_text(administrator, client_of):
    frozen(Status.DRAFT)
    response = client_of(administrator).get(REPORTS, {"q": "secret"})

    assert response.context["cl"].result_count == 0


def test_list_is_searched_and_filtered(administrator, client_of, france):
    report = ProgressReportFactory(country=france, approved=True)
    ProgressReportFactory()
    client = client_of(administrator)

    for query in ["q=france", "status__exact=approved", f"round__id__exact={report.round_id}"]:
        assert list(client.get(f"{REPORTS}?{query}").context["cl"].queryset) == [report]


@pytest.mark.parametrize("model", [*READ_ONLY, "reportinground"])
def test_lists_ask_a_fixed_number_of_queries(
    administrator, client_of, model, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(administrator)
    address = reverse(f"admin:reporting_{model}_changelist")
    frozen(Status.APPROVED)
    with django_assert_max_num_queries(14) as one:
        client.get(address)
    for _ in range(3):
        frozen(Status.APPROVED)

    with django_assert_num_queries(len(one)):
        client.get(address)


@pytest.mark.usefixtures("edit_history")
def test_round_is_changed_in_the_editors_time(editor, client_of):
    editor.time_zone = "Asia/Tokyo"
    editor.save()
    reporting_round = ReportingRoundFactory()
    client_of(editor).post(page(reporting_round), round_data(reporting_round))
    reporting_round.refresh_from_db()

    opening = datetime.datetime(2025, 12, 31, 15, tzinfo=datetime.UTC)
    assert reporting_round.opens_at == opening
    assert reporting_round.history.first().history_user == editor


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "\0", {"name": [NUL]}),
        ("name", "Second half of\n2025", {"name": ["Write this on one line."]}),
        ("slug", "a\0", {"slug": [NUL]}),
        ("opens_at_0", "\0", {"opens_at": ["Enter a valid date."]}),
        ("opens_at_0", "0001-01-01", {"opens_at": ["Enter a year from 1900 to 2199."]}),
        ("closes_at_0", "9999-12-31", {"closes_at": ["Enter a year from 1900 to 2199."]}),
        (
            "closes_at_0",
            "2026-01-15",
            {
                "__all__": [
                    "A round must open before it is due, and be due before it closes.",
                ]
            },
        ),
    ],
)
def test_odd_round_gets_a_message(editor, client_of, field, value, expected):
    editor.time_zone = "Asia/Tokyo"
    editor.save()
    reporting_round = ReportingRoundFactory()
    data = round_data(reporting_round, **{field: value})
    response = client_of(editor).post(page(reporting_round), data)

    assert response.context["adminform"].form.errors == expected


def test_round_that_starts_with_another_gets_a_message(editor, client_of):
    other = ReportingRoundFactory(starts_on=datetime.date(2025, 7, 1))
    reporting_round = ReportingRoundFactory(framework=other.framework)
    response = client_of(editor).post(page(reporting_round), round_data(reporting_round))

    assert response.context["adminform"].form.errors == {
        "__all__": ["This framework has a round that starts on this day already."]
    }


def test_round_stays_in_its_framework(editor, client_of):
    reporting_round = ReportingRoundFactory()
    data = round_data(reporting_round, framework=FrameworkFactory().pk)
    client_of(editor).post(page(reporting_round), data)

    assert ReportingRound.objects.values_list("framework", "name").get() == (
        reporting_round.framework_id,
        "Round",
    )


def test_what_has_reports_is_not_deleted(administrator, client_of):
    report = ProgressReportFactory()
    client = client_of(administrator)
    country = reverse("admin:members_membercountry_delete", args=[report.country_id])

    for address in [page(report.round, "delete"), country]:
        response = client.post(address, {"post": "yes"})
        assertContains(response, "<li>Progress reports: 1</li>", html=True)
    assert ProgressReport.objects.get() == report


def show_results(client, framework, visibility):
    """As the editor's form would be sent with another choice."""
    address = reverse("admin:goals_framework_change", args=[framework.pk])
    form = client.get(address).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields}
    for prefix in ["milestones", "goals"]:
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return client.post(address, sent | {"results_visibility": visibility})


@pytest.mark.parametrize(
    ("stored", "wanted", "is_taken"),
    [
        ("aggregate", "members", False),
        ("aggregate", "public", False),
        ("members", "public", False),
        ("public", "members", True),
        ("members", "aggregate", True),
    ],
)
def test_reports_are_shown_to_more_people_by_no_one_alone(
    client_of, editor, stored, wanted, is_taken
):
    report = ProgressReportFactory(round__framework__results_visibility=stored)
    framework = report.round.framework
    response = show_results(client_of(editor), framework, wanted)

    framework.refresh_from_db()
    assert (framework.results_visibility == wanted) is is_taken
    assert ("Countries have reported under" in response.content.decode()) is not is_taken


def test_before_anybody_has_reported_an_editor_says_who_sees_results(client_of, editor, framework):
    show_results(client_of(editor), framework, "public")

    framework.refresh_from_db()
    assert framework.results_visibility == "public"
