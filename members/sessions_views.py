"""Where one is signed in, and how much longer."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import browsers, fresh
from members.access import SIGNED_IN, allowed, found_or_404
from members.sessions import seconds_left


@allowed(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request):
    """`{"seconds_left": 1800, "reader": 17}`: to ask is no activity, to post is.

    `end_what_is_over` counts it. A page that was left open shows itself again to its reader alone.
    """
    return JsonResponse({"seconds_left": seconds_left(request), "reader": request.user.pk})


@allowed(SIGNED_IN)
@require_safe
def session_list(request):
    """Every browser in which the reader is signed in, the newest first."""
    found = UserSession.objects.purge_and_list(request.user)
    found.sort(key=lambda each: each.created_at, reverse=True)
    for each in found:
        each.browser = browsers.in_words(each.user_agent)
    return render(request, "members/session_list.html", {"sessions": found})


def others(request):
    """The reader's sessions but this one, which the button above every page ends."""
    own = UserSession.objects.filter(user=request.user)
    return own.exclude(session_key=request.session.session_key)


@allowed(SIGNED_IN)
@require_POST
def session_end(request, pk):
    found = found_or_404(others(request), pk=pk)
    if not fresh.is_fresh(request):
        return fresh.ask_again(request, back=reverse("members:session_list"))
    found.end()
    messages.success(request, _("That session has ended."))
    return redirect("members:session_list")


@allowed(SIGNED_IN)
@require_POST
def sessions_end(request):
    if not fresh.is_fresh(request):
        return fresh.ask_again(request, back=reverse("members:session_list"))
    for each in others(request):
        each.end()
    messages.success(request, _("You are signed in here alone now."))
    return redirect("members:session_list")
