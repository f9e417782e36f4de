import hashlib

import pytest
from django.urls import reverse

from reporting import actions
from reporting.models.history import CANONICAL_JSON
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.pages import links, texts

FIRST, SECOND = "2025-H2-FR-1.1-1", "2025-H2-FR-1.1-2"
DETAIL = f"/reporting/submissions/{FIRST}/"
COMPARE = f"/reporting/submissions/{FIRST}/compare/{SECOND}/"
CHANGES = f"/reporting/submissions/{SECOND}/changes/"
READERS = ["reporter", "focal_point", "secretariat"]
STRANGERS = ["neighbour", "viewer", "administrator"]


@pytest.fixture
def twice(returned, reporter, focal_point):
    """France's report, handed in again after one word was put right and the rating changed."""
    content = {"achievements": "Three training courses were held.", "rating": "at_risk"}
    actions.save_draft(report=returned, version=3, content=content, by=reporter)
    actions.submit_report(report=returned, version=4, by=focal_point)
    return returned


def words_of(page, term):
    return dict(zip(texts(page, "dt"), texts(page, "dd"), strict=True))[term]


@pytest.mark.parametrize("who", READERS)
def test_submission_detail_is_a_receipt(client_of, request, twice, who):
    page = client_of(request.getfixturevalue(who)).get(DETAIL)
    stored = twice.submissions.get(number=1)

    assert texts(page, "h1") == [f"Receipt {FIRST}"]
    assert words_of(page, "By") == "Fabrice Focal, as focal point"
    assert words_of(page, "SHA-256") == stored.sha256
    canonical = CANONICAL_JSON.encode(stored.content).encode()
    assert hashlib.sha256(canonical).hexdigest() == stored.sha256


def test_submission_detail_shows_the_text_as_it_was(client_of, reporter, twice):
    twice.objective.statement = "Another statement."
    twice.objective.save()

    page = client_of(reporter).get(DETAIL)

    frozen = twice.submissions.get(number=1).content
    assert words_of(page, "Objective") == frozen["statement"] != "Another statement."
    assert words_of(page, "Rating") == "On track"
    assert words_of(page, "Percent complete") == "60 %"
    assert words_of(page, "Achievements") == "Two training courses were held."
    assert "Why it does not apply" not in texts(page, "dt")


def test_submission_detail_tells_the_readers_time_and_utc(client_of, reporter, twice):
    reporter.time_zone = "Asia/Tokyo"
    reporter.save()

    [first, *_] = texts(client_of(reporter).get(DETAIL), "time")

    assert "(Asia/Tokyo)" in first
    assert first.endswith("UTC")


def test_submission_detail_shows_the_answers_about_indicators(
    client_of, reporter, focal_point, draft
):
    share = IndicatorFactory(objective=draft.objective, name="Trained officers", unit="%")
    yes = IndicatorFactory(objective=draft.objective, name="A law", aggregation="share_yes")
    gone = IndicatorFactory(objective=draft.objective, name="Seizures")
    IndicatorValueFactory(
        report=draft, indicator=share, value="61.5", numerator=8, denominator=13, note="By count."
    )
    IndicatorValueFactory(report=draft, indicator=yes, value=1, note="")
    IndicatorValueFactory(report=draft, indicator=gone, kind="no_data", note="")
    actions.submit_report(report=draft, version=1, by=focal_point)

    page = client_of(reporter).get(DETAIL)

    assert words_of(page, "1.1.1 Trained officers") == "61.5 % (8 of 13) By count."
    assert words_of(page, "1.1.2 A law") == "Yes"
    assert words_of(page, "1.1.3 Seizures") == "No data"


def test_submission_detail_leads_to_comparisons_with_the_others(client_of, reporter, twice):
    client = client_of(reporter)
    second = f"/reporting/submissions/{SECOND}/"

    assert links(client.get(DETAIL), "ul", class_="submission-list") == [second, COMPARE]
    assert links(client.get(second), "ul", class_="submission-list") == [DETAIL, COMPARE]


