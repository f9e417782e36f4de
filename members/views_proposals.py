"""What an administrator proposes and a second person confirms, beside invitations."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members import fresh, people, proposing
from members.access import ADMINISTRATORS, SECRETARIAT, allowed, found_or_404
from members.forms_people import OnlyOfficerForm, ReasonForm
from members.models import Proposal
from members.models.people import POWER_ROLES
from members.views_people import conflict, managed_country, people_address, to_people


@allowed(ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def only_officer(request, iso2):
    """Proposes that the only officer of a country submits."""
    country = managed_country(request, iso2)
    if not proposing.may_loosen(request.user, country):
        # Said before anything is typed.
        raise PermissionDenied(_("Nobody proposes this for the country for which he reports."))
    proposed = country.proposals.waiting().filter(kind=Proposal.Kind.ONLY_OFFICER).first()
    if proposed:
        return redirect("members:proposal_confirm", proposed.pk)
    data = request.POST if request.method == "POST" else None
    form = OnlyOfficerForm(data, initial=fresh.typed_before(request))
    if form.is_valid():
        if not fresh.is_fresh(request):
            return fresh.ask_again(request)
        verb = proposing.propose_only_officer
        text = _("Proposed. A second person of the secretariat confirms it.")
        return done(request, country, verb, text, country=country, **form.cleaned_data)
    return render(request, "members/only_officer.html", {"form": form, "country": country})


@allowed(ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def only_officer_end(request, iso2):
    country = managed_country(request, iso2)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verb = proposing.end_only_officer
        text = _("From now on only a focal point submits for %(country)s.")
        text %= {"country": country.name}
        return done(request, country, verb, text, country=country, **form.cleaned_data)
    return render(request, "members/only_officer_end.html", {"form": form, "country": country})


@allowed(SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_confirm(request, pk):
    """The second person reads what is proposed and why, and says yes or no."""
    proposal = managed_proposal(request, pk)
    if not proposal.is_waiting:
        # All who can confirm were sent a link to here.
        return conflict(request, proposal.country)
    is_own = request.user.pk == proposal.proposed_by_id
    if request.method == "POST":
        if is_own:
            raise PermissionDenied(_("A second person confirms this, not you."))
        if not fresh.is_fresh(request):
            return fresh.ask_again(request)
        verb, text = proposing.confirm_proposal, _("Confirmed, and done.")
        return done(request, proposal.country, verb, text, proposal=proposal)
    page = {
        "proposal": proposal,
        "is_own": is_own,
        "roles": ", ".join(held.get_role_display() for held in roles_of(proposal.person)),
        "back": people_address(proposal.country),
    }
    return render(request, "members/proposal_confirm.html", page)


@allowed(SECRETARIAT)
@require_POST
def proposal_withdraw(request, pk):
    proposal = managed_proposal(request, pk)
    verb, text = proposing.withdraw_proposal, _("The proposal is withdrawn. Nothing was changed.")
    return done(request, proposal.country, verb, text, proposal=proposal)


def roles_of(person):
    return person.memberships.filter(role__in=POWER_ROLES) if person else []


def managed_proposal(request, pk):
    mine = Proposal.objects.managed_by(request.user)
    return found_or_404(mine.select_related("person", "country", "proposed_by"), pk=pk)


def done(request, place, verb, text, **arguments):
    """Back on the page of the people whom it is about."""
    try:
        verb(by=request.user, **arguments)
    except people.NotAllowed as error:
        raise PermissionDenied(_("You cannot, or can no longer, do this.")) from error
    except people.Changed:
        return conflict(request, place)
    messages.success(request, text)
    return to_people(place)
