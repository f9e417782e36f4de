from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class ReportingRoundQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def opened_by(self, now):
        """Rounds that are open at the instant `now` or were before it."""
        return self.filter(opens_at__lte=now)

    def open_at(self, now):
        return self.filter(opens_at__lte=now, closes_at__gt=now)


class ReportingRound(models.Model):
    """A period that countries report on, and the instants between which they do.

    The instants are kept in UTC and half-open: a round takes reports from `opens_at`
    up to, and not including, `closes_at`; after `due_at` they are late.
    """

    class Phase(models.TextChoices):
        AHEAD = "ahead", _("Not open yet")
        OPEN = "open", _("Open")
        OVERDUE = "overdue", _("Open, past its due date")
        CLOSED = "closed", _("Closed")

    framework = models.ForeignKey(
        "goals.Framework",
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("framework"),
    )
    slug = models.CharField(
        _("short name"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+\Z")],
        help_text=_("Stands in addresses: 2025-H2."),
    )
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("period starts on"))
    ends_on = models.DateField(_("period ends on"))
    opens_at = models.DateTimeField(_("opens at"))
    due_at = models.DateTimeField(_("due at"))
    closes_at = models.DateTimeField(_("closes at"))

    objects = ReportingRoundQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["starts_on"]
        verbose_name = _("reporting round")
        verbose_name_plural = _("reporting rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "starts_on"],
                name="reporting_round_starts_once",
                violation_error_message=_(
                    "This framework has a round that starts on this day already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="reporting_round_period_in_order",
                violation_error_message=_("The period must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("due_at"), due_at__lte=F("closes_at")),
                name="reporting_round_opens_due_closes",
                violation_error_message=_(
                    "A round must open before it is due, and be due before it closes."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["goals.framework"]

    def phase(self, now):
        if now < self.opens_at:
            return self.Phase.AHEAD
        if now < self.due_at:
            return self.Phase.OPEN
        if now < self.closes_at:
            return self.Phase.OVERDUE
        return self.Phase.CLOSED

    def takes_reports(self, now):
        return self.opens_at <= now < self.closes_at
