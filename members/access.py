"""Who may open a page. Each view says it once, in front of all else:

    @allowed(REVIEWERS)
    @require_safe
    def review_queue(request): ...

Whoever is not among them signs in first, or is refused (403). Which rows there are for a person,
and which he may change, is said by the words of querysets: `visible_to(user)`, `editable_by(user)`.
tests/access_matrix.yaml holds what both together come to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.row_security import as_system


@dataclass(frozen=True)
class Audience:
    """`holds` is asked of people who are signed in; `refusal` says who the page is for."""

    name: str
    holds: Callable[[User], bool]
    refusal: str | Promise = ""

    def admits(self, user) -> bool:
        return user.is_authenticated and bool(self.holds(user))


EVERYONE = Audience("everyone", lambda user: True)
SIGNED_IN = Audience("signed in", lambda user: True)
OFFICERS = Audience(
    "officers",
    lambda user: user.country,
    _("This page is for people who report for a member country."),
)
FOCAL_POINTS = Audience(
    "focal points",
    lambda user: user.is_focal_point,
    _("This page is for the focal point of a member country."),
)
REVIEWERS = Audience(
    "reviewers",
    lambda user: user.is_reviewer,
    _("This page is for the secretariat's reviewers."),
)
INVITERS = Audience(
    "inviters",
    lambda user: user.manages_people,
    _("This page is for focal points and for the secretariat, who invite people."),
)
SECRETARIAT = Audience(
    "secretariat",
    lambda user: user.manages_secretariat,
    _("This page is for the secretariat's reviewers and the administrator."),
)
ADMINISTRATORS = Audience(
    "administrators",
    lambda user: user.is_superuser,
    _("This page is for the administrators of the portal."),
)
# Those who read every approved report, so that no answer in one is withheld from them.
READERS_OF_ALL = Audience(
    "readers of all",
    lambda user: user.is_reviewer or user.is_framework_editor,
    _("Who answered what is for the secretariat's reviewers and the framework's editors."),
)
# The administrator keeps the portal running: he knows that a report is late, not what it says.
WATCHERS_OF_ALL = Audience(
    "watchers of all",
    lambda user: user.is_reviewer or user.is_framework_editor or user.is_superuser,
)
WATCHERS = Audience(
    "watchers",
    lambda user: user.country or WATCHERS_OF_ALL.holds(user),
    _("This page is for the secretariat; a member country sees its own row of it."),
)


def allowed(audience: Audience):
    """Opens a view to these people and to no others; without it no view passes the tests."""

    def declared(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if audience is not EVERYONE and not audience.admits(request.user):
                raise PermissionDenied(audience.refusal)
            return view(request, *args, **kwargs)

        checked.allowed_to = audience
        return login_not_required(checked) if audience is EVERYONE else checked

    return declared


class Withheld(Http404):
    """It is there, and not for this reader: he is told what he would be if it were missing.

    The log alone tells the two apart.
    """

    refused_for = "not his"


def found_or_404(queryset, **lookup):
    """The one row of those that somebody may see, as `get_object_or_404` finds it."""
    try:
        return queryset.get(**lookup)
    except queryset.model.DoesNotExist:
        raise missing(queryset.model, **lookup) from None


def missing(model, words="", **lookup):
    """What to raise where nobody was shown such a row; foreign or missing, it asks alike."""
    with as_system():
        is_there = model._base_manager.filter(**lookup).exists()
    return Withheld(words) if is_there else Http404(words)
