from urllib.parse import urlencode

import pytest

from members.models import Role
from reporting import actions
from reporting.models import ProgressReport, ReportEvent
from tests.factories import MembershipFactory, ProgressReportFactory
from tests.pages import elements, texts

ADDRESS = "/review/approve/"


@pytest.fixture
def waiting(open_round):
    """Three submitted reports, in no particular order."""
    return ProgressReportFactory.create_batch(3, round=open_round, submitted=True)


@pytest.fixture
def colleague(db):
    return MembershipFactory(role=Role.REVIEWER, user__name="Carl Colleague").user


def chosen(reports):
    return {"report": [f"{report.pk}:{report.version}" for report in reports]}


def statuses():
    return sorted(ProgressReport.objects.values_list("status", flat=True))


def test_reports_approve_says_first_what_will_happen(client_of, secretariat, waiting):
    page = client_of(secretariat).get(ADDRESS, chosen(waiting))
    assert [report for report, _version in page.context["ready"]] == waiting
    assert "3 reports will be approved" in page.content.decode()
    assert statuses() == ["submitted"] * 3


def test_reports_approve_approves_all(client_of, secretariat, waiting):
    response = client_of(secretariat).post(ADDRESS, chosen(reversed(waiting)))
    assert (response.status_code, response.url) == (302, "/review/")
    assert statuses() == ["approved"] * 3
    assert ReportEvent.objects.filter(kind="approved", by=secretariat).count() == 3


def test_reports_approve_leads_back_to_the_queue_as_it_was_narrowed(
    client_of, secretariat, waiting
):
    code = waiting[0].country.iso2
    queue = client_of(secretariat).get("/review/", {"country": code, "choose": "all"})
    kept = [dict(field.attributes) for field in elements(queue, "input", type="hidden")]
    kept = {field["name"]: field["value"] for field in kept}
    assert (set(kept), kept["country"]) == ({"csrfmiddlewaretoken", "country"}, code)
    sent = {"country": code} | chosen(waiting[:1])
    response = client_of(secretariat).post(f"{ADDRESS}?{urlencode(sent, doseq=True)}", sent)
    assert response.url == f"/review/?country={code}"


def test_review_queue_can_choose_all_that_may_be_approved(
    client_of, secretariat, colleague, waiting
):
    actions.claim_report(report=waiting[0], by=colleague)
    pages = [client_of(secretariat).get("/review/", sent) for sent in ({}, {"choose": "all"})]
    boxes = [elements(page, "input", type="checkbox", checked=None) for page in pages]
    assert [len(found) for found in boxes] == [0, 2]


def test_review_queue_and_choice_name_what_was_confirmed_unchanged(client_of, secretariat, waiting):
    ProgressReport.objects.filter(pk=waiting[1].pk).update(confirms=waiting[2])
    pages = [
        client_of(secretariat).get("/review/"),
        client_of(secretariat).get(ADDRESS, chosen(waiting)),
    ]
    assert [texts(page, "span", class_="tag") for page in pages] == [["confirmed unchanged"]] * 2


def test_reports_approve_approves_none_if_one_has_changed(client_of, secretariat, waiting):
    posted = chosen(waiting)
    actions.return_report(
        report=waiting[1], version=2, by=secretariat, comment="Please say more about it."
    )
    page = client_of(secretariat).post(ADDRESS, posted)
    assert (page.status_code, page.context["left_out"]) == (409, [waiting[1]])
    assert [report for report, _version in page.context["ready"]] == [waiting[0], waiting[2]]
    assert statuses() == ["returned", "submitted", "submitted"]


def test_reports_approve_leaves_out_what_a_colleague_reviews(
    client_of, secretariat, colleague, waiting
):
    actions.claim_report(report=waiting[0], by=colleague)
    page = client_of(secretariat).get(ADDRESS, chosen(waiting))
    assert page.context["left_out"] == [waiting[0]]
    assert client_of(secretariat).post(ADDRESS, chosen(waiting)).status_code == 409
    assert statuses() == ["submitted"] * 3


