import json

from django.contrib import admin
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from members.admin import HistoryAdmin, PortalAdmin, PortalInline
from reporting.models import (
    IndicatorValue,
    Mail,
    ProgressReport,
    ReportEvent,
    ReportingRound,
    Status,
    Submission,
)


class ReadOnly:
    """What countries and reviewers write goes through the workflow, for everybody."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ReportingRound)
class ReportingRoundAdmin(HistoryAdmin):
    fieldsets = [
        (None, {"fields": ["framework", "name", "slug", "starts_on", "ends_on"]}),
        (
            _("When countries report"),
            {
                "fields": ["opens_at", "due_at", "closes_at"],
                "description": _("These instants are in the time zone of your profile."),
            },
        ),
    ]
    fixed_fields = ["framework"]
    list_display = ["name", "slug", "framework", "opens_at", "due_at", "closes_at", "phase_now"]
    list_filter = ["framework"]
    list_select_related = ["framework"]
    search_fields = ["name", "slug", "framework__title"]

    @admin.display(description=_("state"))
    def phase_now(self, reporting_round):
        return reporting_round.phase(timezone.now()).label


class IndicatorValueInline(ReadOnly, PortalInline):
    model = IndicatorValue
    fields = ["indicator", "kind", "value", "numerator", "denominator", "note"]
    list_select_related = ["indicator__objective__goal"]


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnly, PortalAdmin):
    """That a report exists and how far it is; what it says, once it is approved."""

    FACTS = ["round", "country", "objective", "status", "version", "changed_at", "changed_by"]

    list_display = ["country", "objective_code", "round", "status", "version", "changed_at"]
    list_filter = ["status", "round", "country__region"]
    list_select_related = ["round__framework", "country", "objective__goal", "changed_by"]
    search_fields = ["country__name_en", "country__iso2", "round__slug", "objective__statement"]
    # Who works in the admin may not always read the page.
    view_on_site = False

    def get_fields(self, request, obj=None):
        if obj and obj.status == Status.APPROVED:
            return [*self.FACTS, *ProgressReport.CONTENT_FIELDS]
        return self.FACTS

    def get_inlines(self, request, obj):
        return [IndicatorValueInline] if obj and obj.status == Status.APPROVED else []

    @admin.display(description=_("objective"), ordering="objective")
    def objective_code(self, report):
        return report.objective.code


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, PortalAdmin):
    """What was approved: the latest copy of an approved report, and its hash.

    The hash of a short text tells the text to whoever guesses it.
    """

    FACTS = ["report", "number", "receipt_number", "submitted_at", "submitted_by"]

    list_display = ["receipt_number", "number", "submitted_at", "submitted_by", "approved_sha256"]
    list_filter = ["report__round"]
    list_select_related = [
        "report__round",
        "report__country",
        "report__objective__goal",
        "submitted_by",
    ]
    search_fields = ["receipt_number", "shown_sha256"]

    def get_queryset(self, request):
        """Adds `shown_sha256`, empty where the text is not to be shown."""
        later = Submission.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
        approved = When(~Exists(later), report__status=Status.APPROVED, then=F("sha256"))
        submissions = super().get_queryset(request).defer("content")
        return submissions.annotate(shown_sha256=Case(approved, default=Value("")))

    def get_fields(self, request, obj=None):
        if obj and obj.shown_sha256:
            return [*self.FACTS, "approved_sha256", "content_text"]
        return self.FACTS

    @admin.display(description=Submission._meta.get_field("sha256").verbose_name)
    def approved_sha256(self, submission):
        return submission.shown_sha256

    @admin.display(description=_("content"))
    def content_text(self, submission):
        text = json.dumps(submission.content, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)


@admin.register(ReportEvent)
class ReportEventAdmin(ReadOnly, PortalAdmin):
    """Each step, without the comment, which is between the country and its reviewer."""

    fields = ["report", "number", "kind", "at", "by", "from_status", "to_status"]
    list_display = ["report", "number", "kind", "at", "by", "from_status", "to_status"]
    list_filter = ["kind", "report__round"]
    list_select_related = ["report__round", "report__country", "report__objective__goal", "by"]
    search_fields = ["report__country__name_en", "report__country__iso2", "by__name", "by__email"]


@admin.register(Mail)
class MailAdmin(ReadOnly, PortalAdmin):
    """Whether a mail has gone out; its body is the recipient's."""

    fields = ["key", "recipient", "subject", "created_at", "sent_at"]
    list_display = ["subject", "recipient", "created_at", "sent_at"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recipient"]
    search_fields = ["recipient__name", "recipient__email", "key"]
