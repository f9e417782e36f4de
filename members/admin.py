import logging
from collections import Counter
from functools import wraps

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from members import people
from members.access import EVERYONE, allowed
from members.actions import end_all_sessions
from members.admin_fields import CountedFormSet, FieldLimits, WholeRowForm, is_key
from members.forms import UserEditForm
from members.models import Delegation, MemberCountry, Membership, Region, User
from members.receivers import note
from members.row_security import as_system

# How the filters beside a list end their parameters.
FILTER_LOOKUPS = ["", "__exact", "__id__exact", "__isnull", "__isempty"]
SEARCH_MAX_LENGTH = 100


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


admin.site.admin_view = admin_view
admin.site.login = admin_login
admin.site.password_change = password_change
admin.site.get_urls = admin_urls
admin.site.site_header = admin.site.site_title = _("Framework Portal")
admin.site.index_title = _("Administration")


class PortalInline(FieldLimits, admin.TabularInline):
    extra = 0
    formset = CountedFormSet


def drawn(response):
    """Django's answer with its template filled in, for what must be fetched before it leaves."""
    return response.render() if isinstance(response, TemplateResponse) else response


class PortalAdmin(FieldLimits, admin.ModelAdmin):
    # Nothing is deleted or changed by the dozen.
    actions = None
    # What a row belongs to. Moving it would take its reports along.
    fixed_fields = ()

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, *self.fixed_fields] if obj else readonly

    def delete_view(self, request, object_id, extra_context=None):
        """What stands in the way is counted in all countries."""
        with as_system():
            return drawn(super().delete_view(request, object_id, extra_context))

    def history_view(self, request, object_id, extra_context=None):
        """Who may not look at a row is refused before Django says whether there is one."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Where something stands in the way, its kind and number: naming it takes a minute."""
        collector = NestedObjects(using=objs[0]._state.db, origin=objs)
        collector.collect(objs)
        if not collector.protected:
            return super().get_deleted_objects(objs, request)
        kinds = Counter(type(row)._meta.verbose_name_plural for row in collector.protected)
        return [], {}, set(), [f"{capfirst(kind)}: {count}" for kind, count in kinds.items()]

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term[:SEARCH_MAX_LENGTH])

    def lookup_allowed(self, lookup, value, request):
        """Only what the filters beside the list ask for.

        Django lets every field of the model be looked up by address, so that
        the number of rows would answer questions about fields nobody is shown.
        """
        names = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        return lookup in [name + ending for name in names for ending in FILTER_LOOKUPS]


class HistoryAdmin(PortalAdmin, SimpleHistoryAdmin):
    """Shows who changed what. The past is there to read, not to put back.

    django-simple-history's page of one version writes when it is posted to, also
    for people who may only look, and also the fields that are read-only for them.
    """

    object_history_list_template = "admin/history_list.html"

    def revert_disabled(self, request, obj=None):
        return True

    def history_view(self, request, object_id, extra_context=None):
        if not is_key(object_id):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        raise Http404


