from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reporting.models.choices import (
    BEHIND,
    NOT_BEHIND,
    WITH_THE_COUNTRY,
    Confidence,
    Rating,
    Status,
)
from reporting.models.report_querysets import ProgressReportQuerySet
from reporting.models.themes import Challenge, NextStep

TEXT_MAX_LENGTH = 10_000


class ProgressReport(models.Model):
    """What one country reports on one objective in one round."""

    CONTENT_FIELDS = [
        "rating",
        "percent_complete",
        "confidence",
        "achievements",
        "challenges",
        "main_challenge",
        "next_steps",
        "main_next_step",
        "lessons",
        "not_applicable_reason",
    ]

    # What missing_for_submission() may want, depending on the rating.
    ASKED_FOR_BY_RATING = ["percent_complete", "challenges", "next_steps", "not_applicable_reason"]

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
    main_challenge = models.CharField(
        _("what stands in the way above all"), max_length=20, choices=Challenge, blank=True
    )
    next_steps = models.TextField(_("next steps"), max_length=TEXT_MAX_LENGTH, blank=True)
    main_next_step = models.CharField(
        _("what comes next above all"), max_length=20, choices=NextStep, blank=True
    )
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
    confirms = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirms that nothing has changed since"),
        null=True,
        blank=True,
    )
    open_fields = models.JSONField(
        _("fields that are open for correction"),
        null=True,
        blank=True,
        help_text=_("Names of fields and codes of indicators; null: all of them."),
    )
    entered_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered on behalf of the country by"),
        null=True,
        blank=True,
    )

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
                condition=Q(main_challenge__in=["", *Challenge.values]),
                name="reporting_report_main_challenge_known",
            ),
            models.CheckConstraint(
                condition=Q(main_next_step__in=["", *NextStep.values]),
                name="reporting_report_main_next_step_known",
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

    def was_handed_in(self):
        """Once, in time or with an extension: what was withdrawn or came back may be late."""
        return self.pk is not None and self.submissions.exists()

    def is_open_for(self, name):
        """Whether a field, by name or by an indicator's code, may be changed now."""
        return self.open_fields is None or name in self.open_fields

    def content(self, indicator_values, evidence=()):
        """What a submission freezes, as plain JSON; numbers of indicators are strings."""
        return {
            "framework": self.round.framework.slug,
            "round": self.round.slug,
            "country": self.country.iso2,
            "objective": self.objective.code,
            "statement": self.objective.statement,
            **{name: getattr(self, name) for name in self.CONTENT_FIELDS},
            "indicators": [answer.content() for answer in indicator_values],
            "evidence": [item.content() for item in evidence],
            "confirms": self.confirms.round.slug if self.confirms else None,
            "on_behalf": self.entered_by_id is not None,
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

    def kinds_not_named(self):
        """Labels of what would say why it is behind, where nothing is named: no fault."""
        if self.rating not in BEHIND:
            return []
        names = [name for name in ("main_challenge", "main_next_step") if not getattr(self, name)]
        return [self._meta.get_field(name).verbose_name for name in names]

    def not_answered(self):
        """The indicators that the country is asked about and says nothing of: no fault."""
        return self.objective.indicators.asked_of_countries().exclude(values__report=self)

    @property
    def asked(self):
        """How many indicators of the objective are asked of countries; see `with_asked()`."""
        return len(self.objective.asked_indicators)

    @property
    def gaps(self):
        """How many of these the report says nothing of."""
        answered = {answer.indicator_id for answer in self.indicator_values.all()}
        return sum(each.pk not in answered for each in self.objective.asked_indicators)

    def missing_in_answers(self, answers=None, before=None):
        """What the answers about indicators lack: {code: message}.

        A page of many reports hands over their `answers` and the values `before`.
        """
        if answers is None:
            answers = self.indicator_values.select_related("indicator__objective__goal")
            before = self.values_before()
        missing = {}
        for answer in answers:
            # What is asked of countries no more, they cannot mend either.
            if not answer.indicator.is_asked_of_countries:
                continue
            message = answer.needs_note(before.get(answer.indicator_id))
            if message and not answer.note.strip():
                missing[answer.indicator.code] = message
        return missing

    def values_before(self):
        """{indicator key: value} as the country's last approved report gave them."""
        previous = self.last_approved()
        if previous is None:
            return {}
        return dict(previous.indicator_values.values_list("indicator_id", "value"))

    def last_approved(self):
        """The country's last approved report on the objective in an earlier round, or None."""
        reports = (
            type(self).objects.approved().filter(country=self.country, objective=self.objective)
        )
        return reports.answers_before(self.round).last()
