"""What was done to accounts and roles, told to whom it is about; what waits, to who can confirm it.

The events are the members' own, and have no room for what was sent: what is told is what has no
mail with the event's key yet. `send_reminders` asks, every quarter of an hour.
"""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Invitation, MembershipEvent, Proposal, User
from reporting.models import Mail
from reporting.models.mail import OF_ACCOUNTS
from reporting.notifications.letters import Letter, News, address, because_of, instant
from reporting.notifications.newcomers import about_newcomers
from reporting.notifications.reminders import NEWS_FOR

Kind = MembershipEvent.Kind
# Of events of one transaction.
AT_ONCE = timedelta(seconds=5)


class Message(NamedTuple):
    subject: str
    opening: str


# What each tells its person. Somebody who was invited has a mail already, and was there to accept.
TOLD = {
    Kind.GIVEN: Message(
        gettext_lazy("Your account: role given"),
        gettext_lazy("You have a further role in the portal."),
    ),
    Kind.TAKEN: Message(
        gettext_lazy("Your account: role taken"),
        gettext_lazy("A role of yours in the portal has ended. Your account stays open."),
    ),
    Kind.DEACTIVATED: Message(
        gettext_lazy("Your account: account deactivated"),
        gettext_lazy("Your account in the portal was closed. What you wrote stays."),
    ),
    Kind.REACTIVATED: Message(
        gettext_lazy("Your account: account opened again"),
        gettext_lazy("Your account in the portal is open again, with its role."),
    ),
    Kind.ADMINISTRATOR: Message(
        gettext_lazy("Your account: made an administrator"),
        gettext_lazy("You are an administrator of the portal now."),
    ),
    Kind.NO_ADMINISTRATOR: Message(
        gettext_lazy("Your account: no longer an administrator"),
        gettext_lazy("You are no longer an administrator of the portal."),
    ),
    Kind.ADDRESS: Message(
        gettext_lazy("Your account: e-mail address changed"),
        gettext_lazy("You sign in with this address now, and mails come to it."),
    ),
}
# And what each tells all officers of its country.
TOLD_TO_ALL = {
    Kind.ONLY_OFFICER: Message(
        gettext_lazy("%(country)s: only officer may submit"),
        gettext_lazy("The only officer of your country may submit its reports now."),
    ),
    Kind.NO_ONLY_OFFICER: Message(
        gettext_lazy("%(country)s: only officer may no longer submit"),
        gettext_lazy("Only a focal point submits your country's reports now."),
    ),
}


def queue_people_mails(now):
    """Writes what was not told yet. Returns how many."""
    news = [*about_accounts(now), *about_addresses(now), *about_newcomers(now)]
    news += [*about_countries(now), *about_what_waits(now)]
    told = Mail.objects.filter(key__in=[each.key for each in news])
    keys = set(told.values_list("key", flat=True))
    mails = [each.as_mail() for each in news if each.key not in keys]
    # Another run may have written the same meanwhile.
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def about_accounts(now):
    events = MembershipEvent.objects.filter(
        kind__in=TOLD, at__gt=now - NEWS_FOR, person__isnull=False
    ).exclude(by=F("person"))
    # A handover has a mail of its own, to all of the country.
    handed_over = MembershipEvent.objects.filter(
        kind=Kind.HANDED_OVER,
        by=OuterRef("by"),
        country=OuterRef("country"),
        at__range=(OuterRef("at") - AT_ONCE, OuterRef("at") + AT_ONCE),
    )
    events = events.exclude(Exists(handed_over), kind__in=[Kind.GIVEN, Kind.TAKEN])
    for event in events.select_related("by", "person", "country").order_by("pk"):
        yield News(
            key=f"{OF_ACCOUNTS}event-{event.pk}-user-{event.person_id}",
            recipient=event.person,
            letter=partial(letter_about_account, event),
        )


def letter_about_account(event):
    facts = [(_("Role"), event.get_role_display())] if event.role else []
    if event.role and event.country:
        facts.append((_("Country"), event.country.name))
    facts += [(_("Done by"), event.by_whom), (_("Time"), instant(event.at, event.person))]
    return Letter(
        subject=str(TOLD[event.kind].subject),
        opening=str(TOLD[event.kind].opening),
        facts=facts,
        next_step=_("If this surprises you, tell the secretariat at once."),
        because=_("You get this mail because it is about your own account."),
    )


