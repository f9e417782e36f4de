"""That a draft is complete, to those who can submit it: once each for every version."""

from django.db.models import Q
from django.utils.translation import gettext as _

from members.models import Delegation, User
from reporting.models import Extension, Mail
from reporting.notifications.events import queue
from reporting.notifications.letters import CANNOT_WAIT, Letter, address, as_mail, instant


def queue_ready_mails(report, *, by, now):
    """Returns whom it told: nobody twice of one version, and nobody of what he does himself."""
    key = ready_key(report)
    told = set(ready_mails(report).values_list("recipient", flat=True))
    people = [each for each in who_can_submit(report, now) if each.pk not in {*told, by.pk}]
    granted = Extension.objects.until(report.round, report.country)
    due_at = report.round.due_at
    until = max(due_at, granted or due_at)
    if report.was_handed_in():
        until = max(report.round.closes_at, until)
    queue(
        as_mail(
            letter_about_draft(report, by, until, person),
            key=f"{key}-user-{person.pk}",
            recipient=person,
            report=report,
            urgent=until - now < CANNOT_WAIT,
        )
        for person in people
    )
    return people


def ready_key(report):
    return f"ready-{report.pk}-{report.version}"


def ready_mails(report):
    """Who was told of this version, and when."""
    mails = Mail.objects.filter(report=report, key__startswith=f"{ready_key(report)}-user-")
    return mails.select_related("recipient").order_by("pk")


def who_can_submit(report, now):
    """The focal points and those in their place."""
    acting = Delegation.objects.acting_for(report.country, now).values("given_to")
    focal_points = User.objects.active().focal_points_of(report.country).values("pk")
    return User.objects.filter(Q(pk__in=focal_points) | Q(pk__in=acting))


def letter_about_draft(report, by, until, recipient):
    code = report.objective.code
    names = {"person": by.name, "country": report.country.name, "report": report}
    return Letter(
        subject=_("Ready to submit: %(report)s") % names,
        opening=_("%(person)s says that this report of %(country)s is complete.") % names,
        facts=[
            (_("Country"), report.country.name),
            (_("Round"), report.round.name),
            (_("Objective"), f"{code} {report.objective.statement}"),
            (_("Last change"), instant(report.changed_at, recipient)),
            *not_answered(report),
        ],
        next_step=_("Read it and submit it before %(until)s.")
        % {"until": instant(until, recipient)},
        link=_("Check and submit"),
        url=address("reporting:report_submit", report.round.slug, code),
        because=_("You get this mail because you submit the reports of %(country)s.") % names,
    )


def not_answered(report):
    asked = report.objective.indicators.asked_of_countries().count()
    number = report.not_answered().count()
    if not number:
        return []
    words = _("%(number)s of %(asked)s not answered") % {"number": number, "asked": asked}
    return [(_("Indicators"), words)]
