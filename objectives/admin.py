from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from goals.admin import GoalAdmin
from goals.models import Goal
from members.admin_bases import HistoryAdmin, PortalInline
from members.admin_fields import CountedFormSet
from objectives.models import Indicator, Objective, Target


class ObjectiveInline(PortalInline):
    model = Objective
    # Its own page counts first what hangs on it.
    can_delete = False
    list_select_related = ["goal"]
    ordering = ["number"]
    show_change_link = True


class IndicatorLinks(PortalInline):
    """Only the way to each: an indicator has too many fields for a row."""

    model = Indicator
    can_delete = False
    fields = readonly_fields = ["number", "name", "unit", "is_official"]
    list_select_related = ["objective__goal"]
    ordering = ["number"]
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False


class TargetFormSet(CountedFormSet):
    def clean(self):
        """Holds targets to it too that were set after the page was opened."""
        super().clean()
        if self.instance.pk is None:
            return
        shown = [form.instance.pk for form in self.initial_forms]
        for target in self.instance.targets.exclude(pk__in=shown):
            target.indicator = self.instance
            try:
                target.clean()
            except ValidationError as error:
                raise ValidationError(error.messages) from error


class TargetInline(PortalInline):
    formset = TargetFormSet
    model = Target
    list_select_related = ["indicator__objective__goal"]


admin.site.unregister(Goal)


@admin.register(Goal)
class GoalWithObjectivesAdmin(GoalAdmin):
    """The page of goals knows of objectives only here: goals import nothing to their right."""

    inlines = [ObjectiveInline]


@admin.register(Objective)
class ObjectiveAdmin(HistoryAdmin):
    autocomplete_fields = ["goal"]
    fixed_fields = ["goal"]
    inlines = [IndicatorLinks]
    list_display = ["code", "statement", "framework"]
    list_display_links = ["code", "statement"]
    list_filter = ["goal__framework"]
    list_select_related = ["goal__framework"]
    search_fields = ["statement", "goal__title", "goal__framework__title"]

    @admin.display(description=_("code"))
    def code(self, objective):
        return objective.code

    @admin.display(description=_("framework"))
    def framework(self, objective):
        return objective.goal.framework


@admin.register(Indicator)
class IndicatorAdmin(HistoryAdmin):
    autocomplete_fields = ["objective"]
    fieldsets = [
        (None, {"fields": ["objective", "number", "name", "definition", "is_official"]}),
        (
            _("How it is counted"),
            {"fields": ["unit", "direction", "level", "aggregation", "denominator", "tolerance"]},
        ),
        (
            _("Baseline"),
            {
                "fields": [
                    "baseline_value",
                    "baseline_year",
                    "baseline_kind",
                    "baseline_is_provisional",
                ]
            },
        ),
        (
            _("Who reports it"),
            {"fields": ["reporter", "frequency", "source", "disaggregation", "caution"]},
        ),
    ]
    fixed_fields = ["objective"]
    inlines = [TargetInline]
    list_display = ["code", "name", "unit", "reporter", "is_official", "framework"]
    list_display_links = ["code", "name"]
    list_filter = ["objective__goal__framework", "is_official", "reporter", "level", "aggregation"]
    list_select_related = ["objective__goal__framework"]
    search_fields = ["name", "definition", "objective__statement"]

    @admin.display(description=_("code"))
    def code(self, indicator):
        return indicator.code

    @admin.display(description=_("framework"))
    def framework(self, indicator):
        return indicator.objective.goal.framework


@admin.register(Target)
class TargetAdmin(HistoryAdmin):
    autocomplete_fields = ["indicator"]
    fixed_fields = ["indicator"]
    list_display = ["indicator", "date", "value", "upper_value"]
    list_filter = ["indicator__objective__goal__framework"]
    list_select_related = ["indicator__objective__goal"]
    search_fields = ["indicator__name"]
