import datetime

import pytest
import time_machine
from django.db import IntegrityError

from reporting import actions
from reporting.models import Mail, ProgressReport, ReportEvent, Status
from reporting.models.history import sha256_of
from tests.factories import ProgressReportFactory, ReportingRoundFactory

CONTENT = {
    "rating": "on_track",
    "percent_complete": 60,
    "confidence": "high",
    "achievements": "Two border points were connected.",
    "challenges": "",
    "next_steps": "",
    "lessons": "",
    "not_applicable_reason": "",
}
COMMENT = "Please name the training courses."


def new_report(open_round, objective, country):
    return ProgressReport(round=open_round, objective=objective, country=country, version=0)


def history(report):
    return list(report.events.values_list("kind", "from_status", "to_status"))


def test_save_draft_creates_a_report_with_its_first_event(open_round, objective, france, reporter):
    report = new_report(open_round, objective, france)
    actions.save_draft(report=report, version=0, content=CONTENT, by=reporter)
    stored = ProgressReport.objects.get()
    assert {name: getattr(stored, name) for name in CONTENT} == CONTENT
    assert (stored.status, stored.version, stored.changed_by) == ("draft", 1, reporter)
    assert history(stored) == [("created", "", "draft")]


def test_save_draft_of_a_report_that_exists_already_is_a_conflict(
    draft, open_round, objective, france, reporter
):
    with pytest.raises(actions.Conflict):
        actions.save_draft(
            report=new_report(open_round, objective, france),
            version=0,
            content=CONTENT,
            by=reporter,
        )
    assert ProgressReport.objects.count() == 1


def test_save_draft_raises_the_version_and_writes_no_event(draft, reporter):
    actions.save_draft(report=draft, version=1, content=CONTENT, by=reporter)
    draft.refresh_from_db()
    assert (draft.version, draft.achievements) == (2, CONTENT["achievements"])
    assert history(draft) == []


@pytest.mark.parametrize("version", [0, 2, 99, None])
def test_save_draft_from_another_version_changes_nothing(draft, reporter, version):
    with pytest.raises(actions.Conflict):
        actions.save_draft(report=draft, version=version, content=CONTENT, by=reporter)
    assert ProgressReport.objects.get().achievements == "Two training courses were held."


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_save_draft_leaves_alone_what_the_secretariat_has(request, state, reporter):
    report = request.getfixturevalue(state)
    with pytest.raises(actions.Conflict):
        actions.save_draft(report=report, version=report.version, content=CONTENT, by=reporter)
    stored = ProgressReport.objects.get()
    assert (stored.status, stored.achievements) == (state, "Two training courses were held.")


def test_submit_freezes_a_copy_with_its_hash_and_receipt(submitted, focal_point):
    copy = submitted.submissions.get()
    assert copy.content == {
        "framework": "2022-2025",
        "round": "2025-H2",
        "country": "FR",
        "objective": "1.1",
        "statement": submitted.objective.statement,
        "rating": "on_track",
        "percent_complete": 60,
        "confidence": "high",
        "achievements": "Two training courses were held.",
        "challenges": "Few trainers are available.",
        "next_steps": "Train ten more trainers.",
        "lessons": "Begin with the trainers.",
        "not_applicable_reason": "",
        "indicators": [],
    }
    assert copy.sha256 == sha256_of(copy.content)
    assert (copy.number, copy.receipt_number) == (1, "2025-H2-FR-1.1-1")
    assert copy.submitted_by == focal_point


def test_submit_after_a_return_freezes_a_second_copy(returned, focal_point):
    actions.submit_report(report=returned, version=3, by=focal_point)
    assert list(returned.submissions.values_list("number", flat=True)) == [1, 2]
    assert history(returned) == [
        ("submitted", "draft", "submitted"),
        ("returned", "submitted", "returned"),
        ("submitted", "returned", "submitted"),
    ]


def test_submit_of_an_incomplete_report_names_what_is_missing(draft, focal_point):
    draft.rating, draft.next_steps = "at_risk", " "
    with pytest.raises(actions.Incomplete) as error:
        actions.submit_report(report=draft, version=1, by=focal_point)
    assert list(error.value.missing) == ["next_steps"]
    assert ProgressReport.objects.get().status == "draft"


