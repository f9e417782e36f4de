"""Mails about what people do: written in the transaction of what they tell of."""

from collections import defaultdict

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.models import SignOff, User
from reporting.models import Extension, Mail, ReportEvent
from reporting.models.mail import OF_SEVERAL
from reporting.notifications.letters import (
    CANNOT_WAIT,
    Letter,
    address,
    as_mail,
    because_of,
    instant,
)
from reporting.notifications.sending import send_mails
from reporting.notifications.several import letter_about_several

Kind = ReportEvent.Kind


def queue_mails(*events):
    """Writes to the officers of the reports' countries, to be sent after the commit.

    A step of one report is a mail; the same step of several at once is one mail a country.
    """
    countries = defaultdict(list)
    for event in events:
        countries[event.report.country].append(event)
    for country, told in countries.items():
        if len(told) == 1:
            _queue_one(told[0])
        else:
            _queue_several(country, told)


def _queue_several(country, events):
    """Of a submission or an approval: what may be urgent is told singly."""
    events.sort(key=lambda event: event.pk)
    key = f"{OF_SEVERAL}{events[0].pk}-{events[-1].pk}"
    queue(
        as_mail(
            letter_about_several(country, events, officer),
            key=f"{key}-user-{officer.pk}",
            recipient=officer,
        )
        for officer in User.objects.active().officers_of(country)
    )


def _queue_one(event):
    if event.kind not in TOLD:
        return
    report = event.report
    closes_at = report.round.closes_at
    if report.is_with_the_country:
        closes_at = max(
            closes_at, Extension.objects.until(report.round, report.country) or closes_at
        )
    urgent = report.is_with_the_country and closes_at - event.at < CANNOT_WAIT
    queue(
        as_mail(
            letter_about(event, officer, closes_at),
            key=f"event-{event.pk}-user-{officer.pk}",
            recipient=officer,
            report=report,
            urgent=urgent,
        )
        for officer in User.objects.active().officers_of(report.country)
    )


def queue_extension_mails(extension):
    """Tells the reviewers that a country asks for more time, or the country the answer."""
    if extension.state == Extension.State.ASKED:
        recipients = User.objects.active().reviewers().outside(extension.country)
        letter = letter_about_request
    else:
        recipients = User.objects.active().officers_of(extension.country)
        letter = letter_about_answer
    last = extension.granted_until or extension.round.due_at
    urgent = last - (extension.answered_at or extension.asked_at) < CANNOT_WAIT
    queue(
        as_mail(
            letter(extension, recipient),
            key=f"extension-{extension.pk}-{extension.state}-user-{recipient.pk}",
            recipient=recipient,
            urgent=urgent,
        )
        for recipient in recipients
    )


def queue(mails):
    Mail.objects.bulk_create(mails)
    # What it tells of is stored by then, and stays so whatever becomes of the mail.
    transaction.on_commit(send_mails.enqueue, robust=True)


def letter_about(event, recipient, closes_at):
    report = event.report
    opening, next_step = TOLD[event.kind](event)
    code = report.objective.code
    if event.submission:
        link = _("Open the receipt")
        url = address("reporting:submission_detail", event.submission.receipt_number)
    else:
        link = _("Read the history of the report")
        url = address("reporting:report_history", report.round.slug, code)
    if report.is_with_the_country:
        link = _("Open the report")
        url = address("reporting:report_edit", report.round.slug, code)
        if closes_at > event.at:
            next_step %= {"until": instant(closes_at, recipient)}
        else:
            next_step = _("The round is closed: ask the secretariat for an extension first.")
    facts = [
        (_("Country"), report.country.name),
        (_("Round"), report.round.name),
        (_("Objective"), f"{code} {report.objective.statement}"),
        (_("Time"), instant(event.at, recipient)),
    ]
    return Letter(
        subject=_("%(event)s: %(report)s") % {"event": event.get_kind_display(), "report": report},
        opening=opening % {"person": event.by.name, "country": report.country.name},
        quote=event.comment,
        comments=[(capfirst(label), comment) for label, comment in event.commented_fields],
        facts=facts + (receipt(event.submission) if event.submission else []),
        next_step=next_step,
        link=link,
        url=url,
        because=because_of(report.country),
    )


