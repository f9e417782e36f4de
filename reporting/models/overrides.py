from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from objectives.status import Standing
from reporting.models.reports import TEXT_MAX_LENGTH


class StatusOverrideQuerySet(models.QuerySet):
    def latest_of(self, reporting_round, until=None):
        """For a query of indicators: what was set last for each in the round, or None.

        `until` leaves out what was set after that instant.
        """
        found = self.filter(indicator=OuterRef("pk"), round=reporting_round)
        found = found.filter(at__lte=until) if until else found
        said = found.order_by("-pk").values(said=JSONObject(standing="standing", reason="reason"))
        return Subquery(said[:1])


class StatusOverride(models.Model):
    """A status that a person has set beside the computed one, with a reason.

    Rows are only added: the latest counts, and an empty status takes the one before back.
    """

    CHOICES = [
        (standing.value, standing.label)
        for standing in (
            Standing.COMPLETED,
            Standing.ON_TRACK,
            Standing.AT_RISK,
            Standing.OFF_TRACK,
        )
    ]

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="status_overrides",
        verbose_name=_("round"),
    )
    indicator = models.ForeignKey(
        "objectives.Indicator",
        on_delete=models.PROTECT,
        related_name="status_overrides",
        verbose_name=_("indicator"),
    )
    standing = models.CharField(_("status"), max_length=20, choices=CHOICES, blank=True)
    reason = models.TextField(_("reason"), max_length=TEXT_MAX_LENGTH)
    by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    at = models.DateTimeField(_("set at"))

    objects = StatusOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("status set by a person")
        verbose_name_plural = _("statuses set by persons")

    def __str__(self):
        return f"{self.indicator_id}, {self.round_id}: {self.standing}"