@pytest.mark.parametrize("who", READERS)
def test_submission_compare_marks_what_is_different(client_of, request, twice, who):
    page = client_of(request.getfixturevalue(who)).get(COMPARE)

    key, *removed = texts(page, "del")
    assert (key, removed) == ("removed", ["removed: On track", "removed: Two"])
    key, *added = texts(page, "ins")
    assert (key, added) == ("added", ["added: At risk", "added: Three"])
    unchanged = [text for text in texts(page, "dt") if text.endswith("unchanged")]
    assert "Challenges unchanged" in unchanged
    assert "Achievements unchanged" not in unchanged


def test_submission_compare_of_one_with_itself_finds_nothing(client_of, reporter, twice):
    page = client_of(reporter).get(f"/reporting/submissions/{FIRST}/compare/{FIRST}/")

    assert (texts(page, "del"), texts(page, "ins")) == (["removed"], ["added"])


def test_submission_compare_marks_answers_that_came_and_went(
    client_of, reporter, focal_point, secretariat, draft
):
    kept, new = [IndicatorFactory(objective=draft.objective, name=name) for name in "AB"]
    went = IndicatorValueFactory(report=draft, indicator=kept, value=1, note="")
    actions.submit_report(report=draft, version=1, by=focal_point)
    actions.return_report(report=draft, version=2, by=secretariat, comment="Count again.")
    went.delete()
    IndicatorValueFactory(report=draft, indicator=new, value=2, note="")
    actions.submit_report(report=draft, version=3, by=focal_point)

    page = client_of(reporter).get(COMPARE)

    assert texts(page, "del")[1:] == ["removed: 1 %", "removed: Not answered"]
    assert texts(page, "ins")[1:] == ["added: Not answered", "added: 2 %"]


@pytest.mark.parametrize("pair", [(FIRST, SECOND), (SECOND, FIRST)], ids=["added", "removed"])
def test_submission_compare_shows_text_as_text(client_of, reporter, focal_point, returned, pair):
    content = {"achievements": "<script>alert(1)</script> & more"}
    actions.save_draft(report=returned, version=3, content=content, by=reporter)
    actions.submit_report(report=returned, version=4, by=focal_point)

    page = client_of(reporter).get(reverse("reporting:submission_compare", args=pair))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</" in page.content.decode()


def test_submission_changes_compares_with_the_one_before(client_of, secretariat, twice):
    response = client_of(secretariat).get(CHANGES)

    assert (response.status_code, response.url) == (302, COMPARE)


def test_submission_changes_of_the_first_is_not_found(client_of, reporter, twice):
    response = client_of(reporter).get(f"/reporting/submissions/{FIRST}/changes/")

    assert response.status_code == 404


@pytest.mark.parametrize("address", [DETAIL, COMPARE, CHANGES])
@pytest.mark.parametrize("who", STRANGERS)
def test_submissions_do_not_exist_for_others(client_of, request, twice, who, address):
    assert client_of(request.getfixturevalue(who)).get(address).status_code == 404


@pytest.mark.parametrize("who", ["neighbour", "viewer"])
def test_submissions_before_approval_stay_between_country_and_secretariat(
    client_of, request, twice, secretariat, who
):
    """Members may read the approved report, and not what was once returned."""
    twice.round.framework.results_visibility = "public"
    twice.round.framework.save()
    actions.approve_report(report=twice, version=5, by=secretariat)
    client = client_of(request.getfixturevalue(who))

    assert client.get(twice.get_absolute_url()).status_code == 200
    assert [client.get(each).status_code for each in (DETAIL, COMPARE, CHANGES)] == [404] * 3


