from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from objectives.models import Indicator
from reporting.models.reports import TEXT_MAX_LENGTH


def in_figures(number, places=4):
    """A number as its reader writes it: 1,234.5 in English, rounded only to so many places."""
    number = Decimal(f"{round(number, places).normalize():f}")
    return formats.number_format(number, use_l10n=True, force_grouping=True)


class IndicatorValue(models.Model):
    """What a report says about one indicator: a number, a reason for none, or "no data"."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("Number")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        NO_DATA = "no_data", _("No data")

    NUMBERS = ["value", "numerator", "denominator"]
    # What a country says; the rest is of what it speaks.
    CONTENT_FIELDS = ["kind", *NUMBERS, "note"]

    report = models.ForeignKey(
        "reporting.ProgressReport",
        on_delete=models.CASCADE,
        related_name="indicator_values",
        verbose_name=_("report"),
    )
    indicator = models.ForeignKey(
        "objectives.Indicator",
        on_delete=models.PROTECT,
        related_name="values",
        verbose_name=_("indicator"),
    )
    kind = models.CharField(_("kind of answer"), max_length=20, choices=Kind)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(
        _("numerator"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("denominator"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    note = models.TextField(_("reason or note"), max_length=TEXT_MAX_LENGTH, blank=True)

    class Meta:
        ordering = ["indicator__number"]
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"], name="reporting_indicatorvalue_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="number", value__isnull=False)
                | Q(kind="not_applicable", value__isnull=True) & ~Q(note="")
                | Q(kind="no_data", value__isnull=True),
                name="reporting_indicatorvalue_kind_fits",
                violation_error_message=_(
                    "Give a number, or say why it does not apply, or that there is no data."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}: {self.get_kind_display()}"

    @classmethod
    def are_alike(cls, one, other):
        """Whether two answers, or None for none, say the same."""
        return [getattr(one, name, None) for name in cls.CONTENT_FIELDS] == [
            getattr(other, name, None) for name in cls.CONTENT_FIELDS
        ]

    @property
    def in_words(self):
        """The answer as a page shows it: "61.5 % of cases (8 of 13)", "Not applicable"."""
        return self._said(self.indicator.in_unit)

    @property
    def beside_unit(self):
        """The same where the head of its row says the unit: "61.5 % (8 of 13)"."""
        return self._said(self.indicator.beside_unit)

    def _said(self, in_unit):
        if self.value is None:
            return self.get_kind_display()
        if self.indicator.aggregation == Indicator.Aggregation.SHARE_YES:
            return _("Yes") if self.value else _("No")
        if self.denominator is None:
            return in_unit(in_figures(self.value))
        places = 1 if self.indicator.unit.startswith("%") else 2
        return _("%(value)s (%(numerator)s of %(denominator)s)") % {
            "value": in_unit(in_figures(self.value, places)),
            "numerator": in_figures(self.numerator),
            "denominator": in_figures(self.denominator),
        }

    def needs_note(self, before):
        """Why the answer needs a note, in words, or None; `before` is the last value."""
        if None not in (self.numerator, self.denominator) and self.numerator > self.denominator:
            return _("The numerator is greater than the denominator: say why in the note.")
        tolerance = self.indicator.tolerance
        if self.value is None or before is None or tolerance is None:
            return None
        if abs(self.value - before) > tolerance:
            return _(
                "The value was %(before)s before; a change of more than %(tolerance)s needs a note."
            ) % {
                "before": in_figures(before, 1 if self.denominator else 4),
                "tolerance": in_figures(tolerance),
            }
        return None

    def content(self):
        return {
            "indicator": self.indicator.code,
            "name": self.indicator.name,
            "kind": self.kind,
            **{
                name: None if getattr(self, name) is None else f"{getattr(self, name):.4f}"
                for name in self.NUMBERS
            },
            "note": self.note,
        }


class SecretariatValue(models.Model):
    """What the secretariat holds about one of its own indicators for a round.

    Countries are shown it and never asked for it.
    """

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="secretariat_values",
        verbose_name=_("round"),
    )
    indicator = models.ForeignKey(
        "objectives.Indicator",
        on_delete=models.PROTECT,
        related_name="secretariat_values",
        verbose_name=_("indicator"),
    )
    value = models.DecimalField(
        _("value"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Empty: there is no data."),
    )
    numerator = models.DecimalField(
        _("numerator"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("denominator"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    note = models.TextField(_("note"), max_length=TEXT_MAX_LENGTH, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["round", "indicator"]
        verbose_name = _("value of the secretariat")
        verbose_name_plural = _("values of the secretariat")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "indicator"],
                name="reporting_secretariatvalue_once",
                violation_error_message=_("There is a value for this round already."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}, {self.round}"
