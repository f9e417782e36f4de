"""What an invited person meets behind the link of the mail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import inviting, people
from members.access import EVERYONE, allowed
from members.actions import keep_session
from members.forms_people import AccountForm
from members.models import User

TOKEN = "invitation"
GONE = 410


@allowed(EVERYONE)
@require_safe
def invitation_open(request, token):
    """Takes the link out of the address: it would stand in histories and on paper."""
    request.session[TOKEN] = token
    return redirect("members:invitation_accept")


@allowed(EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request):
    token = request.session.get(TOKEN, "")
    invitation = inviting.invitation_of(token)
    if invitation is None:
        return gone(request)
    account = User.objects.filter(email=invitation.email).first()
    if account is None and not request.user.is_authenticated:
        return with_new_account(request, token, invitation)
    if account is not None and account == request.user:
        return with_own_account(request, token, invitation)
    page = {"invitation": invitation, "account": account}
    return render(request, "members/invitation_elsewhere.html", page)


def with_new_account(request, token, invitation):
    data = request.POST if request.method == "POST" else None
    newcomer = User(email=invitation.email)
    newcomer.country = invitation.country
    form = AccountForm(newcomer, data)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            inviting.accept_with_new_account(
                token=token,
                name=chosen["name"],
                time_zone=chosen["time_zone"],
                password=chosen["new_password1"],
            )
        except people.Changed:
            return gone(request)
        request.session.pop(TOKEN, None)
        messages.success(request, _("Your account is open. Sign in with your new password."))
        return redirect("account_login")
    page = {"form": form, "invitation": invitation}
    return render(request, "members/invitation_accept.html", page)


def with_own_account(request, token, invitation):
    refused = False
    if request.method == "POST":
        try:
            user = inviting.accept_with_account(token=token, user=request.user)
        except (people.Changed, people.NotAllowed):
            return gone(request)
        except people.CannotAccept:
            refused = True
        else:
            request.session.pop(TOKEN, None)
            # Other browsers sign in anew, now that the account may do more.
            keep_session(request=request, user=User.objects.get(pk=user.pk))
            messages.success(request, _("You have accepted the invitation."))
            return redirect("reporting:start")
    page = {"invitation": invitation, "refused": refused}
    return render(request, "members/invitation_own.html", page, status=409 if refused else 200)


def gone(request):
    return render(request, "members/invitation_gone.html", status=GONE)
