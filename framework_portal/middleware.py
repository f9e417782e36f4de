import zoneinfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404
from django.utils import timezone
from django.utils.cache import patch_cache_control

from framework_portal.views import sign_in_again, typed


def refuse_nul(get_response):
    """No address, query or cookie of ours holds a NUL, and PostgreSQL fails on one: 404.

    Form bodies are left alone: there each field answers with a message of its own.
    """

    def middleware(request):
        parts = [request.path, *request.GET.keys(), *request.COOKIES.values()]
        for values in request.GET.lists():
            parts.extend(values[1])
        if any("\0" in part for part in parts):
            request.refused_for = "NUL"
            raise Http404("The address holds a character that no page has.")
        return get_response(request)

    return middleware


def keep_private(get_response):
    """A page made for one person stays out of every cache, the browser's included.

    So does what answers a form, with what was typed in it, also when the session has ended; and
    what is shown in a session of somebody who is still on his way in.
    """

    def middleware(request):
        response = get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.user.is_authenticated or has_session or request.method == "POST":
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware


def readers_time(get_response):
    """Shows every instant in the signed-in reader's time zone, in UTC to all others."""

    def middleware(request):
        if not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)):
            return get_response(request)

    return middleware


class SignInMiddleware(LoginRequiredMiddleware):
    """Closed by default, as Django's; but what a signed-out person has typed is not thrown away."""

    def handle_no_permission(self, request, view_func):
        request.refused_for = "not signed in"
        if typed(request):
            return sign_in_again(request)
        return super().handle_no_permission(request, view_func)