@pytest.mark.parametrize("trait", ["ahead", "closed"])
def test_a_round_that_is_not_open_takes_no_report(draft, focal_point, trait):
    draft.round = ReportingRoundFactory(framework=draft.round.framework, **{trait: True})
    draft.save()
    with pytest.raises(actions.RoundClosed):
        actions.submit_report(report=draft, version=1, by=focal_point)
    with pytest.raises(actions.RoundClosed):
        actions.save_draft(report=draft, version=1, content=CONTENT, by=focal_point)


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-1, True), (0, False), (1, False)], ids=["before", "at", "after"]
)
def test_a_round_closes_at_its_instant(draft, focal_point, seconds, accepted):
    instant = draft.round.closes_at + datetime.timedelta(seconds=seconds)
    with time_machine.travel(instant, tick=False):
        try:
            actions.submit_report(report=draft, version=1, by=focal_point)
        except actions.RoundClosed:
            assert not accepted
    assert ProgressReport.objects.get().status == ("submitted" if accepted else "draft")


def test_approve_ends_the_review(approved, secretariat):
    approved.refresh_from_db()
    assert (approved.status, approved.version, approved.changed_by) == (
        "approved",
        3,
        secretariat,
    )
    assert history(approved)[-1] == ("approved", "submitted", "approved")


def test_return_keeps_the_text_and_the_reason(returned):
    returned.refresh_from_db()
    assert (returned.status, returned.achievements) == (
        "returned",
        "Two training courses were held.",
    )
    assert returned.events.last().comment == COMMENT


def test_reopen_takes_an_approved_report_back(approved, secretariat):
    actions.reopen_report(report=approved, version=3, by=secretariat, comment=COMMENT)
    assert history(approved)[-1] == ("reopened", "approved", "returned")
    assert approved.submissions.count() == 1


ALLOWED = {
    ("draft", "submit"),
    ("returned", "submit"),
    ("submitted", "approve"),
    ("submitted", "return"),
    ("approved", "reopen"),
}


@pytest.mark.parametrize("verb", ["submit", "approve", "return", "reopen"])
@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved"])
def test_every_step_that_is_not_listed_is_a_conflict(request, state, verb, secretariat):
    report = request.getfixturevalue(state)
    before = history(report)
    mails = Mail.objects.count()
    needs_comment = {"comment": COMMENT} if verb in ("return", "reopen") else {}
    action = getattr(actions, f"{verb}_report")
    if (state, verb) in ALLOWED:
        action(report=report, version=report.version, by=secretariat, **needs_comment)
        assert len(history(report)) == len(before) + 1
    else:
        with pytest.raises(actions.Conflict):
            action(report=report, version=report.version, by=secretariat, **needs_comment)
        assert (history(report), Mail.objects.count()) == (before, mails)


def test_each_event_carries_the_hash_of_the_one_before(returned, focal_point):
    actions.submit_report(report=returned, version=3, by=focal_point)
    events = list(ReportEvent.objects.all())
    assert [event.previous_hash for event in events] == ["", *(e.hash for e in events[:-1])]
    assert [event.computed_hash() for event in events] == [event.hash for event in events]


def test_the_hash_of_an_event_covers_its_comment(returned):
    event = returned.events.last()
    event.comment = "Something else was said."
    assert event.computed_hash() != event.hash


def test_a_step_that_fails_midway_leaves_nothing_behind(draft, focal_point, monkeypatch):
    def fail(event):
        raise RuntimeError

    monkeypatch.setattr("reporting.notifications.queue_mails", fail)
    with pytest.raises(RuntimeError):
        actions.submit_report(report=draft, version=1, by=focal_point)
    stored = ProgressReport.objects.get()
    assert (stored.status, stored.version, stored.submissions.count()) == ("draft", 1, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"rating": ""},
        {"rating": "at_risk", "challenges": ""},
        {"rating": "off_track", "next_steps": ""},
        {"rating": "on_track", "percent_complete": None},
        {"rating": "not_applicable", "percent_complete": None},
        {"rating": "not_applicable", "not_applicable_reason": "No sea.", "percent_complete": 5},
        {"rating": "splendid"},
        {"percent_complete": 101},
        {"status": "lost"},
    ],
    ids=str,
)
def test_the_database_refuses_an_incomplete_report_too(db, fields):
    with pytest.raises(IntegrityError):
        ProgressReportFactory(**{"status": Status.SUBMITTED} | fields)
