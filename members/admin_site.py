"""What the admin does otherwise than Django's: its sign-in, and whom it refuses at once."""

from functools import wraps

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse

from members.access import EVERYONE, allowed


@allowed(EVERYONE)
def admin_login(request):
    """The admin has no sign-in of its own: one door, the same for everybody."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect("admin:index")


def password_change(request, extra_context=None):
    """Nor another page to change a password: that of everybody counts who guesses the old one."""
    return redirect("members:password_change")


def view_on_site(request, content_type_id, object_id):
    """Django's, for a key too that cannot be one: no row has it."""
    try:
        return shortcut(request, content_type_id, object_id)
    except (OverflowError, ValidationError) as error:
        raise Http404 from error


def admin_urls(django_urls=admin.site.get_urls):
    page = admin.site.admin_view(view_on_site)
    return [path("r/<path:content_type_id>/<path:object_id>/", page), *django_urls()]


def admin_view(view, cacheable=False, django_view=admin.site.admin_view):
    """Django's; but whoever is signed in and has no business there is refused at once."""
    guarded = django_view(view, cacheable)

    @wraps(guarded)
    def checked(request, *args, **kwargs):
        if request.user.is_authenticated and not admin.site.has_permission(request):
            raise PermissionDenied
        return guarded(request, *args, **kwargs)

    return checked
