from django.contrib import admin

from goals.models import Framework, Goal, Milestone
from members.admin_bases import HistoryAdmin, PortalInline


class MilestoneInline(PortalInline):
    model = Milestone

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("body", "session"):
            # The admin's own width makes the row wider than the page.
            field.widget.attrs |= {"class": "", "size": 24}
        return field


class GoalInline(PortalInline):
    model = Goal
    # Its own page counts first what hangs on it.
    can_delete = False
    fields = ["number", "title"]
    list_select_related = ["framework"]
    ordering = ["number"]
    show_change_link = True


@admin.register(Framework)
class FrameworkAdmin(HistoryAdmin):
    inlines = [MilestoneInline, GoalInline]
    list_display = ["title", "slug", "starts_on", "ends_on", "state", "results_visibility"]
    list_filter = ["state", "results_visibility"]
    search_fields = ["title", "slug", "vision"]


@admin.register(Milestone)
class MilestoneAdmin(HistoryAdmin):
    fixed_fields = ["framework"]
    list_display = ["framework", "decision", "body", "session", "date_text"]
    list_filter = ["framework", "decision"]
    list_select_related = ["framework"]
    search_fields = ["framework__title", "body", "session"]

    @admin.display(description=Milestone._meta.get_field("date").verbose_name, ordering="date")
    def date_text(self, milestone):
        return milestone.date_text


@admin.register(Goal)
class GoalAdmin(HistoryAdmin):
    fixed_fields = ["framework"]
    list_display = ["number", "title", "framework"]
    list_display_links = ["number", "title"]
    list_filter = ["framework"]
    list_select_related = ["framework"]
    search_fields = ["title", "description", "framework__title"]