class ReadOnly:
    """What countries and reviewers write goes through the verbs, for everybody."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Region)
class RegionAdmin(PortalAdmin):
    """None is deleted: snapshots hold its figures, also when its countries have moved."""

    list_display = ["name", "code", "countries"]
    # Counting its countries forgets the order that the model has of itself.
    ordering = ["name"]
    search_fields = ["name", "code"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_country_counts()

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("member countries"), ordering="country_count")
    def countries(self, region):
        return region.country_count


class MemberCountryForm(WholeRowForm):
    def clean(self):
        """Says who has the place on the map; of two who give it at once, to the second."""
        cleaned = super().clean()
        place = {name: self.cleaned_data.get(name) for name in ("region", "map_column", "map_row")}
        if all(place.values()):
            Region.objects.select_for_update(no_key=True).get(pk=place["region"].pk)
            other = MemberCountry.objects.filter(**place).exclude(pk=self.instance.pk).first()
            if other:
                words = _("%(country)s is there already. Give it another place first, or none.")
                self.add_error("map_column", words % {"country": other.name})
        return cleaned


@admin.register(MemberCountry)
class MemberCountryAdmin(HistoryAdmin):
    form = MemberCountryForm
    list_display = ["name_en", "iso2", "iso3", "region", "regional_bureau", "in_mena"]
    list_filter = ["region", "in_mena", "regional_bureau"]
    list_select_related = ["region"]
    search_fields = ["name_en", "name_fr", "name_es", "name_ar", "iso2", "iso3"]
    # It lets a reporter submit: a right, and nobody gives one alone.
    readonly_fields = ["single_officer_reason"]


class MembershipInline(ReadOnly, PortalInline):
    model = Membership
    list_select_related = ["user", "country"]


@admin.register(User)
class UserAdmin(HistoryAdmin):
    """Accounts to look at. No right of anybody's is given or taken here, by nobody.

    People come by invitation, roles and accounts end on the pages about people, administrators
    are made on the server: each is an event, and what gives power needs a second person.
    """

    form = UserEditForm
    fieldsets = [
        (None, {"fields": ["email", "name", "time_zone"]}),
        (
            _("Rights"),
            {
                "fields": ["is_active", "is_superuser"],
                "description": _(
                    "Roles are given by invitation, and ended like accounts, on the portal's page "
                    "“People”. Who is an administrator is said on the server."
                ),
            },
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    inlines = [MembershipInline]
    actions = ["end_sessions"]
    list_display = ["email", "name", "roles_in_words", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "memberships__role", "memberships__country__region", "is_superuser"]
    ordering = ["email"]
    readonly_fields = ["is_active", "is_superuser", "last_login", "date_joined"]
    search_fields = ["email", "name", "memberships__country__name_en"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__country")

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        # Whoever changes an address can have a new password sent there.
        return readonly if request.user.is_superuser else [*readonly, "email"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def may_touch(self, request, obj):
        return request.user.is_superuser or obj is None or not obj.is_superuser

    def response_action(self, request, queryset):
        """Django asks the data base for whatever was ticked, also where that is no number."""
        if all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            return super().response_action(request, queryset)
        words = _("Nothing was done: what was chosen is none of these people.")
        self.message_user(request, words, messages.ERROR)
        return redirect(request.get_full_path())

    @admin.action(description=_("Sign these people out everywhere"), permissions=["change"])
    def end_sessions(self, request, queryset):
        for person in queryset:
            if self.may_touch(request, person):
                end_all_sessions(user=person)
                note(logging.WARNING, "sessions ended", request, request.user, person=person.pk)
        self.message_user(request, _("They are signed out everywhere, and may sign in again."))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            people.note_address(person=obj, before=form.initial["email"], by=request.user)

    @admin.display(description=_("roles"))
    def roles_in_words(self, user):
        return ", ".join(
            f"{membership.get_role_display()} ({membership.country.iso2})"
            if membership.country
            else membership.get_role_display()
            for membership in user.memberships.all()
        )


@admin.register(Membership)
class MembershipAdmin(ReadOnly, HistoryAdmin):
    list_display = ["user", "role", "country"]
    list_filter = ["role", "country__region"]
    list_select_related = ["user", "country"]
    search_fields = ["user__name", "user__email", "country__name_en", "country__iso2"]


@admin.register(Delegation)
class DelegationAdmin(ReadOnly, PortalAdmin):
    list_display = ["given_to", "country", "given_by", "begins_at", "ends_at"]
    list_filter = ["country__region"]
    list_select_related = ["given_to", "country", "given_by"]
    search_fields = ["given_to__name", "given_to__email", "country__name_en", "country__iso2"]


# What signs people in is nobody's to read or write: their own pages and a command are for that.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken])
# Rights come with roles, and with nothing else.
admin.site.unregister([UserSession, Group])
