"""What the admin of each app is made of."""

from collections import Counter

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin

from members.admin_fields import CountedFormSet, FieldLimits, is_key
from members.row_security import as_system

# How the filters beside a list end their parameters.
FILTER_LOOKUPS = ["", "__exact", "__id__exact", "__isnull", "__isempty"]
SEARCH_MAX_LENGTH = 100


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
