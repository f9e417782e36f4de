"""The people of a country and of the secretariat: who is there, who is invited, who goes."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import fresh, inviting, people, proposing
from members.access import INVITERS, SECRETARIAT, allowed, found_or_404
from members.forms_people import CountrySearchForm, InvitationForm, ReasonForm
from members.models import (
    FRESH_ROLES,
    Invitation,
    MemberCountry,
    Membership,
    MembershipEvent,
    Proposal,
    User,
    roles_given_by,
)

COUNTRIES_A_PAGE = 50
EVENTS_SHOWN = 30
CHANGED = 409


@allowed(INVITERS)
@require_safe
def people_list(request):
    """For the secretariat every country, those without a focal point first."""
    user = request.user
    if not user.manages_secretariat:
        return redirect("members:people_of_country", user.country.iso2)
    form = CountrySearchForm(request.GET)
    countries = MemberCountry.objects.managed_by(user)
    if form.is_valid() and form.cleaned_data["q"]:
        countries = countries.named(form.cleaned_data["q"])
    rows = countries.with_people().order_by("has_focal_point", "name_en")
    waiting = Invitation.objects.managed_by(user).unconfirmed().select_related("invited_by")
    page = {
        "form": form,
        "page": Paginator(rows, COUNTRIES_A_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting,
        "proposals": Proposal.objects.managed_by(user)
        .waiting()
        .select_related("person", "country", "proposed_by"),
    }
    return render(request, "members/people_list.html", page, status=200 if form.is_valid() else 404)


@allowed(INVITERS)
@require_safe
def people_of_country(request, iso2):
    country = managed_country(request, iso2)
    found = User.objects.people_of(country)
    events = MembershipEvent.objects.filter(country=country)
    return show_people(request, country, found, events)


@allowed(SECRETARIAT)
@require_safe
def people_of_secretariat(request):
    found = User.objects.of_secretariat()
    return show_people(request, None, found, MembershipEvent.objects.filter(country__isnull=True))


def show_people(request, country, found, events):
    held = Prefetch("memberships", Membership.objects.select_related("country"))
    closable = set(
        User.objects.closable_by(request.user)
        .filter(pk__in=found.values("pk"))
        .values_list("pk", flat=True)
    )
    pending = Invitation.objects.pending().filter(country=country).select_related("invited_by")
    manageable = set(
        Invitation.objects.managed_by(request.user)
        .pending()
        .filter(country=country)
        .values_list("pk", flat=True)
    )
    proposals = Proposal.objects.managed_by(request.user).waiting()
    page = {
        "country": country,
        "people": found.order_by("-is_active", "name", "pk").prefetch_related(held),
        "closable": closable,
        "pending": pending,
        "manageable": manageable,
        "roles": roles_given_by(request.user, country),
        "proposals": proposals.filter(country=country).select_related("person", "proposed_by"),
        "events": events.select_related("by", "person", "country")[:EVENTS_SHOWN],
    }
    return render(request, "members/people_of_country.html", page)


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request, iso2):
    return invite(request, managed_country(request, iso2))


@allowed(SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
def secretariat_invite(request):
    return invite(request, None)


def invite(request, country):
    roles = roles_given_by(request.user, country)
    if not roles:
        raise PermissionDenied(_("You invite nobody here."))
    data = request.POST if request.method == "POST" else None
    form = InvitationForm(data, roles=roles, initial=fresh.typed_before(request))
    if data is not None and form.is_valid():
        wanted = form.cleaned_data
        if wanted["role"] in FRESH_ROLES and not fresh.is_fresh(request):
            return fresh.ask_again(request)
        try:
            invitation = inviting.invite(by=request.user, country=country, **wanted)
        except inviting.AlreadyInvited:
            form.add_error("email", _("This person is invited here already, or has this role."))
        except inviting.TooMany:
            form.add_error(None, too_many())
        except people.NotAllowed as error:
            raise PermissionDenied(_("You can no longer invite to this role.")) from error
        else:
            if invitation.needs_confirmation:
                text = _("The invitation of %(email)s waits for a second person to confirm it.")
            else:
                text = _("%(email)s is invited. The link in the mail works for seven days.")
            messages.success(request, text % {"email": invitation.email})
            return to_people(country)
    return render(request, "members/person_invite.html", {"form": form, "country": country})


def too_many():
    return _("That were many invitations, or many to this address. Wait, at most a day.")


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_confirm(request, pk):
    """The second person reads what is asked for, and says yes or no."""
    invitation = managed_invitation(request, pk, Invitation.objects.of_power())
    if not (invitation.needs_confirmation and invitation.is_pending):
        # All who can confirm were sent a link to here.
        return conflict(request, invitation.country)
    is_own = request.user.pk == invitation.invited_by_id
    if request.method == "POST":
        if is_own or request.user.email == invitation.email:
            raise PermissionDenied(_("A second person confirms this, not you."))
        if not fresh.is_fresh(request):
            return fresh.ask_again(request)
        return done(
            request,
            invitation,
            inviting.confirm_invitation,
            _("%(email)s is invited. The link in the mail works for seven days."),
        )
    page = {"invitation": invitation, "is_own": is_own}
    return render(request, "members/invitation_confirm.html", page)


@allowed(INVITERS)
@require_POST
def invitation_resend(request, pk):
    invitation = managed_invitation(request, pk, Invitation.objects.pending())
    if invitation.role in FRESH_ROLES and not fresh.is_fresh(request):
        return fresh.ask_again(request, back=people_address(invitation.country))
    text = _("A new mail goes to %(email)s. The link of the one before opens nothing any more.")
    return done(request, invitation, inviting.resend_invitation, text)


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request, pk):
    invitation = managed_invitation(request, pk, Invitation.objects.pending())
    if request.method == "POST":
        text = _("The invitation of %(email)s is withdrawn.")
        return done(request, invitation, inviting.withdraw_invitation, text)
    return render(request, "members/invitation_withdraw.html", {"invitation": invitation})


def done(request, invitation, verb, text):
    try:
        verb(invitation=invitation, by=request.user)
    except inviting.TooMany:
        messages.error(request, too_many())
    except people.NotAllowed as error:
        raise PermissionDenied(_("You cannot, or can no longer, do this.")) from error
    except people.Changed:
        return conflict(request, invitation.country)
    else:
        messages.success(request, text % {"email": invitation.email})
    return to_people(invitation.country)


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_deactivate(request, pk):
    person = managed_person(request, pk)
    text = _("The account of %(person)s is closed, and every session of it has ended.")
    return with_reason(request, person, people.deactivate, text, "members/person_deactivate.html")


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_reactivate(request, pk):
    """With a role of power a second person says yes to it first."""
    person = managed_person(request, pk)
    verb = people.reactivate
    text = _("The account of %(person)s is open again, with the role it had.")
    if person.has_power:
        proposed = person.proposals.waiting().first()
        if proposed:
            return redirect("members:proposal_confirm", proposed.pk)
        if request.method == "POST" and not fresh.is_fresh(request):
            return fresh.ask_again(request)
        verb = proposing.propose_reopening
        text = _("A second person of the secretariat confirms that %(person)s comes back.")
    return with_reason(request, person, verb, text, "members/person_reactivate.html")


@allowed(SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_role_take(request, pk, role):
    """Ends one role; the account stays open."""
    person = managed_person(request, pk)
    held = get_object_or_404(person.memberships.select_related("country"), role=role)
    if request.method == "POST" and role in FRESH_ROLES and not fresh.is_fresh(request):
        return fresh.ask_again(request)
    text = _("%(person)s no longer has this role.")
    verb = partial(people.take_role, role=role)
    return with_reason(request, person, verb, text, "members/person_role_take.html", held=held)


def with_reason(request, person, verb, text, template, **more):
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, initial=fresh.typed_before(request))
    country = people.home_of(person)
    if form.is_valid():
        try:
            verb(person=person, by=request.user, reason=form.cleaned_data["reason"])
        except people.NotAllowed as error:
            raise PermissionDenied(_("You cannot, or can no longer, do this.")) from error
        except people.Changed:
            return conflict(request, country)
        messages.success(request, text % {"person": person.name})
        return to_people(country)
    page = {
        "form": form,
        "person": person,
        "country": country,
        "is_last_focal_point": person.is_focal_point
        and not User.objects.active().focal_points_of(country).exclude(pk=person.pk).exists(),
        **more,
    }
    return render(request, template, page)


def managed_country(request, iso2):
    return found_or_404(MemberCountry.objects.managed_by(request.user), iso2=iso2)


def managed_invitation(request, pk, among):
    mine = Invitation.objects.managed_by(request.user).filter(pk__in=among.values("pk"))
    return found_or_404(mine.select_related("country", "invited_by"), pk=pk)


def managed_person(request, pk):
    return found_or_404(User.objects.closable_by(request.user), pk=pk)


def people_address(country):
    if country is None:
        return reverse("members:people_of_secretariat")
    return reverse("members:people_of_country", args=[country.iso2])


def to_people(country):
    return redirect(people_address(country))


def conflict(request, country):
    page = {"address": people_address(country)}
    return render(request, "members/people_changed.html", page, status=CHANGED)
