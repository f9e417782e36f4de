"""Invitations, from asking to accepting; each verb asks anew whether the person may."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from members.invitation_mails import digest, send_invitations
from members.models import Invitation, Membership, MembershipEvent, User, roles_given_by
from members.models.people import POWER_ROLES
from members.people import Changed, NotAllowed, actor, give_role, record

Kind = MembershipEvent.Kind
MAILS_AN_HOUR = 30
SENT_A_DAY = 4


class AlreadyInvited(Exception):
    """The country has invited this address already, or has this person in this role."""


class TooMany(Exception):
    """More invitations in an hour, or to one address in a day, than anybody needs."""


@transaction.atomic
def invite(*, by, email, role, country=None):
    """Asks the owner of an address to take a role. To one of power not before it is confirmed.

    It is the same whether the address has an account or not.
    """
    by, email = actor(by), User.objects.normalize_email(email)
    if role not in roles_given_by(by, country):
        raise NotAllowed
    check_limits(by, email, country)
    same = Membership.objects.filter(user__email=email, role=role, country=country)
    own = User.objects.people_of(country).filter(email=email, memberships__role=role)
    if (own if country else same).exists():
        raise AlreadyInvited
    now = timezone.now()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                role=role,
                country=country,
                invited_by=by,
                invited_at=now,
                expires_at=now + Invitation.LASTS,
                mail_after=None if role in POWER_ROLES else now,
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    record(Kind.INVITED, by=by, email=email, role=role, country=country)
    transaction.on_commit(send_invitations.enqueue, robust=True)
    return invitation


def check_limits(by, email, country):
    now = timezone.now()
    sent = MembershipEvent.objects.filter(kind__in=[Kind.INVITED, Kind.RESENT])
    if sent.filter(by=by, at__gt=now - timedelta(hours=1)).count() >= MAILS_AN_HOUR:
        raise TooMany
    # Of one country alone: how often others have written to the address is theirs to know.
    to_one = sent.filter(email=email, country=country, at__gt=now - timedelta(days=1))
    if to_one.count() >= SENT_A_DAY:
        raise TooMany


def managed(invitation, by):
    found = Invitation.objects.select_for_update(of=["self"]).managed_by(by).pending()
    found = found.filter(pk=invitation.pk).first()
    if found is None:
        raise Changed
    if found.role not in roles_given_by(by, found.country):
        raise NotAllowed
    return found


@transaction.atomic
def confirm_invitation(*, invitation, by):
    """The second person's word, which sends the mail."""
    by = actor(by)
    found = managed(invitation, by)
    if by.pk == found.invited_by_id or by.email == found.email:
        raise NotAllowed
    # What he proposed who may no longer give it is nobody's proposal.
    proposer = User.objects.active().filter(pk=found.invited_by_id).first()
    if proposer is None or found.role not in roles_given_by(proposer, found.country):
        raise NotAllowed
    if not found.needs_confirmation:
        raise Changed
    found.confirmed_by, found.confirmed_at = by, timezone.now()
    mail_again(found)
    record(Kind.CONFIRMED, by=by, email=found.email, role=found.role, country=found.country)
    return found


@transaction.atomic
def resend_invitation(*, invitation, by):
    """A new link for seven days; the one before opens nothing any more."""
    by = actor(by)
    found = managed(invitation, by)
    if found.needs_confirmation:
        raise Changed
    check_limits(by, found.email, found.country)
    mail_again(found)
    record(Kind.RESENT, by=by, email=found.email, role=found.role, country=found.country)
    return found


def mail_again(invitation):
    now = timezone.now()
    invitation.token_sha256, invitation.refusals = "", 0
    invitation.expires_at, invitation.mail_after = now + Invitation.LASTS, now
    invitation.save()
    transaction.on_commit(send_invitations.enqueue, robust=True)


@transaction.atomic
def withdraw_invitation(*, invitation, by):
    by = actor(by)
    found = managed(invitation, by)
    found.withdrawn_at, found.token_sha256, found.mail_after = timezone.now(), "", None
    found.save()
    record(Kind.WITHDRAWN, by=by, email=found.email, role=found.role, country=found.country)
    return found


def invitation_of(token):
    """The invitation that a link opens, or None."""
    found = Invitation.objects.acceptable(timezone.now()).filter(token_sha256=digest(token))
    return found.select_related("country", "invited_by").first()


@transaction.atomic
def accept_with_new_account(*, token, name, time_zone, password):
    """Only now there is an account. Returns it."""
    invitation = taken(token)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email, password, name=name, time_zone=time_zone
            )
    except IntegrityError as error:
        raise Changed from error
    return accepted(invitation, user)


@transaction.atomic
def accept_with_account(*, token, user):
    """Adds the role to the account of the very address that was invited."""
    # In this order everywhere: first the person, then the invitation.
    user = actor(user)
    invitation = taken(token)
    if invitation.email != user.email:
        raise NotAllowed
    return accepted(invitation, user)


def taken(token):
    """The invitation behind the link, for whoever comes first."""
    found = Invitation.objects.select_for_update().acceptable(timezone.now())
    found = found.filter(token_sha256=digest(token)).first()
    if found is None:
        raise Changed
    # Whoever invited may have lost the right since.
    if found.role not in roles_given_by(found.invited_by, found.country) or (
        not found.invited_by.is_active
    ):
        raise Changed
    return found


def accepted(invitation, user):
    give_role(user=user, role=invitation.role, country=invitation.country, by=user)
    invitation.accepted_at, invitation.account = timezone.now(), user
    invitation.token_sha256, invitation.mail_after = "", None
    invitation.save()
    return user
