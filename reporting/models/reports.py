from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rating(models.TextChoices):
    COMPLETED = "completed", _("Completed")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    NOT_STARTED = "not_started", _("Not started")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")


BEHIND = [Rating.AT_RISK, Rating.OFF_TRACK]
NOT_BEHIND = [Rating.COMPLETED, Rating.ON_TRACK, Rating.NOT_STARTED]
WITH_THE_COUNTRY = [Status.DRAFT, Status.RETURNED]
WITH_THE_SECRETARIAT = [Status.SUBMITTED, Status.APPROVED]
TEXT_MAX_LENGTH = 10_000


class ProgressReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports whose text `user` may read; the table is in docs/roles.md."""
        visibility = "round__framework__results_visibility"
        allowed = Q(status=Status.APPROVED, **{visibility: "public"})
        if user.is_authenticated:
            allowed |= Q(status=Status.APPROVED, **{visibility: "members"})
            if user.country:
                allowed |= Q(country=user.country)
            if user.is_reviewer:
                allowed |= Q(status__in=WITH_THE_SECRETARIAT)
            if user.is_framework_editor:
                allowed |= Q(status=Status.APPROVED)
        return self.filter(allowed)

    def states_visible_to(self, user):
        """Reports of which `user` may know that they exist, their state and their dates."""
        if not user.is_authenticated:
            return self.none()
        if user.is_reviewer or user.is_framework_editor or user.is_superuser:
            return self.all()
        return self.filter(country=user.country) if user.country else self.none()

    def editable_by(self, user):
        if not user.is_authenticated or not user.country:
            return self.none()
        return self.filter(country=user.country, status__in=WITH_THE_COUNTRY)

    def reviewable_by(self, user):
        """Reports that `user` may approve, return or reopen: never his own country's."""
        if not user.is_authenticated or not user.is_reviewer:
            return self.none()
        reports = self.filter(status__in=WITH_THE_SECRETARIAT)
        return reports.exclude(country=user.country) if user.country else reports

    def with_values(self):
        return self.prefetch_related("indicator_values__indicator")

    def submitted(self):
        return self.filter(status=Status.SUBMITTED)

    def free_for(self, user):
        """Those that no other reviewer has claimed."""
        return self.filter(Q(claimed_by__isnull=True) | Q(claimed_by=user))

    def approved(self):
        return self.filter(status=Status.APPROVED)

    def of(self, framework):
        return self.filter(round__framework=framework)

    def answers_before(self, reporting_round):
        """What was handed in for earlier rounds of the framework, the latest last."""
        return (
            self.of(reporting_round.framework)
            .filter(status__in=WITH_THE_SECRETARIAT, round__starts_on__lt=reporting_round.starts_on)
            .select_related("round")
            .order_by("round__starts_on")
        )

    def with_names(self):
        """Joined with all that a page says of a report beside its text."""
        return self.select_related(
            "round__framework", "objective__goal", "country__region", "changed_by", "claimed_by"
        )

    def unchanged(self, *, pk, version, statuses):
        """The row, if nobody has changed it since `version` and it is in one of `statuses`.

        Every write goes through this comparison inside its UPDATE: of two people
        who act at once the database lets one through.
        """
        return self.filter(pk=pk, version=version, status__in=statuses)

    def narrowed(self, *, round=None, region=None, country=None, claimed_by=None):
        """Those of a round, of a region's countries, of a country, of a reviewer; None: all."""
        chosen = {
            "round": round,
            "country__region": region,
            "country": country,
            "claimed_by": claimed_by,
        }
        return self.filter(**{name: value for name, value in chosen.items() if value})

    def with_submission_times(self):
        """Adds `submitted_at`, the instant of the last submission."""
        return self.annotate(submitted_at=Max("submissions__submitted_at"))

    def tallied(self):
        """Rows (objective, round, region, rating) with their counts and sums.

        `reports` counts countries; `percent_sum` and `percent_count` leave out
        those that gave no percentage.
        """
        return (
            self.order_by()
            .values_list("objective_id", "round_id", "country__region_id", "rating")
            .annotate(
                reports=Count("pk"),
                percent_sum=Sum("percent_complete"),
                percent_count=Count("percent_complete"),
            )
        )


