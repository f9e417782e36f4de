import pytest
from django.test import Client

from objectives.models import Indicator
from reporting.models import ProgressReport
from tests.factories import IndicatorFactory, ReportingRoundFactory
from tests.pages import elements, texts
from tests.reporting.views.test_reports import EDIT, TYPED

AUTOSAVE = f"{EDIT}autosave/"
HTMX = {"HX-Request": "true"}


def state(response):
    return texts(response, "span", class_="autosave-state")[0]


def test_report_autosave_creates_the_draft_and_hands_on_its_version(
    client_of, reporter, objective, open_round
):
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"version": "0"})
    stored = ProgressReport.objects.get()
    assert (stored.achievements, stored.version) == (TYPED["achievements"], 1)
    assert state(response) == f"Saved at {stored.changed_at:%H:%M}."
    [version] = elements(response, "input", type="hidden")
    assert dict(version.attributes)["value"] == "1"


def test_report_autosave_goes_on_from_version_to_version(client_of, reporter, draft):
    client = client_of(reporter)
    for version in ["1", "2", "3"]:
        client.post(AUTOSAVE, TYPED | {"version": version, "lessons": f"After {version}."})
    draft.refresh_from_db()
    assert (draft.version, draft.lessons) == (4, "After 3.")


def test_report_autosave_says_why_it_did_not_save(client_of, reporter, draft):
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"percent_complete": "120"})
    assert (response.status_code, state(response)) == (
        422,
        "Not saved. Percent complete: Enter a whole number from 0 to 100, in the digits 0 to 9.",
    )
    assert ProgressReport.objects.get().version == 1


@pytest.mark.parametrize("version", ["0", "7", "abc", ""])
def test_report_autosave_never_overwrites_a_colleague(client_of, reporter, draft, version):
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"version": version})
    assert (response.status_code, state(response)) == (
        409,
        "Not saved. The report has changed meanwhile. Press “Save draft” to see both texts.",
    )
    assert ProgressReport.objects.get().achievements == draft.achievements


@pytest.mark.parametrize("which", ["submitted", "approved"])
def test_report_autosave_after_submission_changes_nothing(request, client_of, reporter, which):
    report = request.getfixturevalue(which)
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"version": str(report.version)})
    assert response.status_code == 409
    assert ProgressReport.objects.get().achievements == "Two training courses were held."


def test_report_autosave_of_a_closed_round_says_so(client_of, reporter, framework):
    ReportingRoundFactory(framework=framework, slug="2025-H2", closed=True)
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"version": "0"})
    assert (response.status_code, state(response)) == (
        409,
        "Not saved. The round takes no reports now.",
    )


def test_report_autosave_of_a_signed_out_person_is_one_line(client, objective, open_round):
    response = client.post(AUTOSAVE, TYPED, headers=HTMX)
    assert state(response).startswith("Not saved: you have been signed out.")
    assert (response.status_code, texts(response, "h1")) == (403, [])


def test_report_autosave_mends_a_token_from_before_signing_in(reporter, objective, open_round):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)
    client.get(EDIT)
    response = client.post(AUTOSAVE, TYPED | {"csrfmiddlewaretoken": "x" * 64}, headers=HTMX)
    [token] = elements(response, "input", type="hidden")
    again = TYPED | {"version": "0", "csrfmiddlewaretoken": dict(token.attributes)["value"]}
    assert client.post(AUTOSAVE, again, headers=HTMX).status_code == 200


def test_report_autosave_of_the_neighbour_saves_his_own(client_of, neighbour, draft):
    client_of(neighbour).post(AUTOSAVE, TYPED | {"version": "1"})
    draft.refresh_from_db()
    assert (draft.version, ProgressReport.objects.count()) == (1, 1)


def test_report_autosave_is_for_countries(client_of, secretariat, draft):
    assert client_of(secretariat).post(AUTOSAVE, TYPED).status_code == 403
    assert ProgressReport.objects.get().version == 1


def test_report_autosave_stores_values_and_says_what_they_lack(client_of, reporter, draft):
    asked = IndicatorFactory(
        objective=draft.objective,
        aggregation=Indicator.Aggregation.RATIO_OF_SUMS,
        unit="% of matches",
    )
    typed = TYPED | {"1.1.1-numerator": "8", "1.1.1-denominator": "4"}
    response = client_of(reporter).post(AUTOSAVE, typed)
    assert draft.indicator_values.get(indicator=asked).value == 200
    assert texts(response, "p", class_="answer-worked-out") == ["= 200 % of matches (8 of 4)"]
    assert texts(response, "p", class_="answer-hint") == [
        "Before it is submitted: The numerator is greater than the denominator: "
        "say why in the note."
    ]


def test_report_autosave_keeps_the_text_while_an_answer_is_half_written(client_of, reporter, draft):
    IndicatorFactory(objective=draft.objective)
    response = client_of(reporter).post(AUTOSAVE, TYPED | {"1.1.1-kind": "not_applicable"})
    draft.refresh_from_db()
    assert (response.status_code, draft.achievements) == (200, TYPED["achievements"])
    assert state(response) == (
        f"Saved at {draft.changed_at:%H:%M}. Not yet 1.1.1: Say why it does not apply."
    )
    assert draft.indicator_values.count() == 0
