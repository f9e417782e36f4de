import pytest

from reporting import actions
from reporting.models import Mail, ReportEvent
from reporting.notifications import queue_digests, send_mails
from tests.factories import ProgressReportFactory, days
from tests.reporting.test_actions import COMMENT


@pytest.fixture
def drafts(draft, framework):
    """Three complete drafts of France: 1.1, 2.2 and 2.1."""
    objectives = framework.goals.get(number=2).objectives.order_by("-number")
    others = [
        ProgressReportFactory(round=draft.round, objective=each, country=draft.country)
        for each in objectives
    ]
    return [draft, *others]


def submit(reports, by):
    pairs = [(report, report.version) for report in reports]
    actions.submit_reports(reports=pairs, by=by, signs_as="focal_point")


def approve(reports, by):
    actions.approve_reports(reports=[(report, report.version) for report in reports], by=by)


def keys():
    return list(Mail.objects.order_by("pk").values_list("key", flat=True))


def test_several_submissions_are_one_mail_an_officer(drafts, focal_point, reporter):
    submit(drafts, focal_point)
    first, _second, last = ReportEvent.objects.order_by("pk").values_list("pk", flat=True)
    assert sorted(keys()) == sorted(
        f"events-{first}-{last}-user-{each.pk}" for each in (focal_point, reporter)
    )
    told = Mail.objects.first()
    assert told.subject == "Submitted: 3 reports, France, Second half of 2025"
    receipts = [line for line in told.body.splitlines() if line.startswith("  Receipt: ")]
    assert receipts == [f"  Receipt: 2025-H2-FR-{code}-1" for code in ("1.1", "2.1", "2.2")]
    for report in drafts:
        submission = report.submissions.get()
        assert f"\n  SHA-256: {submission.sha256}\n" in told.body
        assert f"/{submission.receipt_number}/" in told.html
    assert told.body.count("Signed as: ") == 1
    assert [line for line in told.body.splitlines() if len(line) > 78 and "http" not in line] == []


def test_several_approvals_are_one_mail_a_country(
    drafts, reporter, focal_point, neighbour, secretariat, objective
):
    foreign = ProgressReportFactory(
        round=drafts[0].round, objective=objective, country=neighbour.country
    )
    submit(drafts, focal_point)
    submit([foreign], neighbour)
    Mail.objects.all().delete()
    approve([*drafts, foreign], secretariat)
    subjects = Mail.objects.order_by("pk").values_list("recipient", "subject")
    event = foreign.events.get(kind="approved")
    assert dict(subjects) == {
        reporter.pk: "Approved: 3 reports, France, Second half of 2025",
        focal_point.pk: "Approved: 3 reports, France, Second half of 2025",
        neighbour.pk: f"Approved: {foreign}",
    }
    assert f"event-{event.pk}-user-{neighbour.pk}" in keys()


def test_of_several_that_are_refused_nothing_is_told(drafts, focal_point):
    actions.submit_report(report=drafts[1], version=1, by=focal_point)
    before = keys()
    drafts[1].version = 1
    with pytest.raises(actions.SomeConflict):
        submit(drafts, focal_point)
    assert keys() == before


@pytest.mark.parametrize("refused", ["450 Try again later", None])
def test_mails_about_a_report_stay_in_order_around_one_of_several(
    drafts, focal_point, secretariat, post, refused
):
    actions.submit_report(report=drafts[0], version=1, by=focal_point)
    post.replies[focal_point.email] = refused or "250 OK"
    send_mails.call()
    post.replies.clear()
    submit(drafts[1:], focal_point)
    approve(drafts[:2], secretariat)
    actions.return_report(report=drafts[2], version=2, by=secretariat, comment=COMMENT)
    send_mails.call()
    Mail.objects.waiting().update(send_after=None)
    send_mails.call()
    subjects = [
        message["Subject"].partition(",")[0]
        for message in post.received
        if message["To"] == focal_point.email
    ]
    expected = [
        "Submitted: France",
        "Submitted: 2 reports",
        "Approved: 2 reports",
        "Returned for correction: France",
    ]
    assert subjects[-4:] == expected


def test_mail_of_several_waits_for_no_reminder(drafts, focal_point):
    Mail.objects.create(key="round-1", recipient=focal_point, subject="Due", body="Text.")
    submit(drafts, focal_point)
    now = drafts[0].changed_at + days(1)
    assert Mail.objects.due(now).filter(recipient=focal_point).count() == 2


def test_digest_tells_one_of_several_whole(drafts, focal_point):
    focal_point.wants_digest = True
    focal_point.save()
    submit(drafts, focal_point)
    assert queue_digests(drafts[0].changed_at + days(2)) == 1
    digest = Mail.objects.get(key__startswith="digest")
    assert digest.subject.startswith("1 message of the Framework Portal")
    for report in drafts:
        assert digest.body.count(report.submissions.get().sha256) == 1
        assert report.submissions.get().sha256 in digest.html


def test_approvals_of_several_rounds_name_each(drafts, focal_point, secretariat, framework):
    last = ProgressReportFactory(
        round__framework=framework,
        round__name="First half of 2025",
        round__starts_on=drafts[0].round.starts_on - days(181),
        objective=drafts[0].objective,
        country=drafts[0].country,
    )
    for report in (drafts[0], last):
        actions.submit_report(report=report, version=1, by=focal_point)
    approve([drafts[0], last], secretariat)
    told = Mail.objects.filter(key__startswith="events").first()
    assert told.subject == "Approved: 2 reports, France"
    titles = [line[2:].partition(",")[0] for line in told.body.splitlines() if line[:2] == "- "]
    assert titles == ["First half of 2025", "Second half of 2025"]
