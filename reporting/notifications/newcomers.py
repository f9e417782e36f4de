"""That somebody new reports for a country, told to those who report for it already.

Of a reporter the focal points are told, of a focal point all officers: whoever reads a country's
drafts from now on is known there. Who has invited him knows.
"""

from functools import partial

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from members.models import Invitation, MembershipEvent, Role, User
from members.models.people import COUNTRY_ROLES
from reporting.notifications.letters import Letter, News, address, because_of, instant
from reporting.notifications.reminders import NEWS_FOR


def about_newcomers(now):
    accepted = Invitation.objects.filter(
        account=OuterRef("person"), country=OuterRef("country"), role=OuterRef("role")
    )
    events = MembershipEvent.objects.filter(
        kind=MembershipEvent.Kind.GIVEN,
        role__in=COUNTRY_ROLES,
        # Whoever has accepted an invitation has given himself the role.
        by=F("person"),
        at__gt=now - NEWS_FOR,
    ).annotate(invited_by=Subquery(accepted.order_by("-accepted_at").values("invited_by")[:1]))
    for event in events.select_related("person", "country").order_by("pk"):
        for officer in who_must_know(event).exclude(pk=event.invited_by):
            yield News(
                key=f"newcomer-{event.pk}-user-{officer.pk}",
                recipient=officer,
                letter=partial(letter_about_newcomer, event, officer),
            )


def who_must_know(event):
    officers = User.objects.active()
    if event.role == Role.FOCAL_POINT:
        officers = officers.officers_of(event.country)
    else:
        officers = officers.focal_points_of(event.country)
    return officers.exclude(pk=event.person_id)


def letter_about_newcomer(event, recipient):
    invited_by = User.objects.filter(pk=event.invited_by).first()
    names = {"person": event.person.name, "country": event.country.name}
    link = {}
    if recipient.is_focal_point:
        link = {
            "link": _("Open the people of your country"),
            "url": address("members:people_of_country", event.country.iso2),
        }
    return Letter(
        subject=_("New for %(country)s: %(person)s") % names,
        opening=_(
            "%(person)s has accepted an invitation to report for %(country)s, and reads and writes "
            "its drafts from now on."
        )
        % names,
        facts=[
            (_("Address"), event.email),
            (_("Role"), event.get_role_display()),
            (_("Invited by"), invited_by.name if invited_by else "–"),
            (_("Time"), instant(event.at, recipient)),
        ],
        next_step=_("If you do not know this person, tell the secretariat at once."),
        because=because_of(event.country),
        **link,
    )