@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_who_reads_what_is_approved_reads_no_copy_that_was_returned(
    client_of, request, twice, secretariat, who
):
    twice.round.framework.results_visibility = "members"
    twice.round.framework.save()
    actions.approve_report(report=twice, version=5, by=secretariat)
    client = client_of(request.getfixturevalue(who))
    page = client.get(f"/reporting/submissions/{SECOND}/")

    assert texts(page, "h1") == [f"Receipt {SECOND}"]
    assert FIRST not in page.content.decode()
    assert [client.get(each).status_code for each in (DETAIL, COMPARE, CHANGES)] == [404] * 3


def test_submission_of_a_returned_report_is_with_the_country(client_of, secretariat, returned):
    assert client_of(secretariat).get(DETAIL).status_code == 404


@pytest.mark.parametrize("address", [DETAIL, COMPARE, CHANGES])
def test_submissions_ask_to_sign_in(client, twice, address):
    response = client.get(address)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", [DETAIL, COMPARE, CHANGES])
def test_submissions_are_only_read(client_of, reporter, twice, address):
    assert client_of(reporter).post(address).status_code == 405


@pytest.mark.parametrize(
    "odd", ["unknown", "1.1", "2025-H2-FR-1.1-3", "%00", "%FF", "é'\"<>", "..", "x" * 5000, "١"]
)
def test_submissions_with_an_odd_number_are_not_found(client_of, reporter, twice, odd):
    client = client_of(reporter)
    addresses = [
        f"/reporting/submissions/{odd}/",
        f"/reporting/submissions/{odd}/compare/{FIRST}/",
        f"/reporting/submissions/{FIRST}/compare/{odd}/",
        f"/reporting/submissions/{odd}/changes/",
    ]

    assert [client.get(address).status_code for address in addresses] == [404] * 4


def test_submissions_of_two_reports_are_not_compared(
    client_of, reporter, focal_point, draft, framework, submitted
):
    other = framework.goals.get(number=1).objectives.get(number=2)
    draft.pk, draft.objective, draft.status = None, other, "draft"
    actions.save_draft(report=draft, version=0, content={"rating": "on_track"}, by=reporter)
    actions.submit_report(report=draft, version=1, by=focal_point)

    response = client_of(reporter).get(f"/reporting/submissions/{FIRST}/compare/2025-H2-FR-1.2-1/")

    assert response.status_code == 404


def test_history_leads_to_each_submission_and_its_changes(client_of, reporter, secretariat, twice):
    history = reverse("reporting:report_history", args=["2025-H2", "1.1"])
    expected = [DETAIL, f"/reporting/submissions/{SECOND}/", CHANGES]

    for user, address in [(reporter, history), (secretariat, f"/review/{twice.pk}/")]:
        page = client_of(user).get(address)
        assert links(page, "ol", class_="events") == expected


def test_history_tells_each_step(client_of, reporter, twice):
    page = client_of(reporter).get(reverse("reporting:report_history", args=["2025-H2", "1.1"]))

    [_, step, _] = [text for text in texts(page, "li") if " by " in text]
    assert "Returned for correction by Selma Secretariat" in step
    assert "From “Submitted” to “Returned for correction”" in step
    assert "Please name the training courses." in step


@pytest.mark.parametrize("number", [1, 3])
def test_submission_pages_take_the_same_queries_whatever_their_length(
    client_of, reporter, focal_point, secretariat, draft, django_assert_num_queries, number
):
    for _ in range(number):
        indicator = IndicatorFactory(objective=draft.objective)
        IndicatorValueFactory(report=draft, indicator=indicator)
    for time in range(number + 1):
        actions.submit_report(report=draft, version=draft.version, by=focal_point)
        if time < number:
            actions.return_report(
                report=draft, version=draft.version, by=secretariat, comment="Again."
            )
    client = client_of(reporter)
    client.get(DETAIL)

    with django_assert_num_queries(6):
        client.get(DETAIL)
    with django_assert_num_queries(6):
        client.get(COMPARE)