@pytest.mark.parametrize("sent", ["", "abc", "1", "1:", "1:a", "9" * 30 + ":1", "1:1:1", "١:١"])
def test_reports_approve_of_garbled_reports_is_not_found(client_of, secretariat, waiting, sent):
    client = client_of(secretariat)
    pages = [client.get(ADDRESS, {"report": sent}), client.post(ADDRESS, {"report": sent})]
    assert [page.status_code for page in pages] == [404, 404]
    assert statuses() == ["submitted"] * 3


def test_reports_approve_of_a_missing_report_approves_none(client_of, secretariat, waiting):
    posted = chosen(waiting)
    posted["report"].append("999999:1")
    assert client_of(secretariat).post(ADDRESS, posted).status_code == 404
    assert statuses() == ["submitted"] * 3


def test_reports_approve_never_includes_the_reviewers_own_country(
    client_of, secretariat, submitted
):
    MembershipFactory(user=secretariat, role=Role.REPORTER, country=submitted.country)
    assert client_of(secretariat).post(ADDRESS, chosen([submitted])).status_code == 404
    assert statuses() == ["submitted"]


def test_reports_approve_of_nothing_says_so(client_of, secretariat, db):
    for page in [client_of(secretariat).get(ADDRESS), client_of(secretariat).post(ADDRESS)]:
        assert "No report is chosen." in page.content.decode()


@pytest.mark.parametrize("person", ["reporter", "neighbour", "viewer", "editor"])
def test_reports_approve_is_the_secretariats(request, client_of, waiting, person):
    client = client_of(request.getfixturevalue(person))
    assert client.post(ADDRESS, chosen(waiting)).status_code == 403
    assert statuses() == ["submitted"] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_reports_approve_asks_as_often_for_any_number(
    client_of, secretariat, waiting, django_assert_num_queries, number
):
    client = client_of(secretariat)
    with django_assert_num_queries(3):
        client.get(ADDRESS, chosen(waiting[:number]))


def test_report_claim_shows_colleagues_who_reviews(client_of, secretariat, colleague, submitted):
    client_of(secretariat).post(f"/review/{submitted.pk}/claim/")
    submitted.refresh_from_db()
    assert (submitted.claimed_by, submitted.version) == (secretariat, 2)
    page = client_of(colleague).get(f"/review/{submitted.pk}/").content.decode()
    assert "Selma Secretariat reviews this report." in page
    assert "Return to the country" not in page


@pytest.mark.parametrize("verb", ["approve", "return"])
def test_a_report_that_a_colleague_reviews_is_not_decided_on(
    client_of, secretariat, colleague, submitted, verb
):
    actions.claim_report(report=submitted, by=colleague)
    page = client_of(secretariat).post(
        f"/review/{submitted.pk}/{verb}/", {"version": "2", "comment": "Please say more."}
    )
    assert (page.status_code, statuses()) == (409, ["submitted"])


def test_report_claim_takes_over_from_whom_the_page_named(
    client_of, secretariat, colleague, submitted
):
    actions.claim_report(report=submitted, by=colleague)
    client, address = client_of(secretariat), f"/review/{submitted.pk}/claim/"
    assert client.post(address).status_code == 409
    assert client.post(address, {"from": str(colleague.pk)}).status_code == 302
    submitted.refresh_from_db()
    assert submitted.claimed_by == secretariat


def test_report_release_is_for_whoever_has_claimed_it(client_of, secretariat, colleague, submitted):
    actions.claim_report(report=submitted, by=colleague)
    address = f"/review/{submitted.pk}/release/"
    assert client_of(secretariat).post(address).status_code == 409
    assert client_of(colleague).post(address).status_code == 302
    submitted.refresh_from_db()
    assert submitted.claimed_by is None


def test_a_decision_ends_the_claim(secretariat, submitted):
    actions.claim_report(report=submitted, by=secretariat)
    actions.approve_report(report=submitted, version=2, by=secretariat)
    submitted.refresh_from_db()
    assert (submitted.claimed_by, submitted.claimed_at) == (None, None)


def test_review_queue_shows_only_mine_when_asked(client_of, secretariat, colleague, waiting):
    actions.claim_report(report=waiting[0], by=secretariat)
    actions.claim_report(report=waiting[1], by=colleague)
    page = client_of(secretariat).get("/review/", {"mine": "on"})
    assert list(page.context["page"]) == [waiting[0]]
