"""That a country has another focal point, to all who report for it."""

from django.db.models import Q
from django.utils.translation import gettext as _

from members.models import User
from reporting.notifications.events import queue
from reporting.notifications.letters import Letter, address, as_mail, because_of, instant


def queue_handover_mails(event, *, successor, tasks):
    """In the transaction of the handover. The one before is told too, unless his account closed."""
    officers = User.objects.active().officers_of(event.country).values("pk")
    people = User.objects.active().filter(Q(pk__in=officers) | Q(pk=event.person.pk))
    queue(
        as_mail(
            letter_about_handover(event, successor, tasks, person),
            key=f"membership-event-{event.pk}-user-{person.pk}",
            recipient=person,
            urgent=True,
        )
        for person in people
    )


def letter_about_handover(event, successor, tasks, recipient):
    names = {
        "before": event.person.name,
        "after": successor.name,
        "country": event.country.name,
        "person": event.by.name,
    }
    if recipient == successor:
        next_step = _("You submit the country's reports now. What is open is yours to settle.")
    else:
        next_step = _("Whoever has a report ready tells %(after)s.") % names
    return Letter(
        subject=_("%(country)s: %(after)s is the focal point now") % names,
        opening=_("%(before)s was the focal point of %(country)s; %(after)s follows.") % names,
        quote=event.reason,
        facts=[
            (_("Country"), event.country.name),
            (_("Done by"), event.by.name),
            (_("Time"), instant(event.at, recipient)),
            (_("Drafts"), str(tasks.drafts)),
            (_("Came back"), str(tasks.returned)),
            (_("Extensions"), _("%(number)s asked for") % {"number": tasks.extensions}),
            (_("Delegations"), str(tasks.delegations)),
        ],
        next_step=next_step,
        link=_("Open your desk"),
        url=address("reporting:desk"),
        because=because_of(event.country),
    )
