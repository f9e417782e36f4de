"""What a dashboard sums up, kept in the transactions that change it.

Only approvals and reopenings do. A row is recounted as a whole from the reports behind it,
so it cannot drift; `manage.py verify_tallies` compares all of them with a recount.
"""

import json
from decimal import Decimal
from itertools import chain

from django.db import connections, models
from django.utils.translation import gettext_lazy as _


class RatingTallyQuerySet(models.QuerySet):
    def figures(self, objectives, rounds, in_full):
        """A tuple for each: objective, round, region, the three counts, ratings, percents, themes,
        quotations.

        The last four are None but for the rounds `in_full`, the last two but for the last of
        these: to parse them would cost the most.
        """
        full = [each.pk for each in in_full] or [None]
        wanted = {"ratings": full, "percents": full}
        wanted |= {"themes": full[-1:], "quotations": full[-1:]}
        columns = ["objective_id", "round_id", "region_id", "reported", "percent_count"]
        columns.append("percent_sum")
        for name, of_rounds in wanted.items():
            columns.append(f"CASE WHEN round_id IN ({marks(of_rounds)}) THEN {name} END")
        params = chain(*wanted.values())
        return [
            (*row[:6], *[each and json.loads(each) for each in row[6:]])
            for row in selected(self, columns, params, objective_id=objectives, round_id=rounds)
        ]


class ValueTallyQuerySet(models.QuerySet):
    def figures(self, indicators, rounds):
        """A tuple for each: indicator, round, region, kinds, values, the two sums, pairs."""
        columns = ["indicator_id", "round_id", "region_id", "kinds", "values"]
        columns = [connections[self.db].ops.quote_name(name) for name in columns]
        columns += ["CAST(numerator AS TEXT)", "CAST(denominator AS TEXT)", "pairs"]
        return [
            (*row[:3], *map(json.loads, row[3:5]), *map(Decimal, row[5:7]), row[7])
            for row in selected(self, columns, (), indicator_id=indicators, round_id=rounds)
        ]


def selected(queryset, columns, params, **among):
    """The rows of the table whose columns are among the given objects' keys.

    Written as SQL because every dashboard asks it, and to have Django write it takes three times
    as long as the answer.
    """
    if not all(among.values()):
        return []
    keys = [[each.pk for each in objects] for objects in among.values()]
    conditions = [f"{name} IN ({marks(of)})" for name, of in zip(among, keys, strict=True)]
    sql = f"SELECT {', '.join(columns)} FROM {queryset.model._meta.db_table}"  # nosec B608
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(f"{sql} WHERE {' AND '.join(conditions)}", [*params, *chain(*keys)])
        return cursor.fetchall()


def marks(values):
    return ", ".join(["%s"] * len(values))


class RatingTally(models.Model):
    """The approved reports of a region's countries on one objective in one round."""

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.CASCADE,
        related_name="rating_tallies",
        verbose_name=_("round"),
    )
    objective = models.ForeignKey(
        "objectives.Objective",
        on_delete=models.CASCADE,
        related_name="rating_tallies",
        verbose_name=_("objective"),
    )
    region = models.ForeignKey(
        "members.Region",
        on_delete=models.CASCADE,
        related_name="rating_tallies",
        verbose_name=_("region"),
    )
    ratings = models.JSONField(
        _("ratings"), default=dict, help_text=_("How many reports gave each rating.")
    )
    percents = models.JSONField(
        _("percentages"), default=list, help_text=_("Those that were given, in order.")
    )
    themes = models.JSONField(
        _("kinds named"),
        default=dict,
        help_text=_(
            "How many reports named each kind of challenge and of next step: "
            "{field: {kind: [reports at risk or off track, others]}}."
        ),
    )
    quotations = models.JSONField(
        _("quotations"),
        default=list,
        help_text=_("The passages that are shown: [key, field, kind, text], the newest first."),
    )
    # Of most rounds a page shows no more than these, and need not read the lists.
    reported = models.PositiveIntegerField(_("reports"), default=0)
    percent_count = models.PositiveIntegerField(_("reports with a percentage"), default=0)
    percent_sum = models.PositiveIntegerField(_("sum of the percentages"), default=0)

    objects = RatingTallyQuerySet.as_manager()

    class Meta:
        ordering = ["round", "objective", "region"]
        verbose_name = _("tally of ratings")
        verbose_name_plural = _("tallies of ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "round", "region"], name="reporting_ratingtally_once"
            ),
        ]

    def __str__(self):
        return f"{self.round_id}, {self.objective_id}, {self.region_id}"

    def count(self, ratings, percents, themes, quotations):
        """Takes over what was counted; `percents` are in order."""
        self.ratings, self.percents, self.themes = ratings, percents, themes
        self.quotations = quotations
        self.reported = sum(ratings.values())
        self.percent_count, self.percent_sum = len(percents), sum(percents)

    @property
    def counted(self):
        """All that is counted in it, to compare it with another count."""
        counts = self.reported, self.percent_count, self.percent_sum
        return *counts, self.ratings, self.percents, self.themes, self.quotations


class ValueTally(models.Model):
    """The answers of a region's countries about one indicator in one round's approved reports."""

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.CASCADE,
        related_name="value_tallies",
        verbose_name=_("round"),
    )
    indicator = models.ForeignKey(
        "objectives.Indicator",
        on_delete=models.CASCADE,
        related_name="value_tallies",
        verbose_name=_("indicator"),
    )
    region = models.ForeignKey(
        "members.Region",
        on_delete=models.CASCADE,
        related_name="value_tallies",
        verbose_name=_("region"),
    )
    kinds = models.JSONField(
        _("kinds of answers"),
        default=dict,
        help_text=_("How many gave a number, said that it does not apply, had no data."),
    )
    values = models.JSONField(
        _("values"), default=list, help_text=_("The numbers that were given, in order.")
    )
    numerator = models.DecimalField(
        _("sum of numerators"), max_digits=24, decimal_places=4, default=0
    )
    denominator = models.DecimalField(
        _("sum of denominators"), max_digits=24, decimal_places=4, default=0
    )
    # An answer to what the indicator asked before may be a number alone.
    pairs = models.PositiveIntegerField(
        _("pairs of numerator and denominator"),
        default=0,
        help_text=_("How many answers gave both."),
    )

    objects = ValueTallyQuerySet.as_manager()

    class Meta:
        ordering = ["round", "indicator", "region"]
        verbose_name = _("tally of values")
        verbose_name_plural = _("tallies of values")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "round", "region"], name="reporting_valuetally_once"
            ),
        ]

    def __str__(self):
        return f"{self.round_id}, {self.indicator_id}, {self.region_id}"


class FiguresVersion(models.Model):
    """Counts the changes of a framework's figures: a page kept from before one is out of date."""

    framework = models.OneToOneField(
        "goals.Framework",
        on_delete=models.CASCADE,
        related_name="figures_version",
        verbose_name=_("framework"),
    )
    number = models.PositiveIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("version of the figures")
        verbose_name_plural = _("versions of the figures")

    def __str__(self):
        return f"{self.framework_id}: {self.number}"
