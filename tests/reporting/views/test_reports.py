import datetime

import pytest
from django.contrib.messages import get_messages

from members.models import Membership, User
from reporting import actions
from reporting.models import ProgressReport
from tests.factories import ProgressReportFactory, ReportingRoundFactory
from tests.pages import elements
from tests.reporting.test_forms import FILLED

EDIT = "/reporting/2025-H2/1.1/"
SUBMIT = "/reporting/2025-H2/1.1/submit/"
HISTORY = "/reporting/2025-H2/1.1/history/"
TYPED = FILLED | {"achievements": "Three border points were connected.", "confidence": "low"}


def messages(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_report_edit_opens_an_empty_form_and_stores_nothing(
    client_of, reporter, objective, open_round
):
    page = client_of(reporter).get(EDIT)
    assert page.context["form"]["version"].value() == 0
    assert (page.status_code, ProgressReport.objects.count()) == (200, 0)


def test_report_edit_saves_a_first_draft(client_of, reporter, objective, open_round):
    response = client_of(reporter).post(EDIT, TYPED | {"version": "0"})
    stored = ProgressReport.objects.get()
    assert (response.status_code, response.url) == (302, EDIT)
    assert messages(response) == ["The draft is saved."]
    assert (stored.country, stored.objective, stored.achievements, stored.percent_complete) == (
        reporter.country,
        objective,
        TYPED["achievements"],
        60,
    )


def test_report_edit_goes_on_to_the_check_when_asked(client_of, reporter, objective, open_round):
    response = client_of(reporter).post(EDIT, TYPED | {"version": "0", "continue": "1"})
    assert response.url == SUBMIT


def test_report_edit_shows_the_stored_text_and_its_version(client_of, reporter, draft):
    form = client_of(reporter).get(EDIT).context["form"]
    assert (form["version"].value(), form["achievements"].value()) == (1, draft.achievements)


def test_report_edit_shows_the_last_approved_report_beside(client_of, reporter, draft):
    last_round = ReportingRoundFactory(
        framework=draft.round.framework,
        closed=True,
        starts_on=datetime.date(2025, 1, 1),
        slug="2025-H1",
    )
    last = ProgressReportFactory(
        round=last_round, objective=draft.objective, country=draft.country, approved=True
    )
    assert client_of(reporter).get(EDIT).context["previous"] == last


def test_report_edit_shows_why_it_came_back(client_of, reporter, returned):
    page = client_of(reporter).get(EDIT)
    assert page.context["last_return"].comment == "Please name the training courses."
    assert "Why it came back" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("percent_complete", "101"),
        ("percent_complete", "NaN"),
        ("percent_complete", "١٢"),
        ("rating", "splendid"),
        ("lessons", "a\0b"),
        ("challenges", "x" * 100_000),
    ],
)
def test_report_edit_answers_bad_input_at_the_field(client_of, reporter, draft, field, typed):
    page = client_of(reporter).post(EDIT, TYPED | {field: typed})
    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (200, [field])
    assert form[field].value() == typed
    assert form["achievements"].value() == TYPED["achievements"]
    assert ProgressReport.objects.get().version == 1


def test_group_of_choices_names_its_error(client_of, reporter, draft):
    page = client_of(reporter).post(EDIT, TYPED | {"version": "1", "rating": "splendid"})
    [group] = elements(page, "fieldset", id="id_rating")
    names = dict(group.attributes)["aria-describedby"].split()
    assert "id_rating_error" in names
    found = [*elements(page, "div"), *elements(page, "p")]
    shown = {dict(each.attributes).get("id") for each in found}
    assert set(names) <= shown


@pytest.mark.parametrize("version", ["0", "2", "", "abc", "-1", "9" * 40, "1\0", None])
def test_report_edit_from_another_version_shows_both_texts(client_of, reporter, draft, version):
    posted = {name: value for name, value in TYPED.items() if name != "version"}
    if version is not None:
        posted["version"] = version
    page = client_of(reporter).post(EDIT, posted)
    text = page.content.decode()
    assert page.status_code == 409
    assert draft.achievements in text
    assert text.count(TYPED["achievements"]) == 1
    assert page.context["form"]["version"].value() == 1
    assert ProgressReport.objects.get().achievements == draft.achievements


def test_report_edit_conflict_page_saves_the_choice(client_of, reporter, draft):
    client = client_of(reporter)
    form = client.post(EDIT, TYPED | {"version": "7"}).context["form"]
    client.post(EDIT, TYPED | {"version": form["version"].value()})
    assert ProgressReport.objects.get().achievements == TYPED["achievements"]


