from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.messages.views import SuccessMessageMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms import PasswordResetForm, ProfileForm, SignInForm
from members.models import User


class LoginView(auth_views.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True
    template_name = "members/login.html"

    def get_redirect_url(self):
        """Not back to this very page: whoever is signed in would go round for ever."""
        address = super().get_redirect_url()
        return "" if address.split("?")[0] == self.request.path else address


class PasswordChangeView(SuccessMessageMixin, auth_views.PasswordChangeView):
    success_message = gettext_lazy("Your password is changed.")
    success_url = reverse_lazy("members:profile")
    template_name = "members/password_change.html"


class PasswordResetView(SuccessMessageMixin, auth_views.PasswordResetView):
    email_template_name = "members/password_reset_email.txt"
    form_class = PasswordResetForm
    subject_template_name = "members/password_reset_subject.txt"
    # The same whether there is such an account or not.
    success_message = gettext_lazy(
        "If this address belongs to an account, a mail with a link is on its way to it."
    )
    success_url = reverse_lazy("members:login")
    template_name = "members/password_reset.html"


class PasswordResetConfirmView(SuccessMessageMixin, auth_views.PasswordResetConfirmView):
    success_message = gettext_lazy("Your password is set. Sign in with it.")
    success_url = reverse_lazy("members:login")
    template_name = "members/password_reset_confirm.html"


def profile(request):
    # A row of its own: a refused name must not show up in the page's header.
    user = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        # Only these two: what somebody else has changed meanwhile stays changed.
        form.save(commit=False).save(update_fields=form.Meta.fields)
        messages.success(request, _("Your profile is saved."))
        return redirect("members:profile")
    return render(request, "members/profile.html", {"form": form})
