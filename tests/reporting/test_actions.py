import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from reporting import actions
from reporting.models import IndicatorValue, Mail, ProgressReport, ReportEvent, Status
from reporting.models.history import sha256_of
from tests.factories import (
    EvidenceFactory,
    ExtensionFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)

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
        "main_challenge": "",
        "next_steps": "Train ten more trainers.",
        "main_next_step": "",
        "lessons": "Begin with the trainers.",
        "not_applicable_reason": "",
        "indicators": [],
        "evidence": [],
        "confirms": None,
        "on_behalf": False,
        "not_answered": [],
        "signed_as": "focal_point",
        "late": False,
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


def move(reporting_round, **hours):
    """Lays instants of the round so many hours from now."""
    for name, number in hours.items():
        setattr(reporting_round, name, timezone.now() + datetime.timedelta(hours=number))
    reporting_round.save()


def test_first_report_after_the_due_date_is_overdue(draft, focal_point):
    move(draft.round, opens_at=-9, due_at=-1)
    with pytest.raises(actions.Overdue):
        actions.submit_report(report=draft, version=1, by=focal_point)
    assert ProgressReport.objects.get().status == "draft"


def test_draft_is_saved_after_the_due_date_all_the_same(draft, reporter):
    move(draft.round, opens_at=-9, due_at=-1)
    actions.save_draft(report=draft, version=1, content=CONTENT, by=reporter)
    assert ProgressReport.objects.get().version == 2


def test_correction_is_taken_after_the_due_date_and_is_not_late(returned, focal_point):
    first = returned.submissions.get()
    returned.round.due_at = first.submitted_at + datetime.timedelta(microseconds=1)
    actions.submit_report(report=returned, version=3, by=focal_point)
    assert [copy.content["late"] for copy in returned.submissions.all()] == [False, False]


def test_report_with_an_extension_is_taken_and_marked_late(draft, focal_point, secretariat):
    move(draft.round, opens_at=-9, due_at=-1)
    ExtensionFactory(round=draft.round, country=draft.country, granted=True)
    submission = actions.submit_report(report=draft, version=1, by=focal_point)
    assert submission.content["late"] is True


def test_extension_of_another_country_or_round_does_not_help(draft, japan, focal_point):
    move(draft.round, opens_at=-9, due_at=-1)
    ExtensionFactory(round=draft.round, country=japan, granted=True)
    ExtensionFactory(round__framework=draft.round.framework, country=draft.country, granted=True)
    ExtensionFactory(round=draft.round, country=draft.country)
    with pytest.raises(actions.Overdue):
        actions.submit_report(report=draft, version=1, by=focal_point)


def test_extension_reaches_beyond_the_close(draft, focal_point):
    move(draft.round, opens_at=-9, due_at=-2, closes_at=-1)
    with pytest.raises(actions.RoundClosed):
        actions.submit_report(report=draft, version=1, by=focal_point)
    ExtensionFactory(round=draft.round, country=draft.country, granted=True)
    actions.submit_report(report=draft, version=1, by=focal_point)


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


def test_withdraw_gives_a_report_back_that_nobody_reviews(submitted, focal_point):
    actions.withdraw_report(report=submitted, version=2, by=focal_point)
    assert ProgressReport.objects.get().status == "draft"
    assert history(submitted)[-1] == ("withdrawn", "submitted", "draft")


def test_withdraw_of_a_corrected_report_leads_back_to_returned(returned, focal_point):
    actions.submit_report(report=returned, version=3, by=focal_point)
    actions.withdraw_report(report=returned, version=4, by=focal_point)
    assert ProgressReport.objects.get().status == "returned"


def test_second_withdrawal_of_a_draft_leads_back_to_a_draft(submitted, focal_point):
    """Nobody has returned it, so nothing says that somebody has."""
    actions.withdraw_report(report=submitted, version=2, by=focal_point)
    actions.submit_report(report=submitted, version=3, by=focal_point)
    actions.withdraw_report(report=submitted, version=4, by=focal_point)
    assert ProgressReport.objects.get().status == "draft"


def test_withdraw_of_a_claimed_report_is_a_conflict(submitted, focal_point, secretariat):
    actions.claim_report(report=submitted, by=secretariat)
    with pytest.raises(actions.Conflict):
        actions.withdraw_report(report=submitted, version=2, by=focal_point)
    assert ProgressReport.objects.get().status == "submitted"


def test_submit_reports_submits_all_or_none(draft, focal_point):
    other = ProgressReportFactory(round=draft.round, country=draft.country, rating="at_risk")
    ProgressReport.objects.filter(pk=other.pk).update(challenges="")
    other.refresh_from_db()
    with pytest.raises(actions.SomeConflict) as refused:
        actions.submit_reports(
            reports=[(draft, 1), (other, 1)], by=focal_point, signs_as="focal_point"
        )
    assert refused.value.reports == [other]
    assert set(ProgressReport.objects.values_list("status", flat=True)) == {"draft"}


