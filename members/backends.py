from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from members.models import Membership, Role, User

# What a framework editor may do in the admin. People and their roles are not
# among it: whoever edits the framework must not be able to make himself a reviewer.
FRAMEWORK_EDITOR_MAY_CHANGE = [
    ("goals", "framework"),
    ("goals", "milestone"),
    ("goals", "goal"),
    ("objectives", "objective"),
    ("objectives", "indicator"),
    ("objectives", "target"),
    ("reporting", "reportinground"),
    ("reporting", "secretariatvalue"),
    ("members", "region"),
    ("members", "membercountry"),
]
FRAMEWORK_EDITOR_MAY_VIEW = [
    ("members", "user"),
    ("members", "membership"),
    ("members", "delegation"),
    ("reporting", "progressreport"),
    ("reporting", "indicatorvalue"),
    ("reporting", "submission"),
    ("reporting", "reportevent"),
]


class MembershipBackend(ModelBackend):
    """Django's own backend, which also reads what a person's memberships allow."""

    def get_user(self, user_id):
        """The account and its memberships, in one query where it has any."""
        active = Membership.objects.filter(user=user_id, user__is_active=True)
        held = list(active.select_related("user", "country"))
        user = held[0].user if held else User.objects.active().filter(pk=user_id).first()
        if user:
            user.held = held
        return user

    def _get_group_permissions(self, user_obj):
        granted = Q(group__user=user_obj)
        if Role.FRAMEWORK_EDITOR in user_obj.roles:
            for app, model in FRAMEWORK_EDITOR_MAY_CHANGE:
                granted |= Q(content_type__app_label=app, content_type__model=model)
            for app, model in FRAMEWORK_EDITOR_MAY_VIEW:
                granted |= Q(content_type__app_label=app, codename=f"view_{model}")
        return Permission.objects.filter(granted).distinct()