@pytest.mark.parametrize("version", ["", "abc", "3"])
def test_report_edit_without_a_version_of_a_new_report_keeps_the_text(
    client_of, reporter, objective, open_round, version
):
    page = client_of(reporter).post(EDIT, TYPED | {"version": version})
    assert (page.status_code, ProgressReport.objects.count()) == (409, 0)
    assert page.context["form"]["achievements"].value() == TYPED["achievements"]
    assert page.context["form"]["version"].value() == 0


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_report_edit_of_a_handed_in_report_shows_the_typed_text(
    request, client_of, reporter, state
):
    report = request.getfixturevalue(state)
    page = client_of(reporter).post(EDIT, TYPED | {"version": str(report.version)})
    assert (page.status_code, page.context["can_save"]) == (409, False)
    assert TYPED["achievements"] in page.content.decode()


@pytest.mark.parametrize("trait", ["ahead", "closed"])
def test_report_edit_of_a_round_that_is_not_open_shows_the_typed_text(
    client_of, reporter, framework, trait
):
    ReportingRoundFactory(framework=framework, slug="2025-H2", **{trait: True})
    page = client_of(reporter).post(EDIT, TYPED | {"version": "0"})
    assert (page.status_code, ProgressReport.objects.count()) == (409, 0)
    assert page.context["form"].non_field_errors() == [
        "This round takes no reports now. Nothing was saved; your text is below."
    ]
    assert page.context["form"]["achievements"].value() == TYPED["achievements"]


@pytest.mark.parametrize(
    "address",
    [
        "/reporting/2031-H1/1.1/",
        "/reporting/2025-H2/1.9/",
        "/reporting/2025-H2/9999.9999/",
        "/reporting/2025-H2/0.1/",
        "/reporting/2025-H2/x/",
        "/reporting/2025-H2/1.1/submit/",
        "/reporting/2025-H2/1.1/history/",
    ],
)
def test_report_pages_of_what_does_not_exist_are_not_found(
    client_of, reporter, objective, open_round, address
):
    client = client_of(reporter)
    for response in (client.get(address), client.post(address, {"version": "1"})):
        assert response.status_code in (404, 405, 302)
        assert response.status_code != 302 or response.url == EDIT
    assert ProgressReport.objects.count() == 0


def test_report_submit_shows_what_is_missing(client_of, focal_point, draft):
    ProgressReport.objects.update(rating="off_track", challenges="")
    page = client_of(focal_point).get(SUBMIT)
    assert list(page.context["missing"]) == ["challenges"]
    assert "Submit to the secretariat" not in page.content.decode()


def test_report_submit_hands_in_the_stored_draft(client_of, focal_point, draft):
    response = client_of(focal_point).post(SUBMIT, {"version": "1"})
    draft.refresh_from_db()
    assert (response.status_code, response.url, draft.status) == (302, HISTORY, "submitted")
    receipt = draft.submissions.get()
    page = client_of(focal_point).get(HISTORY).content.decode()
    assert receipt.receipt_number in page
    assert receipt.sha256 in page


def test_report_submit_stores_a_whole_form_first(client_of, focal_point, objective, open_round):
    response = client_of(focal_point).post(SUBMIT, TYPED | {"version": "0"})
    stored = ProgressReport.objects.get()
    assert (response.status_code, stored.status) == (302, "submitted")
    assert stored.submissions.get().content["achievements"] == TYPED["achievements"]


@pytest.mark.parametrize(
    ("rating", "missing"),
    [
        ("", ["rating"]),
        ("at_risk", ["challenges", "next_steps"]),
        ("off_track", ["challenges", "next_steps"]),
        ("not_applicable", ["not_applicable_reason", "percent_complete"]),
    ],
)
def test_report_submit_of_an_incomplete_form_marks_the_fields(
    client_of, focal_point, objective, open_round, rating, missing
):
    page = client_of(focal_point).post(SUBMIT, TYPED | {"version": "0", "rating": rating})
    assert (page.status_code, list(page.context["form"].errors)) == (200, missing)
    assert page.context["form"]["achievements"].value() == TYPED["achievements"]
    assert ProgressReport.objects.count() == 0