def test_returned_for_some_fields_takes_changes_of_no_others(submitted, secretariat, reporter):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments={"achievements": "Which courses?"},
        only_commented=True,
    )
    unchanged = {name: getattr(submitted, name) for name in CONTENT}
    with pytest.raises(actions.ClosedField) as refused:
        actions.save_draft(
            report=submitted, version=3, content=unchanged | {"lessons": "None."}, by=reporter
        )
    assert refused.value.names == ["lessons"]
    report = ProgressReport.objects.get()
    actions.save_draft(
        report=report, version=3, content=unchanged | {"achievements": "Two."}, by=reporter
    )
    assert ProgressReport.objects.get().achievements == "Two."


def test_rating_opens_with_all_that_another_rating_may_ask_for(submitted, secretariat, reporter):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments={"rating": "Is that so?"},
        only_commented=True,
    )
    said = {name: getattr(submitted, name) for name in CONTENT}
    worse = said | {"rating": "at_risk", "challenges": "No trainers.", "next_steps": "Find some."}
    actions.save_draft(report=submitted, version=3, content=worse, by=reporter)
    assert ProgressReport.objects.get().challenges == "No trainers."
    assert not submitted.is_open_for("lessons")


def test_field_comments_are_in_the_hash_of_their_event(submitted, secretariat):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments={"lessons": "Which?"},
    )
    event = submitted.events.last()
    assert event.hash == event.computed_hash()
    event.field_comments = {"lessons": "Why?"}
    assert event.hash != event.computed_hash()


class TestValues:
    @pytest.fixture
    def indicator(self, objective):
        return IndicatorFactory(objective=objective, tolerance=10)

    @pytest.fixture
    def last_round(self, open_round):
        return ReportingRoundFactory(
            framework=open_round.framework, starts_on=datetime.date(2025, 1, 1), closed=True
        )

    @pytest.fixture
    def before(self, last_round, indicator, france):
        """The last approved report, which said 42."""
        report = ProgressReportFactory(
            round=last_round, objective=indicator.objective, country=france, approved=True
        )
        IndicatorValueFactory(report=report, indicator=indicator, value=42)
        return report

    def test_answers_are_stored_and_replaced(self, draft, indicator, reporter):
        for value in [1, 2]:
            answer = IndicatorValue(kind="number", value=value)
            actions.save_draft(
                report=draft,
                version=draft.version,
                content=CONTENT,
                values={indicator: answer},
                by=reporter,
            )
        assert [answer.value for answer in draft.indicator_values.all()] == [2]

    def test_jump_beyond_the_tolerance_needs_a_note(self, draft, indicator, before, focal_point):
        answer = IndicatorValueFactory(report=draft, indicator=indicator, value=53, note=" ")
        with pytest.raises(actions.Incomplete) as refused:
            actions.submit_report(report=draft, version=1, by=focal_point)
        assert list(refused.value.missing) == [indicator.code]
        answer.note = "A new count."
        answer.save()
        draft.refresh_from_db()
        actions.submit_report(report=draft, version=1, by=focal_point)

    def test_change_within_the_tolerance_needs_none(self, draft, indicator, before, focal_point):
        IndicatorValueFactory(report=draft, indicator=indicator, value=52, note="")
        actions.submit_report(report=draft, version=1, by=focal_point)

    def test_confirmed_report_says_what_the_last_approved_one_said(
        self, before, indicator, open_round, objective, france, reporter
    ):
        report = new_report(open_round, objective, france)
        actions.confirm_unchanged(report=report, version=0, previous=before, by=reporter)
        stored = ProgressReport.objects.get(pk=report.pk)
        assert stored.confirms == before
        assert stored.achievements == before.achievements
        assert stored.indicator_values.get().value == 42

    def test_confirmed_report_that_is_changed_confirms_nothing(
        self, before, indicator, open_round, objective, france, reporter
    ):
        report = new_report(open_round, objective, france)
        actions.confirm_unchanged(report=report, version=0, previous=before, by=reporter)
        same = {name: getattr(before, name) for name in CONTENT}
        actions.save_draft(report=report, version=1, content=same, by=reporter)
        assert ProgressReport.objects.get(pk=report.pk).confirms == before
        actions.save_draft(report=report, version=2, content=CONTENT, by=reporter)
        assert ProgressReport.objects.get(pk=report.pk).confirms is None


def test_report_entered_on_behalf_is_decided_on_by_another(
    open_round, objective, france, secretariat
):
    colleague = MembershipFactory(role="reviewer").user
    letter = EvidenceFactory.build(report=None, added_by=None)
    submission = actions.enter_report(
        report=new_report(open_round, objective, france),
        content=CONTENT,
        values={},
        evidence=[letter],
        by=secretariat,
    )
    reports = ProgressReport.objects.all()
    assert not reports.reviewable_by(secretariat).exists()
    assert reports.reviewable_by(colleague).exists()
    assert submission.content["on_behalf"] is True
    assert [item["sha256"] for item in submission.content["evidence"]] == [letter.sha256]
    assert letter.report.evidence.get().submitted