class ProgressReport(models.Model):
    """What one country reports on one objective in one round."""

    CONTENT_FIELDS = [
        "rating",
        "percent_complete",
        "confidence",
        "achievements",
        "challenges",
        "next_steps",
        "lessons",
        "not_applicable_reason",
    ]

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("round"),
    )
    objective = models.ForeignKey(
        "objectives.Objective",
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("objective"),
    )
    country = models.ForeignKey(
        "members.MemberCountry",
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("member country"),
    )
    rating = models.CharField(_("rating"), max_length=20, choices=Rating, blank=True)
    percent_complete = models.PositiveSmallIntegerField(
        _("percent complete"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    confidence = models.CharField(
        _("confidence in this rating"), max_length=10, choices=Confidence, blank=True
    )
    achievements = models.TextField(_("achievements"), max_length=TEXT_MAX_LENGTH, blank=True)
    challenges = models.TextField(_("challenges"), max_length=TEXT_MAX_LENGTH, blank=True)
    next_steps = models.TextField(_("next steps"), max_length=TEXT_MAX_LENGTH, blank=True)
    lessons = models.TextField(_("lessons learned"), max_length=TEXT_MAX_LENGTH, blank=True)
    not_applicable_reason = models.TextField(
        _("why it does not apply"), max_length=TEXT_MAX_LENGTH, blank=True
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("last changed at"), default=timezone.now)
    changed_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    claimed_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="claimed_reports",
        verbose_name=_("under review by"),
        null=True,
        blank=True,
    )
    claimed_at = models.DateTimeField(_("under review since"), null=True, blank=True)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["round", "country", "objective"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "objective", "country"],
                name="reporting_report_once",
                violation_error_message=_(
                    "This country has a report on this objective in this round already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(rating__in=["", *Rating.values]), name="reporting_report_rating_known"
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]),
                name="reporting_report_confidence_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="reporting_report_status_known"
            ),
            models.CheckConstraint(
                condition=Q(percent_complete__isnull=True) | Q(percent_complete__range=(0, 100)),
                name="reporting_report_percent_in_range",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False, status=Status.SUBMITTED),
                name="reporting_report_claimed_while_submitted",
            ),
            # The same rules as missing_for_submission(), for whoever comes past the forms.
            models.CheckConstraint(
                condition=Q(status__in=WITH_THE_COUNTRY)
                | (
                    Q(rating=Rating.NOT_APPLICABLE, percent_complete__isnull=True)
                    & ~Q(not_applicable_reason="")
                )
                | Q(rating__in=NOT_BEHIND, percent_complete__isnull=False)
                | (
                    Q(rating__in=BEHIND, percent_complete__isnull=False)
                    & ~Q(challenges="")
                    & ~Q(next_steps="")
                ),
                name="reporting_report_complete_once_submitted",
            ),
        ]
        indexes = [
            # All that a dashboard sums up, in one index, so that it need not read the texts.
            models.Index(
                fields=["status", "objective", "round", "country", "rating", "percent_complete"],
                name="reporting_report_figures",
            ),
            models.Index(fields=["country", "round"], name="reporting_report_desk"),
            models.Index(
                fields=["round", "changed_at"],
                condition=Q(status=Status.SUBMITTED),
                name="reporting_report_queue",
            ),
        ]

    def __str__(self):
        return f"{self.country}, {self.objective.code}, {self.round}"

    def get_absolute_url(self):
        return reverse("reporting:report_detail", args=[self.pk])

    @property
    def is_with_the_country(self):
        return self.status in WITH_THE_COUNTRY

    def waits_for(self, user, version):
        """Whether `user` can decide on it as he saw it, in that version."""
        return (
            self.status == Status.SUBMITTED
            and self.version == version
            and self.claimed_by_id in (None, user.pk)
        )

    def content(self, indicator_values):
        """What a submission freezes, as plain JSON; numbers of indicators are strings."""
        return {
            "framework": self.round.framework.slug,
            "round": self.round.slug,
            "country": self.country.iso2,
            "objective": self.objective.code,
            "statement": self.objective.statement,
            **{name: getattr(self, name) for name in self.CONTENT_FIELDS},
            "indicators": [answer.content() for answer in indicator_values],
        }

    def missing_for_submission(self):
        """What the rating asks for and the report lacks: {field name: message}."""
        missing = {}
        if not self.rating:
            return {"rating": _("Choose a rating.")}
        if self.rating == Rating.NOT_APPLICABLE:
            if not self.not_applicable_reason.strip():
                missing["not_applicable_reason"] = _(
                    "Say why the objective does not apply to your country."
                )
            if self.percent_complete is not None:
                missing["percent_complete"] = _(
                    "Percent complete: leave this empty, an objective that does not apply has none."
                )
            return missing
        if self.percent_complete is None:
            missing["percent_complete"] = _("Percent complete: enter a whole number from 0 to 100.")
        if self.rating in BEHIND:
            if not self.challenges.strip():
                missing["challenges"] = _(
                    "Say what stands in the way: the objective is rated “%(rating)s”."
                ) % {"rating": self.get_rating_display()}
            if not self.next_steps.strip():
                missing["next_steps"] = _(
                    "Say what will be done next: the objective is rated “%(rating)s”."
                ) % {"rating": self.get_rating_display()}
        return missing
