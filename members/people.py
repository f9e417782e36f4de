"""Who gives and takes roles: each verb asks anew whether he may, acts, and writes an event."""

from django.db import transaction
from django.utils import timezone

from members.actions import end_all_sessions
from members.models import (
    Invitation,
    MemberCountry,
    Membership,
    MembershipEvent,
    Role,
    User,
)

Kind = MembershipEvent.Kind


class NotAllowed(Exception):
    """It is not, or no longer, this person's to do."""


class Changed(Exception):
    """Somebody else was first: it is not as the person last saw it."""


class CannotAccept(Exception):
    """The account has a role that this one would have to replace."""


def actor(by, *others):
    """Whoever acts, as he is now, and nobody else in his name or on the others meanwhile."""
    found = locked(by, *others).get(by.pk)
    if found is None or not found.is_active:
        raise NotAllowed
    return found


def locked(*people):
    """These people as they are now, by their keys, and nobody else's to change meanwhile.

    In this order everywhere, so that nobody waits for each other: all people, in the order of
    their keys; then the country; then an invitation or a proposal. Whoever only names one of
    them waits for none.
    """
    found = User.objects.select_for_update(no_key=True).filter(pk__in=[each.pk for each in people])
    return {each.pk: each for each in found.order_by("pk")}


def record(kind, *, by, person=None, email="", role="", country=None, reason=""):
    return MembershipEvent.objects.create(
        kind=kind,
        by=by,
        person=person,
        email=person.email if person and not email else email,
        role=role,
        country=country,
        reason=reason,
    )


def give_role(*, user, role, country, by, reason=""):
    """A country's reporter may become its focal point; nothing is taken or replaced beside."""
    if user.memberships.filter(role=role).exists():
        raise CannotAccept
    if role == Role.VIEWER:
        country = None
    held = user.memberships.filter(country__isnull=False).first() if country else None
    if held is None:
        Membership.objects.create(user=user, role=role, country=country)
    elif held.country_id == country.pk and role == Role.FOCAL_POINT:
        held.role = role
        held.save()
    else:
        raise CannotAccept
    return record(Kind.GIVEN, by=by, person=user, role=role, country=country, reason=reason)


def closable(person, by):
    found = User.objects.select_for_update(no_key=True).filter(
        pk__in=User.objects.closable_by(by).filter(pk=person.pk).values("pk")
    )
    found = found.first()
    if found is None:
        raise NotAllowed
    return found


@transaction.atomic
def deactivate(*, person, by, reason):
    """Closes the account and all its sessions at once. What the person did stays."""
    by = actor(by, person)
    found = closable(person, by)
    return close(found, by=by, reason=reason)


def close(person, *, by, reason):
    if not person.is_active:
        raise Changed
    person.is_active = False
    person.save(update_fields=["is_active"])
    # Opened again later, the account is not open in an old browser.
    end_all_sessions(user=person)
    # An address that is closed takes no role by a link of before.
    now = timezone.now()
    pending = Invitation.objects.pending().filter(email=person.email)
    pending.update(withdrawn_at=now, token_sha256="", mail_after=None)
    return record(Kind.DEACTIVATED, by=by, person=person, country=home_of(person), reason=reason)


@transaction.atomic
def reactivate(*, person, by, reason):
    """Opens the account again, unless a role of power comes back with it: `members.proposing`."""
    by = actor(by, person)
    found = closable(person, by)
    if found.has_power:
        raise NotAllowed
    return reopen(found, by=by, reason=reason)


def reopen(person, *, by, reason):
    if person.is_active:
        raise Changed
    person.is_active = True
    person.save(update_fields=["is_active"])
    # What was proposed before its role of power was taken.
    person.proposals.waiting().update(withdrawn_at=timezone.now())
    return record(Kind.REACTIVATED, by=by, person=person, country=home_of(person), reason=reason)


def home_of(person):
    """The country whose history tells of the person: his own, or the one that invited him."""
    if person.country:
        return person.country
    came = person.invitations.filter(country__isnull=False).select_related("country").first()
    return came.country if came else None


@transaction.atomic
def take_role(*, person, role, by, reason):
    """Ends one role. The account stays; whoever has it signs in anew, and may do less."""
    by = actor(by, person)
    found = closable(person, by)
    held = found.memberships.filter(role=role).select_related("country").first()
    if held is None:
        raise Changed
    held.delete()
    country = held.country or home_of(found)
    return record(Kind.TAKEN, by=by, person=found, role=role, country=country, reason=reason)


@transaction.atomic
def give_on_server(*, person, role, reason):
    """By whoever may run commands there: the first of a portal, and one more where one is alone.

    Without a role the person becomes an administrator, which no page makes anybody.
    """
    person = actor(person)
    if role:
        return give_role(user=person, role=role, country=None, by=None, reason=reason)
    if person.is_superuser:
        raise CannotAccept
    person.is_superuser = True
    person.save(update_fields=["is_superuser"])
    return record(Kind.ADMINISTRATOR, by=None, person=person, reason=reason)


@transaction.atomic
def take_on_server(*, person, role, reason):
    person = locked(person)[person.pk]
    if role:
        held = person.memberships.filter(role=role).first()
        if held is None:
            raise Changed
        held.delete()
        return record(Kind.TAKEN, by=None, person=person, role=role, reason=reason)
    if not person.is_superuser:
        raise Changed
    person.is_superuser = False
    person.save(update_fields=["is_superuser"])
    return record(Kind.NO_ADMINISTRATOR, by=None, person=person, reason=reason)


def note_address(*, person, before, by):
    """A new password can be sent to an address: who changed whose is on record.

    The event is of the address before, for whoever reads mails there is told as well.
    """
    record(
        Kind.ADDRESS,
        by=by,
        person=person,
        email=before,
        country=home_of(person),
        reason=f"{before} → {person.email}",
    )


@transaction.atomic
def hand_over(*, focal_point, successor, by, reason, leaves):
    """Makes an officer of the same country its focal point in this one's place.

    `leaves` closes the account of the one before; otherwise he remains as a reporter.
    """
    people = locked(by, focal_point, successor)
    by, before, after = (people[each.pk] for each in (by, focal_point, successor))
    if not by.is_active:
        raise NotAllowed
    country = focal_point.country
    country = MemberCountry.objects.select_for_update(no_key=True).get(pk=country.pk)
    managed_countries = MemberCountry.objects.managed_by(by).filter(pk=country.pk)
    if by != before and not (by.manages_secretariat and managed_countries.exists()):
        raise NotAllowed
    if not before.is_focal_point or before.country != country:
        raise Changed
    if before == after or after.country != country or not after.is_active:
        raise Changed
    if not after.is_focal_point:
        give_role(user=after, role=Role.FOCAL_POINT, country=country, by=by, reason=reason)
    event = record(
        Kind.HANDED_OVER,
        by=by,
        person=before,
        role=Role.FOCAL_POINT,
        country=country,
        reason=reason,
    )
    membership = before.memberships.get(country=country)
    membership.role = Role.REPORTER
    membership.save()
    record(
        Kind.TAKEN,
        by=by,
        person=before,
        role=Role.FOCAL_POINT,
        country=country,
        reason=reason,
    )
    if leaves and before.is_active:
        # An administrator is closed by hand; a role of power stays the administrator's to take.
        if before.has_power:
            raise NotAllowed
        close(before, by=by, reason=reason)
    return event
