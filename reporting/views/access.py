from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


def country_required(view):
    """For people who report for a member country."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not request.user.country:
            raise PermissionDenied(_("This page is for people who report for a member country."))
        return view(request, *args, **kwargs)

    return checked


def secretariat_required(view):
    """For the secretariat's reviewers."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not request.user.is_reviewer:
            raise PermissionDenied(_("This page is for the secretariat's reviewers."))
        return view(request, *args, **kwargs)

    return checked