@pytest.mark.parametrize("version", ["0", "2", "", "abc"])
def test_report_submit_from_another_version_submits_nothing(client_of, focal_point, draft, version):
    page = client_of(focal_point).post(SUBMIT, {"version": version})
    draft.refresh_from_db()
    assert (page.status_code, draft.status) == (409, "draft")
    assert "the report has changed since you opened this page" in page.content.decode()


def test_report_submit_twice_submits_once(client_of, focal_point, draft):
    client = client_of(focal_point)
    codes = [client.post(SUBMIT, {"version": "1"}).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert draft.submissions.count() == 1


def test_report_submit_is_the_focal_points(client_of, reporter, focal_point, draft):
    page = client_of(reporter).get(SUBMIT)
    assert [person.email for person in page.context["focal_points"]] == [focal_point.email]
    assert client_of(reporter).post(SUBMIT, {"version": "1"}).status_code == 403
    form = client_of(reporter).post(SUBMIT, TYPED)
    assert (form.status_code, ProgressReport.objects.get().status) == (403, "draft")
    assert form.context["form"]["achievements"].value() == TYPED["achievements"]


def test_report_history_tells_each_step_with_its_name(client_of, reporter, returned):
    page = client_of(reporter).get(HISTORY)
    assert [(event.kind, event.by.name) for event in page.context["events"]] == [
        ("submitted", "Fabrice Focal"),
        ("returned", "Selma Secretariat"),
    ]


def test_report_history_takes_the_same_queries_whatever_its_length(
    client_of, reporter, focal_point, secretariat, returned, django_assert_num_queries
):
    client = client_of(reporter)
    with django_assert_num_queries(8):
        client.get(HISTORY)
    for _ in range(3):
        actions.submit_report(report=returned, version=returned.version, by=focal_point)
        actions.return_report(
            report=returned, version=returned.version, by=secretariat, comment="Once more, please."
        )
    with django_assert_num_queries(8):
        client.get(HISTORY)


def test_report_edit_of_the_neighbour_is_a_report_of_his_own(client_of, neighbour, draft):
    page = client_of(neighbour).get(EDIT)
    assert page.context["report"].pk is None
    assert draft.achievements not in page.content.decode()
    client_of(neighbour).post(EDIT, TYPED | {"version": "1", "country": "FR", "id": draft.pk})
    draft.refresh_from_db()
    assert draft.achievements == "Two training courses were held."


def test_a_form_cannot_set_what_it_does_not_show(client_of, reporter, draft, neighbour):
    forged = {"status": "approved", "country": str(neighbour.country.pk), "changed_by": "1"}
    client_of(reporter).post(EDIT, TYPED | forged)
    draft.refresh_from_db()
    assert (draft.status, draft.country, draft.changed_by) == (
        "draft",
        reporter.country,
        reporter,
    )


def test_an_officer_without_his_role_has_no_desk(client_of, reporter, draft):
    Membership.objects.all().delete()
    assert client_of(User.objects.get()).get(EDIT).status_code == 403


def test_report_submit_of_a_form_without_a_rating_keeps_the_text(
    client_of, focal_point, objective, open_round
):
    posted = {name: value for name, value in TYPED.items() if name != "rating"} | {"version": "0"}
    page = client_of(focal_point).post(SUBMIT, posted)
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["rating"])
    assert page.context["form"]["achievements"].value() == TYPED["achievements"]
    assert (page.context["report"].pk, ProgressReport.objects.count()) == (None, 0)


@pytest.mark.parametrize("address", [EDIT, f"{EDIT}autosave/"])
def test_a_form_that_arrives_in_part_wipes_nothing(client_of, reporter, draft, address):
    client_of(reporter).post(address, {"version": "1", "lessons": "Begin early."})
    stored = ProgressReport.objects.get()
    assert (stored.version, stored.rating, stored.percent_complete) == (2, "on_track", 60)
    assert (stored.achievements, stored.lessons) == (draft.achievements, "Begin early.")


def test_form_of_another_country_is_not_saved_and_shown_again(client_of, neighbour, draft):
    typed = TYPED | {"version": "1", "country": "FR"}
    page = client_of(neighbour).post(EDIT, typed)
    assert page.status_code == 403
    assert TYPED["achievements"] in page.content.decode()
    assert not ProgressReport.objects.filter(country=neighbour.country).exists()


def test_form_says_for_which_country_it_is(client_of, reporter, draft):
    page = client_of(reporter).get(EDIT).content.decode()
    assert '<input type="hidden" name="country" value="FR">' in page
