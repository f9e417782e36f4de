import datetime
import uuid

import pytest
from django.utils import timezone

from members.models import Role
from reporting import actions
from reporting.models import Mail, ProgressReport
from tests.factories import DelegationFactory, IndicatorFactory, MembershipFactory
from tests.pages import elements, texts

SUBMIT = "/reporting/2025-H2/1.1/submit/"
READY = "/reporting/2025-H2/1.1/ready/"


def test_report_ready_tells_each_who_submits_once(client_of, reporter, focal_point, draft, france):
    delegate = MembershipFactory(role=Role.REPORTER, country=france).user
    DelegationFactory(given_by=focal_point, given_to=delegate)
    IndicatorFactory(objective=draft.objective)
    client = client_of(reporter)
    assert elements(client.get(SUBMIT), "form", action=READY)
    response = client.post(READY, {"version": "1"})
    assert (response.status_code, response.url) == (302, SUBMIT)
    assert set(Mail.objects.values_list("key", "report")) == {
        (f"ready-{draft.pk}-1-user-{each.pk}", draft.pk) for each in (focal_point, delegate)
    }
    told = Mail.objects.get(recipient=focal_point)
    assert told.subject == "Ready to submit: France, 1.1, Second half of 2025"
    assert SUBMIT in told.body
    assert "Indicators:  1 of 1 not answered\n" in told.body
    page = client.get(SUBMIT)
    assert "Fabrice Focal was told that this version is ready" in texts(page, "ul", id="told")[0]
    assert not elements(page, "form", action=READY)


def test_report_ready_told_already_is_refused_until_it_has_changed(
    client_of, reporter, focal_point, draft
):
    client = client_of(reporter)
    codes = [client.post(READY, {"version": "1"}).status_code for _ in range(2)]
    assert (codes, Mail.objects.count()) == ([302, 409], 1)
    actions.save_draft(report=draft, version=1, content={"lessons": "New."}, by=reporter)
    assert client.post(READY, {"version": "2"}).status_code == 302
    assert Mail.objects.count() == 2


def test_report_ready_posted_twice_acts_once(client_of, reporter, focal_point, draft):
    posted = {"version": "1", "token": str(uuid.uuid4())}
    client = client_of(reporter)
    assert [client.post(READY, posted).status_code for _ in range(2)] == [302, 302]
    assert Mail.objects.count() == 1


def test_report_ready_where_nobody_submits_is_refused(client_of, reporter, draft):
    client = client_of(reporter)
    assert not elements(client.get(SUBMIT), "form", action=READY)
    assert client.post(READY, {"version": "1"}).status_code == 409


@pytest.mark.parametrize("version", ["0", "2", "", "abc", "1\0", "9" * 40])
def test_report_ready_of_another_version_tells_nobody(
    client_of, reporter, focal_point, draft, version
):
    page = client_of(reporter).post(READY, {"version": version})
    assert (page.status_code, Mail.objects.count()) == (409, 0)
    assert "the report has changed" in texts(page, "p", class_="alert-danger")[0]


def test_report_ready_of_what_cannot_be_submitted_tells_nobody(
    client_of, reporter, focal_point, draft
):
    client = client_of(reporter)
    ProgressReport.objects.update(rating="off_track", challenges="")
    assert client.post(READY, {"version": "1"}).status_code == 409
    ProgressReport.objects.update(rating="on_track")
    draft.round.due_at = timezone.now() - datetime.timedelta(seconds=1)
    draft.round.save()
    assert client.post(READY, {"version": "1"}).status_code == 409
    assert Mail.objects.count() == 0


def test_report_ready_of_what_is_handed_in_tells_nobody(client_of, reporter, submitted):
    before = Mail.objects.count()
    assert client_of(reporter).post(READY, {"version": "2"}).status_code == 409
    assert Mail.objects.count() == before


def test_report_ready_is_for_the_country(
    client, client_of, reporter, neighbour, secretariat, viewer, focal_point, draft
):
    posted = {"version": "1"}
    assert client_of(neighbour).post(READY, posted).status_code == 404
    assert client_of(secretariat).post(READY, posted).status_code == 403
    assert client_of(viewer).post(READY, posted).status_code == 403
    assert client.post(READY).url.startswith("/accounts/login/")
    assert client_of(reporter).get(READY).status_code == 405
    assert Mail.objects.count() == 0
