import json

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from goals.admin import FrameworkAdmin
from goals.models import Framework
from members.admin import MemberCountryAdmin
from members.admin_bases import HistoryAdmin, PortalAdmin, PortalInline, ReadOnly, drawn
from members.admin_fields import WholeRowForm
from members.models import MemberCountry
from members.row_security import as_system
from objectives.models import Indicator
from reporting import actions
from reporting.models import (
    IndicatorValue,
    Mail,
    ProgressReport,
    ReportEvent,
    ReportingRound,
    SecretariatValue,
    Status,
    Submission,
)

admin.site.unregister([Framework, MemberCountry])


class FrameworkForm(WholeRowForm):
    # From those who show a country's report to fewest.
    OPENNESS = [
        Framework.ResultsVisibility.AGGREGATE,
        Framework.ResultsVisibility.MEMBERS,
        Framework.ResultsVisibility.PUBLIC,
    ]

    def clean_results_visibility(self):
        """What countries have written for few is shown to many at no single person's word."""
        wanted = self.cleaned_data["results_visibility"]
        stored = self.initial.get("results_visibility", wanted)
        with as_system():
            has_reports = bool(self.instance.pk) and (
                ProgressReport.objects.of(self.instance).exists()
            )
        if has_reports and self.OPENNESS.index(wanted) > self.OPENNESS.index(stored):
            raise ValidationError(
                _(
                    "Countries have reported under the present rule. Here it can be made narrower; "
                    "to show their reports to more people is done on the server."
                )
            )
        return wanted


@admin.register(Framework)
class ReportedFrameworkAdmin(FrameworkAdmin):
    """Only here reports are known."""

    form = FrameworkForm


@admin.register(MemberCountry)
class MovingCountryAdmin(MemberCountryAdmin):
    """Figures by region follow a country that moves: only here are figures known."""

    def save_model(self, request, obj, form, change):
        actions.store_country(country=obj)


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


@admin.register(SecretariatValue)
class SecretariatValueAdmin(HistoryAdmin):
    """What countries are shown beside their form, and never asked for."""

    fields = ["round", "indicator", "value", "numerator", "denominator", "note"]
    fixed_fields = ["round", "indicator"]
    list_display = ["indicator", "round", "value"]
    list_filter = ["round"]
    list_select_related = ["round", "indicator__objective__goal"]
    search_fields = ["indicator__name", "round__slug"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "indicator":
            kwargs["queryset"] = Indicator.objects.held_by_others().select_related(
                "objective__goal"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class IndicatorValueInline(ReadOnly, PortalInline):
    model = IndicatorValue
    fields = ["indicator", "kind", "value", "numerator", "denominator", "note"]
    list_select_related = ["indicator__objective__goal"]


class StatesOfAll(ReadOnly):
    """Rows of every country, drafts too; `texts` are not so much as fetched."""

    texts = ()

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*self.texts)

    def changelist_view(self, request, extra_context=None):
        with as_system():
            return drawn(super().changelist_view(request, extra_context))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with as_system():
            return drawn(super().changeform_view(request, object_id, form_url, extra_context))

    def history_view(self, request, object_id, extra_context=None):
        with as_system():
            return drawn(super().history_view(request, object_id, extra_context))


TEXTS_OF_REPORT = [f"report__{name}" for name in ProgressReport.CONTENT_FIELDS]


@admin.register(ProgressReport)
class ProgressReportAdmin(StatesOfAll, PortalAdmin):
    """That a report exists and how far it is; what it says, once it is approved."""

    FACTS = ["round", "country", "objective", "status", "version", "changed_at", "changed_by"]

    list_display = ["country", "objective_code", "round", "status", "version", "changed_at"]
    list_filter = ["status", "round", "country__region"]
    list_select_related = ["round__framework", "country", "objective__goal", "changed_by"]
    search_fields = ["country__name_en", "country__iso2", "round__slug", "objective__statement"]
    # Who works in the admin may not always read the page.
    view_on_site = False
    texts = ProgressReport.CONTENT_FIELDS

    def get_object(self, request, object_id, from_field=None):
        report = super().get_object(request, object_id, from_field)
        if report and report.status == Status.APPROVED:
            approved = ProgressReport.objects.approved()
            report.refresh_from_db(fields=self.texts, from_queryset=approved)
        return report

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
class SubmissionAdmin(StatesOfAll, PortalAdmin):
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
    texts = ["content", *TEXTS_OF_REPORT]

    def get_queryset(self, request):
        """Adds `shown_sha256`, empty where the text is not to be shown."""
        later = Submission.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
        approved = When(~Exists(later), report__status=Status.APPROVED, then=F("sha256"))
        shown = Case(approved, default=Value(""))
        return super().get_queryset(request).annotate(shown_sha256=shown)

    def get_fields(self, request, obj=None):
        if obj and obj.shown_sha256:
            return [*self.FACTS, "approved_sha256", "content_text"]
        return self.FACTS

    @admin.display(description=Submission._meta.get_field("sha256").verbose_name)
    def approved_sha256(self, submission):
        return submission.shown_sha256

    @admin.display(description=_("content"))
    def content_text(self, submission):
        """All but the evidence, which is between the country and its reviewers."""
        content = {name: said for name, said in submission.content.items() if name != "evidence"}
        text = json.dumps(content, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)


@admin.register(ReportEvent)
class ReportEventAdmin(StatesOfAll, PortalAdmin):
    """Each step, without the comment, which is between the country and its reviewer."""

    fields = ["report", "number", "kind", "at", "by", "from_status", "to_status"]
    list_display = ["report", "number", "kind", "at", "by", "from_status", "to_status"]
    list_filter = ["kind", "report__round"]
    list_select_related = ["report__round", "report__country", "report__objective__goal", "by"]
    search_fields = ["report__country__name_en", "report__country__iso2", "by__name", "by__email"]
    texts = ["comment", "field_comments", *TEXTS_OF_REPORT]


@admin.register(Mail)
class MailAdmin(ReadOnly, PortalAdmin):
    """Whether a mail has gone out; its body is the recipient's."""

    fields = [
        "key",
        "recipient",
        "address",
        "subject",
        "created_at",
        "waits_for_digest",
        "sent_at",
        "attempts",
        "last_error",
        "send_after",
        "given_up_at",
    ]
    list_display = ["subject", "recipient", "created_at", "sent_at", "attempts", "given_up_at"]
    list_filter = [
        ("sent_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
        "waits_for_digest",
    ]
    list_select_related = ["recipient"]
    search_fields = ["recipient__name", "recipient__email", "key"]