def about_addresses(now):
    """Told where somebody may read it who did not want his account to go to another."""
    events = MembershipEvent.objects.filter(kind=Kind.ADDRESS, at__gt=now - NEWS_FOR)
    events = events.exclude(email=F("person__email"))
    for event in events.select_related("by", "person").order_by("pk"):
        yield News(
            key=f"{OF_ACCOUNTS}event-{event.pk}-before",
            recipient=event.person,
            letter=partial(letter_about_address, event),
            elsewhere=event.email,
        )


def letter_about_address(event):
    return Letter(
        subject=str(TOLD[event.kind].subject),
        opening=_(
            "Your account in the portal has another address now. Nobody signs in with this one "
            "any more, and no further mail comes to it."
        ),
        facts=[(_("Done by"), event.by_whom), (_("Time"), instant(event.at, event.person))],
        next_step=_("If this surprises you, tell the secretariat at once."),
        because=_("You get this mail because the account had this address."),
    )


def about_countries(now):
    events = MembershipEvent.objects.filter(kind__in=TOLD_TO_ALL, at__gt=now - NEWS_FOR)
    for event in events.select_related("by", "country").order_by("pk"):
        for person in User.objects.active().officers_of(event.country):
            yield News(
                key=f"{OF_ACCOUNTS}event-{event.pk}-user-{person.pk}",
                recipient=person,
                letter=partial(letter_about_country, event, person),
            )


def letter_about_country(event, recipient):
    return Letter(
        subject=TOLD_TO_ALL[event.kind].subject % {"country": event.country.name},
        opening=str(TOLD_TO_ALL[event.kind].opening),
        quote=event.reason,
        facts=[(_("Done by"), event.by_whom), (_("Time"), instant(event.at, recipient))],
        next_step=_("If this surprises you, tell the secretariat at once."),
        because=because_of(event.country),
    )


def about_what_waits(now):
    waiting = Invitation.objects.unconfirmed().filter(invited_at__gt=now - NEWS_FOR)
    for invitation in waiting.select_related("invited_by"):
        for person in User.objects.who_confirm(invitation):
            yield News(
                key=f"{OF_ACCOUNTS}invitation-{invitation.pk}-user-{person.pk}",
                recipient=person,
                letter=partial(letter_about_invitation, invitation, person),
            )
    proposals = Proposal.objects.waiting().filter(proposed_at__gt=now - NEWS_FOR)
    for proposal in proposals.select_related("person", "country", "proposed_by"):
        for person in User.objects.who_confirm_proposal(proposal):
            yield News(
                key=f"{OF_ACCOUNTS}proposal-{proposal.pk}-user-{person.pk}",
                recipient=person,
                letter=partial(letter_about_proposal, proposal, person),
            )


def letter_about_invitation(invitation, recipient):
    return Letter(
        subject=_("A second person is needed: %(role)s") % {"role": invitation.get_role_display()},
        opening=_("%(person)s proposes somebody for a role that takes two to give.")
        % {"person": invitation.invited_by.name},
        facts=[
            (_("Address"), invitation.email),
            (_("Role"), invitation.get_role_display()),
            (_("Proposed"), instant(invitation.invited_at, recipient)),
        ],
        next_step=_("Confirm it if you know the person, or withdraw it. No mail goes out before."),
        link=_("Confirm or withdraw"),
        url=address("members:invitation_confirm", invitation.pk),
        because=_("You get this mail because you can confirm it."),
    )


def letter_about_proposal(proposal, recipient):
    return Letter(
        subject=_("A second person is needed: %(what)s") % {"what": proposal.get_kind_display()},
        opening=_("%(person)s proposes what takes two to do.")
        % {"person": proposal.proposed_by.name},
        quote=proposal.reason,
        facts=[
            (_("About"), str(proposal.about)),
            (_("Proposed"), instant(proposal.proposed_at, recipient)),
        ],
        next_step=_("Confirm it if you know that it is right, or withdraw it."),
        link=_("Confirm or withdraw"),
        url=address("members:proposal_confirm", proposal.pk),
        because=_("You get this mail because you can confirm it."),
    )
