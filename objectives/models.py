import re

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from goals.models import keep_number


class ObjectiveQuerySet(models.QuerySet):
    def get_by_natural_key(self, framework_slug, goal_number, number):
        return self.get(
            goal__framework__slug=framework_slug, goal__number=goal_number, number=number
        )

    def of(self, framework):
        """A framework's objectives with their goals, 1.9 before 1.10."""
        return (
            self.filter(goal__framework=framework)
            .select_related("goal__framework")
            .order_by("goal__number", "number")
        )

    def coded(self, code):
        """Those with the code (goal number, objective number)."""
        goal_number, number = code
        return self.filter(goal__number=goal_number, number=number)


class Objective(models.Model):
    goal = models.ForeignKey(
        "goals.Goal", on_delete=models.CASCADE, related_name="objectives", verbose_name=_("goal")
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    statement = models.TextField(_("statement"))

    objects = ObjectiveQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["goal__framework", "goal__number", "number"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "number"],
                name="objectives_objective_number_once",
                violation_error_message=_("This goal has an objective with this number already."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="objectives_objective_number_from_one"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.statement}"

    def get_absolute_url(self):
        return reverse("reporting:objective_detail", args=[self.goal.framework.slug, self.code])

    def clean(self):
        if self.goal_id:
            keep_number(self, self.goal.framework)

    def natural_key(self):
        return (*self.goal.natural_key(), self.number)

    natural_key.dependencies = ["goals.goal"]

    @property
    def code(self):
        return f"{self.goal.number}.{self.number}"


class IndicatorQuerySet(models.QuerySet):
    def get_by_natural_key(self, framework_slug, goal_number, objective_number, number):
        return self.get(
            objective__goal__framework__slug=framework_slug,
            objective__goal__number=goal_number,
            objective__number=objective_number,
            number=number,
        )

    def asked_of_countries(self):
        return self.filter(reporter__in=Indicator.ASKED_OF_COUNTRIES)

    def held_by_others(self):
        """Those that no country is asked for: the secretariat holds their values."""
        return self.exclude(reporter__in=Indicator.ASKED_OF_COUNTRIES)

    def of(self, framework):
        """A framework's indicators with objective and goal, in the order of their codes."""
        return (
            self.filter(objective__goal__framework=framework)
            .select_related("objective__goal")
            .order_by("objective__goal__number", "objective__number", "number")
        )


class Indicator(models.Model):
    class Direction(models.TextChoices):
        UP = "up", _("up is better")
        DOWN = "down", _("down is better")
        KEEP_AT_OR_ABOVE = "keep_at_or_above", _("keep at or above")
        WITHIN_BAND = "within_band", _("keep within a band")

        def is_behind(self, value, baseline):
            """Whether it is worse than the baseline; a level or a band to be kept has no way."""
            return {self.UP: value < baseline, self.DOWN: value > baseline}.get(self, False)

    class Level(models.TextChoices):
        OUTCOME = "outcome", _("outcome")
        OUTPUT = "output", _("output")

    class Aggregation(models.TextChoices):
        SHARE_YES = "share_yes", _("share of countries that answer yes")
        SUM = "sum", _("sum")
        WEIGHTED_MEAN = "weighted_mean", _("weighted mean")
        RATIO_OF_SUMS = "ratio_of_sums", _("ratio of sums")
        MEAN = "mean", _("mean, one score a country")
        MEDIAN = "median", _("median")
        COUNT_DISTINCT = "count_distinct", _("number of different ones")
        ORG_VALUE = "org_value", _("one value for the whole organisation")

    class Reporter(models.TextChoices):
        COUNTRY = "country", _("countries")
        COUNTRY_VERIFIED = "country_verified", _("countries, verified by the regional bureau")
        SECRETARIAT_AND_COUNTRY = "secretariat_and_country", _("secretariat and countries")
        SECRETARIAT = "secretariat", _("secretariat")
        REGIONAL_BUREAU = "regional_bureau", _("regional bureau")
        PORTAL = "portal", _("this portal")

    class Frequency(models.TextChoices):
        ANNUAL = "annual", _("every year")
        HALF_YEAR = "half_year", _("every half-year")

    ASKED_OF_COUNTRIES = [
        Reporter.COUNTRY,
        Reporter.COUNTRY_VERIFIED,
        Reporter.SECRETARIAT_AND_COUNTRY,
    ]

    # A unit that ends with a scale from 0 or 1, and not with years.
    SCALE = re.compile(r"\b[01] ?[-–] ?(\d+)\Z")

    objective = models.ForeignKey(
        Objective,
        on_delete=models.CASCADE,
        related_name="indicators",
        verbose_name=_("objective"),
    )
    number = models.PositiveSmallIntegerField(
        _("number"),
        validators=[MinValueValidator(1)],
        help_text=_("The last part of its code: 2 in 1.1.2."),
    )
    name = models.CharField(_("name"), max_length=300)
    definition = models.TextField(_("definition"), blank=True)
    is_official = models.BooleanField(
        _("adopted by the organisation"),
        default=False,
        help_text=_("Unticked, every page that shows it says that it is only proposed."),
    )
    unit = models.CharField(_("unit"), max_length=60)
    direction = models.CharField(_("direction"), max_length=20, choices=Direction)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    aggregation = models.CharField(_("aggregation"), max_length=20, choices=Aggregation)
    denominator = models.CharField(_("denominator"), max_length=100, blank=True)
    baseline_kind = models.CharField(
        _("kind of baseline"), max_length=100, blank=True, help_text=_("historical log")
    )
    baseline_value = models.DecimalField(
        _("baseline"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    baseline_year = models.PositiveSmallIntegerField(_("baseline year"), null=True, blank=True)
    baseline_is_provisional = models.BooleanField(_("baseline is provisional"), default=False)
    reporter = models.CharField(_("who reports it"), max_length=30, choices=Reporter)
    source = models.CharField(_("source"), max_length=150, blank=True)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    disaggregation = models.CharField(_("broken down by"), max_length=100, blank=True)
    caution = models.CharField(_("caution"), max_length=300, blank=True)
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("A change between two rounds greater than this needs a note."),
    )

    objects = IndicatorQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["objective", "number"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "number"],
                name="objectives_indicator_number_once",
                violation_error_message=_(
                    "This objective has an indicator with this number already."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def get_absolute_url(self):
        return f"{self.objective.get_absolute_url()}#indicator-{self.number}"

    def clean(self):
        if self.objective_id:
            keep_number(self, self.objective.goal.framework)

    def natural_key(self):
        return (*self.objective.natural_key(), self.number)

    natural_key.dependencies = ["objectives.objective"]

    @property
    def code(self):
        return f"{self.objective.code}.{self.number}"

    def in_unit(self, figure):
        """A figure as people say it: "12 persons", and "3 of 5" where the unit is "score 1-5".

        Units are worded for many, so of one it says "1 (persons)".
        """
        if scale := self.SCALE.search(self.unit):
            return gettext("%(figure)s of %(most)s") % {"figure": figure, "most": scale[1]}
        if str(figure) == "1" and not self.unit.startswith("%"):
            return f"{figure}\u00a0({self.unit})"
        return f"{figure}\u00a0{self.unit}"

    def beside_unit(self, figure):
        """The same where `unit_of_answers` stands at the head: "12", "61.5 %", "3 of 5"."""
        if self.SCALE.search(self.unit):
            return self.in_unit(figure)
        return f"{figure}\u00a0%" if self.unit.startswith("%") else str(figure)

    @property
    def unit_of_answers(self):
        """What has to be said of a country's answers; yes, no and "3 of 5" say it themselves."""
        says_it = self.aggregation == self.Aggregation.SHARE_YES or self.SCALE.search(self.unit)
        return "" if says_it or self.unit == "%" else self.unit

    @property
    def is_asked_of_countries(self):
        return self.reporter in self.ASKED_OF_COUNTRIES


class Target(models.Model):
    """A value to be reached on a date; the latest of an indicator's is its end target."""

    BEHIND = {
        Indicator.Direction.UP: _(
            "Up is better here, so no target may lie below the baseline of %(baseline)s."
        ),
        Indicator.Direction.DOWN: _(
            "Down is better here, so no target may lie above the baseline of %(baseline)s."
        ),
    }

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    date = models.DateField(_("date"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    upper_value = models.DecimalField(
        _("upper value"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("The upper edge, where the indicator is to be kept within a band."),
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["date"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "date"],
                name="objectives_target_date_once",
                violation_error_message=_("This indicator has a target for this date already."),
            ),
            models.CheckConstraint(
                condition=models.Q(upper_value__isnull=True)
                | models.Q(upper_value__gte=models.F("value")),
                name="objectives_target_band_in_order",
                violation_error_message=_("The upper value must not be below the value."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.value} ({self.date})"

    def clean(self):
        """On the page of its indicator, against baseline and direction as they are typed there."""
        indicator = getattr(self, "indicator", None)
        baseline = indicator and indicator.baseline_value
        if self.value is None or baseline is None or indicator.direction not in self.BEHIND:
            return
        if Indicator.Direction(indicator.direction).is_behind(self.value, baseline):
            written = number_format(f"{baseline.normalize():f}", force_grouping=True)
            words = self.BEHIND[indicator.direction] % {"baseline": written}
            raise ValidationError({"value": words})
