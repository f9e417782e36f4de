"""What no administrator does alone: proposed by one, done at the word of a second person.

Roles of power have their own way to it, the invitation (`members.inviting`).
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import MemberCountry, MembershipEvent, Proposal, User
from members.people import Changed, NotAllowed, actor, closable, home_of, record, reopen

Kind = MembershipEvent.Kind
PROPOSED = {
    Proposal.Kind.REOPENING: Kind.REOPENING_PROPOSED,
    Proposal.Kind.ONLY_OFFICER: Kind.OFFICER_PROPOSED,
}


@transaction.atomic
def propose_reopening(*, person, by, reason):
    """With the account its role of power comes back, which nobody gives alone."""
    by = actor(by, person)
    found = closable(person, by)
    if found.is_active or not found.has_power:
        raise Changed
    return propose(
        Proposal.Kind.REOPENING, by=by, person=found, country=home_of(found), reason=reason
    )


@transaction.atomic
def propose_only_officer(*, country, by, reason):
    """That the reporter of a country without a second officer submits what he wrote himself."""
    by = actor(by)
    if not may_loosen(by, country):
        raise NotAllowed
    return propose(Proposal.Kind.ONLY_OFFICER, by=by, country=country, reason=reason)


def may_loosen(user, country):
    return user.is_superuser and user.country != country


def propose(kind, *, by, reason, country, person=None):
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                kind=kind, person=person, country=country, reason=reason, proposed_by=by
            )
    except IntegrityError as error:
        raise Changed from error
    record(PROPOSED[kind], by=by, person=person, country=country, reason=reason)
    return proposal


@transaction.atomic
def confirm_proposal(*, proposal, by):
    """The second person's word, at which it is done."""
    by, person, country = about(proposal, by)
    found = waiting(proposal, by)
    if by.pk == found.proposed_by_id:
        raise NotAllowed
    # What he proposed who may no longer do it is nobody's proposal.
    proposer = User.objects.active().filter(pk=found.proposed_by_id).first()
    if proposer is None or not may_propose(proposer, found):
        raise NotAllowed
    found.confirmed_by, found.confirmed_at = by, timezone.now()
    found.save()
    record(Kind.CONFIRMED, by=by, person=person, country=country)
    if found.kind == Proposal.Kind.REOPENING:
        reopen(person, by=by, reason=found.reason)
    else:
        say_of(country, found.reason)
        record(Kind.ONLY_OFFICER, by=by, country=country, reason=found.reason)
    return found


def about(proposal, by):
    """Whoever acts, and the person or the country: as they are now, nobody else's meanwhile."""
    by = actor(by, *filter(None, [proposal.person]))
    person = User.objects.filter(pk=proposal.person_id).first()
    countries = MemberCountry.objects.select_for_update(no_key=True)
    return by, person, countries.filter(pk=proposal.country_id).first()


def waiting(proposal, by):
    found = Proposal.objects.select_for_update(of=["self"]).managed_by(by).waiting()
    found = found.filter(pk=proposal.pk).first()
    if found is None:
        raise Changed
    return found


def may_propose(user, proposal):
    if proposal.kind == Proposal.Kind.REOPENING:
        return User.objects.closable_by(user).filter(pk=proposal.person_id).exists()
    return may_loosen(user, proposal.country)


@transaction.atomic
def withdraw_proposal(*, proposal, by):
    """By whoever might confirm it, and by whoever has proposed it."""
    by, person, country = about(proposal, by)
    found = waiting(proposal, by)
    found.withdrawn_at = timezone.now()
    found.save()
    record(Kind.PROPOSAL_WITHDRAWN, by=by, person=person, country=country, reason=found.reason)
    return found


@transaction.atomic
def end_only_officer(*, country, by, reason):
    """Only its focal point submits then, as everywhere: for that one administrator is enough."""
    by = actor(by)
    if not by.is_superuser:
        raise NotAllowed
    found = MemberCountry.objects.select_for_update(no_key=True).get(pk=country.pk)
    if not found.single_officer_reason:
        raise Changed
    say_of(found, "")
    return record(Kind.NO_ONLY_OFFICER, by=by, country=found, reason=reason)


def say_of(country, reason):
    country.single_officer_reason = reason
    country.save(update_fields=["single_officer_reason"])
