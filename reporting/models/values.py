from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from objectives.models import Indicator
from reporting.models.reports import TEXT_MAX_LENGTH


class IndicatorValue(models.Model):
    """What a report says about one indicator: a number, a reason for none, or "no data"."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("Number")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        NO_DATA = "no_data", _("No data")

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

    @property
    def in_words(self):
        """The answer as a page shows it: "61.5 (8 of 13)", "Not applicable"."""
        if self.value is None:
            return self.get_kind_display()
        if self.indicator.aggregation == Indicator.Aggregation.SHARE_YES:
            return _("Yes") if self.value else _("No")
        value = f"{self.value.normalize():f} {self.indicator.unit}"
        if self.denominator is None:
            return value
        return _("%(value)s (%(numerator)s of %(denominator)s)") % {
            "value": value,
            "numerator": f"{self.numerator.normalize():f}",
            "denominator": f"{self.denominator.normalize():f}",
        }

    def content(self):
        return {
            "indicator": self.indicator.code,
            "name": self.indicator.name,
            "kind": self.kind,
            **{
                name: None if number is None else f"{number:.4f}"
                for name, number in [
                    ("value", self.value),
                    ("numerator", self.numerator),
                    ("denominator", self.denominator),
                ]
            },
            "note": self.note,
        }
