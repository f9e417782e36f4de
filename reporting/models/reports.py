from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, OuterRef, Prefetch, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.access import WATCHERS_OF_ALL
from objectives.models import Indicator
from reporting.models.themes import Challenge, NextStep


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
        return self.filter(self._readable_by(user))

    def with_readable(self, user):
        """Adds `is_readable`: whether `user` may read the text too."""
        return self.annotate(
            is_readable=Case(When(self._readable_by(user), then=True), default=False)
        )

    def _readable_by(self, user):
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
        return allowed

    def states_visible_to(self, user):
        """Reports of which `user` may know that they exist, their state and their dates."""
        if WATCHERS_OF_ALL.admits(user):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(country=user.country) if user.country else self.none()

    def editable_by(self, user):
        if not user.is_authenticated or not user.country:
            return self.none()
        return self.filter(country=user.country, status__in=WITH_THE_COUNTRY)

    def reviewable_by(self, user, status=None):
        """Reports that `user` may approve, return or reopen: never his own country's.

        Whoever wants those of one `status` says it here: narrowed later, SQLite reads all of both.
        """
        if not user.is_authenticated or not user.is_reviewer:
            return self.none()
        # Nor one that he has entered himself on behalf of a country.
        wanted = {"status": status} if status else {"status__in": WITH_THE_SECRETARIAT}
        reports = self.filter(**wanted).exclude(entered_by=user)
        return reports.exclude(country=user.country) if user.country else reports

    def with_values(self):
        return self.prefetch_related("indicator_values__indicator")

    def with_asked(self):
        """Fetches with each report, and its values, what `asked` and `gaps` count."""
        asked = Prefetch(
            "objective__indicators",
            Indicator.objects.asked_of_countries(),
            to_attr="asked_indicators",
        )
        return self.prefetch_related(asked)

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
            .select_related("round", "confirms__round")
            .order_by("round__starts_on")
        )

    def with_names(self):
        """Joined with all that a page says of a report beside its text."""
        return self.select_related(
            "round__framework",
            "objective__goal",
            "country__region",
            "changed_by",
            "claimed_by",
            "entered_by",
            "confirms__round",
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
        """Adds `submitted_at`, the instant of the last submission, and that of the first.

        Looked up report by report: joined, a list would be grouped, and to group the few that wait
        the data base reads all that there are.
        """
        copies = self.model.submissions.field.model.objects.filter(report=OuterRef("pk"))
        instants = copies.values("submitted_at")
        return self.annotate(
            submitted_at=Subquery(instants.order_by("-number")[:1]),
            first_submitted_at=Subquery(instants.order_by("number")[:1]),
        )


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