def receipt(submission):
    facts = [
        (_("Receipt"), submission.receipt_number),
        (_("Signed as"), str(SignOff(submission.content["signed_as"]).label)),
    ]
    if submission.content["late"]:
        facts.append((_("Late"), _("handed in after the due date, within an extension")))
    return [*facts, ("SHA-256", submission.sha256)]


def submitted(event):
    if event.report.entered_by_id:
        return (
            _(
                "%(person)s of the secretariat has entered and submitted this report, on behalf of "
                "%(country)s, as it came by post."
            ),
            _("Another reviewer decides on it. If it is not what you sent, tell the secretariat."),
        )
    return (
        _("%(person)s has submitted this report for %(country)s."),
        _("The secretariat will review it. Until a reviewer has taken it up, you can withdraw it."),
    )


def withdrawn(event):
    return (
        _("%(person)s has withdrawn this report. It is with %(country)s again; nobody reviews it."),
        _("Change it and submit it again before %(until)s."),
    )


def returned(event):
    if event.report.open_fields is None:
        next_step = _("Correct the report and submit it again before %(until)s.")
    else:
        next_step = _(
            "Correct the fields with a comment, the others stay as they are, and submit the "
            "report again before %(until)s."
        )
    return _(
        "%(person)s has returned this report to %(country)s for correction, because:"
    ), next_step


def approved(event):
    return (
        _("%(person)s has approved this report. It now counts in the published figures."),
        _("There is nothing left to do for it."),
    )


def reopened(event):
    return (
        _(
            "%(person)s has reopened this approved report. It no longer counts in the figures, "
            "because:"
        ),
        _("Correct the report and submit it again before %(until)s."),
    )


TOLD = {
    Kind.SUBMITTED: submitted,
    Kind.WITHDRAWN: withdrawn,
    Kind.RETURNED: returned,
    Kind.APPROVED: approved,
    Kind.REOPENED: reopened,
}


def letter_about_request(extension, recipient):
    return Letter(
        subject=_("Extension asked for: %(extension)s") % {"extension": extension},
        opening=_("%(person)s asks for more time for %(country)s, because:")
        % {"person": extension.asked_by.name, "country": extension.country.name},
        quote=extension.reason,
        facts=[
            (_("Country"), extension.country.name),
            (_("Round"), extension.round.name),
            (_("Due"), instant(extension.round.due_at, recipient)),
            (_("Asked until"), instant(extension.asked_until, recipient)),
        ],
        next_step=_("Grant it or refuse it. The first answer of a reviewer counts."),
        link=_("Answer the request"),
        url=address("reporting:extension_answer", extension.pk),
        because=_("You get this mail because you review reports."),
    )


def letter_about_answer(extension, recipient):
    names = {"person": extension.answered_by.name, "country": extension.country.name}
    facts = [
        (_("Country"), extension.country.name),
        (_("Round"), extension.round.name),
        (_("Due"), instant(extension.round.due_at, recipient)),
    ]
    if extension.state == Extension.State.GRANTED:
        until = instant(extension.granted_until, recipient)
        subject = _("Extension granted: %(extension)s")
        opening = _("%(person)s has granted %(country)s an extension.")
        next_step = _("Submit what you still owe before %(until)s.") % {"until": until}
        facts.append((_("Granted"), until))
    else:
        subject = _("Extension refused: %(extension)s")
        opening = _("%(person)s has refused the extension that %(country)s asked for.")
        next_step = _("The due date stays as it was.")
    return Letter(
        subject=subject % {"extension": extension},
        opening=opening % names,
        # The secretariat also grants what nobody asked for; the reason is then its own.
        quote=extension.answer
        or (extension.reason if extension.asked_by_id == extension.answered_by_id else ""),
        facts=facts,
        next_step=next_step,
        link=_("Open your desk"),
        url=address("reporting:desk", round=extension.round.slug),
        because=because_of(extension.country),
    )
