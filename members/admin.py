import logging

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from members import people
from members.actions import end_all_sessions
from members.admin_bases import HistoryAdmin, PortalAdmin, PortalInline, ReadOnly
from members.admin_fields import WholeRowForm, is_key
from members.admin_site import admin_login, admin_urls, admin_view, password_change
from members.forms import UserEditForm
from members.models import Delegation, MemberCountry, Membership, Region, User
from members.receivers import note

admin.site.admin_view = admin_view
admin.site.login = admin_login
admin.site.password_change = password_change
admin.site.get_urls = admin_urls
admin.site.site_header = admin.site.site_title = _("Framework Portal")
admin.site.index_title = _("Administration")


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
