from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.kept import keep


class FrameworkQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def in_force(self):
        """The framework that the front page is about: of the current ones, the latest."""
        return self.current().first()

    def current(self):
        """The latest first."""
        return self.filter(state=Framework.State.CURRENT).order_by("-starts_on")

    def showing_aggregates_to(self, user):
        """Those of which `user` may see the figures that are summed over countries."""
        if user.is_authenticated:
            return self
        return self.exclude(results_visibility=Framework.ResultsVisibility.MEMBERS)

    def with_counts(self):
        """Adds `goal_count` and `objective_count`, the latest framework first."""
        # Counting makes Django forget the order that a model has of itself.
        return self.annotate(
            goal_count=models.Count("goals", distinct=True),
            objective_count=models.Count("goals__objectives", distinct=True),
        ).order_by("-starts_on")


class Framework(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        CURRENT = "current", _("In force")
        CLOSED = "closed", _("Closed")

    class ResultsVisibility(models.TextChoices):
        AGGREGATE = "aggregate", _("Everyone sees aggregates; reports stay with the country")
        MEMBERS = "members", _("Signed-in people see aggregates and approved reports")
        PUBLIC = "public", _("Everyone sees aggregates and approved reports")

    slug = models.CharField(
        _("short name"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+\Z")],
        help_text=_("Stands in addresses: 2022-2025."),
    )
    title = models.CharField(_("title"), max_length=200)
    vision = models.CharField(_("vision"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    goal_label = models.CharField(_("name of a goal"), max_length=60, default="Strategic Goal")
    goal_label_plural = models.CharField(
        _("name of several goals"), max_length=60, default="Strategic Goals"
    )
    objective_label = models.CharField(
        _("name of an objective"), max_length=60, default="Strategic Objective"
    )
    objective_label_plural = models.CharField(
        _("name of several objectives"), max_length=60, default="Strategic Objectives"
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        help_text=_("Everyone can read a framework, whatever its state."),
    )
    predecessor = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="successor",
        verbose_name=_("predecessor"),
        null=True,
        blank=True,
    )
    results_visibility = models.CharField(
        _("who may see its results"),
        max_length=10,
        choices=ResultsVisibility,
        default=ResultsVisibility.AGGREGATE,
    )

    objects = FrameworkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="goals_framework_ends_after_start",
                violation_error_message=_("A framework must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("pk")),
                name="goals_framework_not_its_own_predecessor",
                violation_error_message=_("A framework cannot precede itself."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("goals:framework_detail", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    def shows_aggregates_to(self, user):
        """Whether `user` may see the figures that are summed over countries."""
        return user.is_authenticated or self.results_visibility != self.ResultsVisibility.MEMBERS


class MilestoneQuerySet(models.QuerySet):
    def get_by_natural_key(self, framework_slug, decision):
        return self.get(framework__slug=framework_slug, decision=decision)


class Milestone(models.Model):
    """A decision of a governing body about the framework itself."""

    class Decision(models.TextChoices):
        ENDORSED = "endorsed", _("Endorsed")
        APPROVED = "approved", _("Approved")

    class DatePrecision(models.TextChoices):
        YEAR = "year", _("year")
        MONTH = "month", _("month")
        DAY = "day", _("day")

    DATE_FORMATS = {
        DatePrecision.YEAR: "Y",
        DatePrecision.MONTH: "YEAR_MONTH_FORMAT",
        DatePrecision.DAY: "DATE_FORMAT",
    }

    framework = models.ForeignKey(
        Framework,
        on_delete=models.CASCADE,
        related_name="milestones",
        verbose_name=_("framework"),
    )
    body = models.CharField(
        _("body"), max_length=100, help_text=_("Executive Committee, General Assembly")
    )
    session = models.CharField(_("session"), max_length=60, blank=True, help_text=_("89th session"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    date = models.DateField(
        _("date"), help_text=_("The first day of the month or year, where no day is known.")
    )
    date_precision = models.CharField(
        _("date is exact to the"), max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )

    objects = MilestoneQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["date"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "decision"],
                name="goals_milestone_decision_once",
                violation_error_message=_("This framework has a milestone of this kind already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_decision_display()}, {self.body}, {self.date_text}"

    def natural_key(self):
        return (self.framework.slug, self.decision)

    natural_key.dependencies = ["goals.framework"]

    @property
    def date_text(self):
        """The date as exactly as it is known: "November 2021"."""
        return formats.date_format(self.date, self.DATE_FORMATS[self.date_precision])


def keep_number(row, framework):
    """For a model's `clean`: receipts, snapshots and links name what a framework in force holds."""
    if framework.state != Framework.State.DRAFT:
        words = _("Receipts and snapshots call this %(kept)s: its number stays.")
        keep(row, "number", words)


class GoalQuerySet(models.QuerySet):
    def get_by_natural_key(self, framework_slug, number):
        return self.get(framework__slug=framework_slug, number=number)


class Goal(models.Model):
    framework = models.ForeignKey(
        Framework, on_delete=models.CASCADE, related_name="goals", verbose_name=_("framework")
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)

    objects = GoalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["framework", "number"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"],
                name="goals_goal_number_once",
                violation_error_message=_("This framework has a goal with this number already."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="goals_goal_number_from_one"
            ),
        ]

    def __str__(self):
        return f"{self.framework.goal_label} {self.number}: {self.title}"

    def get_absolute_url(self):
        return reverse("reporting:goal_detail", args=[self.framework.slug, self.number])

    def clean(self):
        if self.framework_id:
            keep_number(self, self.framework)

    def natural_key(self):
        return (self.framework.slug, self.number)

    natural_key.dependencies = ["goals.framework"]
