"""A form that is posted twice acts once, whichever form and however it comes."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from reporting.models import PostedForm, ProgressReport, ReportEvent, Submission
from tests.reporting.views.test_reports import EDIT, SUBMIT, TYPED

HISTORY = "/reporting/2025-H2/1.1/history/"


@pytest.fixture
def token():
    return str(uuid.uuid4())


def test_every_form_has_a_token_of_its_own(client_of, reporter, draft):
    client = client_of(reporter)
    pages = [client.get(EDIT).content.decode() for _ in range(2)]
    tokens = [page.split('name="token" value="')[1].split('"')[0] for page in pages]
    assert len({uuid.UUID(token) for token in tokens}) == 2


def test_same_form_again_gets_the_same_answer(client_of, focal_point, draft, token):
    client = client_of(focal_point)
    answers = [client.post(SUBMIT, {"version": "1", "token": token}) for _ in range(3)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, HISTORY)] * 3
    assert Submission.objects.count() == 1


def test_same_token_with_another_text_is_another_form(client_of, reporter, draft, token):
    client = client_of(reporter)
    client.post(EDIT, TYPED | {"version": "1", "token": token})
    second = client.post(EDIT, TYPED | {"version": "1", "token": token, "lessons": "Other"})
    assert second.status_code == 409
    assert "Other" in second.content.decode()


def test_form_that_was_refused_may_come_again(client_of, focal_point, draft, token):
    posted = {"version": "1", "token": token}
    ProgressReport.objects.update(percent_complete=None)
    client = client_of(focal_point)
    assert client.post(SUBMIT, posted).status_code == 409
    assert PostedForm.objects.count() == 0
    ProgressReport.objects.update(percent_complete=10)
    assert client.post(SUBMIT, posted).status_code == 302


def test_token_of_another_person_is_not_his(client_of, reporter, focal_point, draft, token):
    client_of(reporter).post(EDIT, TYPED | {"version": "1", "token": token})
    second = client_of(focal_point).post(EDIT, TYPED | {"version": "1", "token": token})
    assert second.status_code == 409


@pytest.mark.parametrize("garbled", ["", "1", "x" * 36])
def test_form_without_a_token_acts_as_it_always_did(client_of, reporter, draft, garbled):
    response = client_of(reporter).post(EDIT, TYPED | {"version": "1", "token": garbled})
    assert (response.status_code, PostedForm.objects.count()) == (302, 0)


def test_answer_with_an_endless_query_is_kept_without_it(client_of, secretariat, submitted, token):
    claim = f"/review/{submitted.pk}/claim/?x={'x' * 500}"
    client = client_of(secretariat)
    first, again = (client.post(claim, {"from": "", "token": token}) for _ in range(2))
    assert (first.status_code, first.url) == (302, claim.replace("claim/", ""))
    assert (again.status_code, again.url) == (302, f"/review/{submitted.pk}/")


@pytest.mark.django_db(transaction=True)
def test_copies_that_arrive_at_once_act_once(client_of, focal_point, draft, token):
    """R2: 50 at once, 50 later."""
    clients = [client_of(focal_point) for _ in range(8)]
    barrier = Barrier(len(clients))

    def post(client):
        try:
            barrier.wait()
            answers = [client.post(SUBMIT, {"version": "1", "token": token}) for _ in range(7)]
            return [(answer.status_code, answer.url) for answer in answers]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = [answer for each in pool.map(post, clients) for answer in each]
    assert answers == [(302, HISTORY)] * 56
    assert Submission.objects.count() == 1
    assert ReportEvent.objects.filter(kind="submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_row_copies_that_arrive_at_once_are_not_answered_alike(
    client_of, focal_point, draft, token, monkeypatch
):
    monkeypatch.setattr("reporting.views.once.token_of", lambda request: None)
    client = client_of(focal_point)
    answers = [client.post(SUBMIT, {"version": "1", "token": token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
