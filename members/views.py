from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.messages.views import SuccessMessageMixin
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from members import actions, devices
from members.access import FOCAL_POINTS, SIGNED_IN, allowed, found_or_404
from members.forms import DelegationForm, PasswordChangeForm, PasswordResetForm, ProfileForm
from members.models import Delegation, User


class LoginView(allauth_views.LoginView):
    template_name = "members/login.html"

    def get_success_url(self):
        """Not back to this very page: whoever is signed in would go round for ever."""
        address = self.get_next_url() or ""
        if not address or address.split("?")[0] == self.request.path:
            return resolve_url(settings.LOGIN_REDIRECT_URL)
        return address


class PasswordChangeView(auth_views.PasswordChangeView):
    form_class = PasswordChangeForm
    success_url = reverse_lazy("members:profile")
    template_name = "members/password_change.html"

    def form_valid(self, form):
        """Goes on in this browser alone, which stays in the list of those that can be ended."""
        form.save()
        actions.keep_session(request=self.request, user=form.user)
        tell("account/email/password_changed", self.request, form.user)
        messages.success(self.request, _("Your password is changed."))
        return redirect(self.success_url)


class PasswordResetView(SuccessMessageMixin, auth_views.PasswordResetView):
    form_class = PasswordResetForm
    # The same whether there is such an account or not.
    success_message = gettext_lazy(
        "If this address belongs to an account, a mail with a link is on its way to it."
    )
    success_url = reverse_lazy("account_login")
    template_name = "members/password_reset.html"

    def form_valid(self, form):
        """Answered alike beyond the limit too: it is no way to find out who has an account."""
        if ratelimit.consume(self.request, action="reset_password", key=form.cleaned_data["email"]):
            return super().form_valid(form)
        messages.success(self.request, self.success_message)
        return redirect(self.success_url)


class PasswordResetConfirmView(SuccessMessageMixin, auth_views.PasswordResetConfirmView):
    """Whoever has the mail is the person: others' guesses do not hold up this browser."""

    success_message = gettext_lazy("Your password is set. Sign in with it.")
    success_url = reverse_lazy("account_login")
    template_name = "members/password_reset_confirm.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        devices.remember(self.request, response, self.user, by_mail=True)
        tell("account/email/password_reset", self.request, self.user)
        return response


def tell(notice, request, user):
    get_adapter(request).send_notification_mail(notice, user)


@allowed(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    # A row of its own: a refused name must not show up in the page's header.
    user = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        # Only these: what somebody else has changed meanwhile stays changed.
        form.save(commit=False).save(update_fields=form.Meta.fields)
        messages.success(request, _("Your profile is saved."))
        return redirect("members:profile")
    return render(request, "members/profile.html", {"form": form})


@allowed(FOCAL_POINTS)
@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request):
    """Who may submit in the focal point's place, until when, and who could before."""
    form = DelegationForm(
        request.POST if request.method == "POST" else None, focal_point=request.user
    )
    if form.is_valid():
        chosen = form.cleaned_data
        actions.delegate(
            given_by=request.user, given_to=chosen["given_to"], ends_at=chosen["until"]
        )
        text = _("%(person)s may submit your country's reports now.")
        messages.success(request, text % {"person": chosen["given_to"].name})
        return redirect("members:delegation")
    given = Delegation.objects.of(request.user.country)
    in_force = Delegation.objects.acting_for(request.user.country, timezone.now())
    page = {"form": form, "in_force": in_force, "past": given.exclude(pk__in=in_force)}
    return render(request, "members/delegation.html", page)


@allowed(FOCAL_POINTS)
@require_POST
def delegation_end(request, pk):
    given = found_or_404(Delegation.objects.of(request.user.country), pk=pk)
    actions.end_delegation(delegation=given)
    text = _("%(person)s can no longer submit in the focal point's place.")
    messages.success(request, text % {"person": given.given_to.name})
    return redirect("members:delegation")
