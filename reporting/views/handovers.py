from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import fresh, people
from members.access import INVITERS, Withheld, allowed, found_or_404
from members.actions import keep_session
from members.forms_people import HandoverForm
from members.models import MemberCountry, User
from reporting import actions
from reporting.handovers import open_tasks


@allowed(INVITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request, pk):
    """A focal point, or the secretariat for one who has left, names the successor."""
    focal_point = focal_point_of(request, pk)
    country = focal_point.country
    is_own = focal_point == request.user
    data = request.POST if request.method == "POST" else None
    form = HandoverForm(
        data,
        focal_point=focal_point,
        may_close=not focal_point.has_power,
        initial=fresh.typed_before(request),
    )
    if data is not None and form.is_valid():
        if not fresh.is_fresh(request):
            return fresh.ask_again(request)
        chosen = form.cleaned_data
        leaves = chosen.get("leaves", False)
        try:
            actions.hand_over(
                focal_point=focal_point,
                successor=chosen["successor"],
                by=request.user,
                reason=chosen["reason"],
                leaves=leaves,
            )
        except people.NotAllowed as error:
            raise PermissionDenied(_("You cannot, or can no longer, do this.")) from error
        except people.Changed:
            page = {"address": request.path}
            return render(request, "members/people_changed.html", page, status=409)
        return handed_over(request, country, chosen["successor"], is_own, leaves)
    page = {
        "form": form,
        "focal_point": focal_point,
        "country": country,
        "is_own": is_own,
        "tasks": open_tasks(country, focal_point, timezone.now()),
    }
    return render(request, "reporting/handover.html", page)


def handed_over(request, country, successor, is_own, leaves):
    text = _("%(person)s is the focal point of %(country)s now. All officers are told by mail.")
    messages.success(request, text % {"person": successor.name, "country": country.name})
    if not is_own:
        return redirect("members:people_of_country", country.iso2)
    if not leaves:
        # What he is has changed, which ends his sessions: but for this one.
        keep_session(request=request, user=User.objects.get(pk=request.user.pk))
    return redirect("reporting:desk")


def focal_point_of(request, pk):
    found = found_or_404(User.objects.filter(memberships__role="focal_point"), pk=pk)
    if found == request.user:
        return found
    countries = MemberCountry.objects.managed_by(request.user)
    if not request.user.manages_secretariat or found.country not in countries:
        raise Withheld
    return found
