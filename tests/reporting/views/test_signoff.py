"""Who submits, withdraws and is told who may."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from reporting import actions
from reporting.models import IndicatorValue, ProgressReport
from tests.factories import (
    DelegationFactory,
    ExtensionFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    days,
)
from tests.pages import texts
from tests.reporting.test_forms import FILLED

EDIT = "/reporting/2025-H2/1.1/"
SUBMIT = "/reporting/2025-H2/1.1/submit/"
WITHDRAW = "/reporting/2025-H2/1.1/withdraw/"
HISTORY = "/reporting/2025-H2/1.1/history/"
EXTENSION = "/reporting/2025-H2/extension/"
TYPED = FILLED | {"achievements": "Three border points were connected."}


def overdue(reporting_round):
    reporting_round.due_at = timezone.now() - datetime.timedelta(seconds=1)
    reporting_round.save()


def signed_as(report):
    return report.submissions.get().content["signed_as"]


@pytest.fixture
def delegate(focal_point, reporter):
    DelegationFactory(given_by=focal_point, given_to=reporter)
    return reporter


@pytest.fixture
def only_officer(reporter):
    reporter.country.single_officer_reason = "The bureau has one officer."
    reporter.country.save()
    return reporter


@pytest.mark.parametrize("person", ["focal_point", "delegate", "only_officer"])
def test_submission_says_as_what_it_was_signed(request, client_of, draft, person):
    client = client_of(request.getfixturevalue(person))
    response = client.post(SUBMIT, {"version": "1"})
    assert (response.url, signed_as(draft)) == (HISTORY, person)
    receipt = client.get("/reporting/submissions/2025-H2-FR-1.1-1/")
    words = {"focal_point": "focal point", "delegate": "delegate of the focal point"}
    assert f", as {words.get(person, 'only officer of the country')}" in texts(receipt, "dd")[1]


def test_submission_of_a_whole_form_says_as_what_too(client_of, delegate, objective, open_round):
    client_of(delegate).post(SUBMIT, TYPED | {"version": "0"})
    assert signed_as(ProgressReport.objects.get()) == "delegate"


def test_message_after_a_submission_leads_to_the_receipt(client_of, focal_point, draft):
    response = client_of(focal_point).post(SUBMIT, {"version": "1"})
    [message] = get_messages(response.wsgi_request)
    assert 'href="/reporting/submissions/2025-H2-FR-1.1-1/"' in str(message)


def test_delegate_of_yesterday_does_not_submit(client_of, focal_point, reporter, draft):
    DelegationFactory(given_by=focal_point, given_to=reporter, begins_at=timezone.now() - days(8))
    assert client_of(reporter).post(SUBMIT, {"version": "1"}).status_code == 403
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_who_does_not_submit_is_told_who_does(client_of, focal_point, delegate, draft, viewer):
    other = DelegationFactory(given_by=focal_point, given_to=viewer)  # no officer any more
    other.given_to.memberships.all().delete()
    page = client_of(delegate).get(SUBMIT)
    assert "You may do so in the focal point's place until" in page.content.decode()
    page.context["delegation"].delete()
    page = client_of(delegate).get(SUBMIT)
    assert [each.split(",")[0] for each in texts(page, "ul", class_="who-submits")] == [
        "Fabrice Focal"
    ]


def test_overdue_report_leads_to_asking_for_more_time(client_of, focal_point, draft):
    overdue(draft.round)
    for page in (client_of(focal_point).get(SUBMIT), client_of(focal_point).post(SUBMIT)):
        assert f'href="{EXTENSION}"' in page.content.decode()
    page = client_of(focal_point).post(SUBMIT, {"version": "1"})
    assert (page.status_code, draft.submissions.count()) == (409, 0)


@pytest.mark.parametrize("version", ["0", "1"])
def test_overdue_form_is_kept_as_a_draft(
    request, client_of, focal_point, objective, open_round, version
):
    if version == "1":
        request.getfixturevalue("draft")
    overdue(open_round)
    response = client_of(focal_point).post(SUBMIT, TYPED | {"version": version})
    stored = ProgressReport.objects.get()
    assert (response.status_code, response.url) == (302, SUBMIT)
    assert (stored.status, stored.achievements) == ("draft", TYPED["achievements"])
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "The draft is saved and not submitted: the due date has passed, and your country has "
        "no extension."
    ]


def test_overdue_report_with_an_extension_is_submitted_late(client_of, focal_point, draft):
    overdue(draft.round)
    ExtensionFactory(round=draft.round, country=draft.country, granted=True)
    client = client_of(focal_point)
    assert texts(client.get(SUBMIT), "button", class_="btn-primary") == [
        "Submit to the secretariat"
    ]
    client.post(SUBMIT, {"version": "1"})
    receipt = client.get("/reporting/submissions/2025-H2-FR-1.1-1/")
    assert texts(receipt, "span", class_="tag-late") == ["late"]


def test_withdraw_gives_the_report_back(client_of, focal_point, submitted):
    client = client_of(focal_point)
    assert texts(client.get(HISTORY), "button", class_="btn-outline-danger") == ["Withdraw"]
    response = client.post(WITHDRAW, {"version": "2"})
    submitted.refresh_from_db()
    assert (response.status_code, response.url, submitted.status) == (302, HISTORY, "draft")


def test_withdraw_of_a_claimed_report_says_why_not(client_of, focal_point, submitted, secretariat):
    actions.claim_report(report=submitted, by=secretariat)
    client = client_of(focal_point)
    assert not texts(client.get(HISTORY), "button", class_="btn-outline-danger")
    page = client.post(WITHDRAW, {"version": "2"})
    submitted.refresh_from_db()
    assert (page.status_code, submitted.status) == (409, "submitted")
    assert texts(page, "p", class_="alert-danger")[0].startswith("The report was not withdrawn")


@pytest.mark.parametrize("version", ["1", "", "abc", "2\0", "9" * 40])
def test_withdraw_from_another_version_is_a_conflict(client_of, focal_point, submitted, version):
    assert client_of(focal_point).post(WITHDRAW, {"version": version}).status_code == 409


def test_withdraw_after_the_close_says_why_not(client_of, focal_point, submitted):
    reporting_round = submitted.round
    reporting_round.due_at = reporting_round.closes_at = timezone.now()
    reporting_round.save()
    page = client_of(focal_point).post(WITHDRAW, {"version": "2"})
    assert (page.status_code, "the round has closed" in page.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("person", "status"), [("reporter", 403), ("neighbour", 404), ("secretariat", 403)]
)
def test_withdraw_is_for_who_submits(request, client_of, submitted, person, status):
    client = client_of(request.getfixturevalue(person))
    assert client.post(WITHDRAW, {"version": "2"}).status_code == status
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_withdraw_refuses_the_unknown_and_wrong_methods(client, client_of, focal_point, submitted):
    assert client.post(WITHDRAW).url.startswith("/accounts/login/")
    assert client_of(focal_point).get(WITHDRAW).status_code == 405


def test_answer_that_is_no_longer_asked_for_does_not_keep_a_form_from_being_submitted(
    client_of, focal_point, draft
):
    indicator = IndicatorFactory(objective=draft.objective, reporter="secretariat")
    IndicatorValueFactory(report=draft, indicator=indicator, numerator=9, denominator=8, note="")
    assert client_of(focal_point).post(SUBMIT, TYPED | {"version": "1"}).status_code == 302


AS_RETURNED = "It came back for correction, and nothing in it is different"


def is_said_to_be_as_returned(page):
    return AS_RETURNED in texts(page, "main")[0]


def test_who_submits_is_told_that_nothing_was_corrected(client_of, focal_point, secretariat, draft):
    IndicatorValueFactory(report=draft, value=61)
    client = client_of(focal_point)
    actions.submit_report(report=draft, version=1, by=focal_point)
    actions.return_report(
        report=draft, version=2, by=secretariat, comment="Please name the training courses."
    )
    # To save what is there already corrects nothing.
    actions.save_draft(report=draft, version=3, content={}, by=focal_point)
    assert is_said_to_be_as_returned(client.get(SUBMIT))
    actions.save_draft(report=draft, version=4, content={"lessons": "Courses."}, by=focal_point)
    assert not is_said_to_be_as_returned(client.get(SUBMIT))


def test_a_corrected_indicator_is_a_correction(client_of, focal_point, secretariat, draft):
    value = IndicatorValueFactory(report=draft, value=61)
    actions.submit_report(report=draft, version=1, by=focal_point)
    actions.return_report(
        report=draft, version=2, by=secretariat, comment="Please look at the figure."
    )
    answer = IndicatorValue(kind="number", value=62)
    actions.save_draft(
        report=draft, version=3, content={}, values={value.indicator: answer}, by=focal_point
    )
    assert not is_said_to_be_as_returned(client_of(focal_point).get(SUBMIT))
