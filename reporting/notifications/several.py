"""What one person did to several reports of a country at once, in one letter."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import SignOff
from reporting.models import ReportEvent
from reporting.notifications.letters import Item, Letter, address, because_of, instant


def letter_about_several(country, events, recipient):
    events = sorted(events, key=in_order)
    first = events[0]
    rounds = {event.report.round for event in events}
    about = {
        "event": first.get_kind_display(),
        "person": first.by.name,
        "country": country.name,
        "number": len(events),
    }
    reports = ngettext("%(number)s report", "%(number)s reports", len(events)) % about
    where = [country.name] + [each.name for each in rounds if len(rounds) == 1]
    facts = [
        (_("Country"), country.name),
        *((_("Round"), each.name) for each in sorted(rounds, key=lambda each: each.starts_on)),
        (_("Time"), instant(first.at, recipient)),
    ]
    return Letter(
        subject=f"{about['event']}: {', '.join([reports, *where])}",
        facts=facts + signed_as(first),
        items=[item(event, rounds) for event in events],
        because=because_of(country),
        **TOLD[first.kind](first, about),
    )


def in_order(event):
    report = event.report
    return report.round.starts_on, report.objective.goal.number, report.objective.number


def item(event, rounds):
    report, submission = event.report, event.submission
    what = f"{report.objective.code} {report.objective.statement}"
    if len(rounds) > 1:
        what = f"{report.round.name}, {what}"
    if submission is None:
        slug, code = report.round.slug, report.objective.code
        return Item(what, address("reporting:report_history", slug, code))
    facts = [(_("Receipt"), submission.receipt_number)]
    if submission.content["late"]:
        facts.append((_("Late"), _("handed in after the due date, within an extension")))
    facts.append(("SHA-256", submission.sha256))
    return Item(what, address("reporting:submission_detail", submission.receipt_number), facts)


def signed_as(event):
    if event.submission is None:
        return []
    return [(_("Signed as"), str(SignOff(event.submission.content["signed_as"]).label))]


def submitted(event, about):
    return {
        "opening": _("%(person)s has submitted these %(number)s reports for %(country)s.") % about,
        "next_step": _(
            "The secretariat will review them. Until a reviewer has taken one up, you can "
            "withdraw it."
        ),
        "link": _("Open the receipts"),
        "url": address("reporting:receipts", event.report.round.slug),
    }


def approved(event, about):
    opening = _(
        "%(person)s has approved these %(number)s reports. They now count in the published "
        "figures. Each title leads to the history of its report."
    )
    return {
        "opening": opening % about,
        "next_step": _("There is nothing left to do for them."),
        "link": _("Open your desk"),
        "url": address("reporting:desk", round=event.report.round.slug),
    }


TOLD = {ReportEvent.Kind.SUBMITTED: submitted, ReportEvent.Kind.APPROVED: approved}
