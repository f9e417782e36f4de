import hashlib
from calendar import monthrange
from datetime import UTC, timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.kept import keep
from reporting.models.choices import WITH_THE_COUNTRY, WITH_THE_SECRETARIAT, Status


def shifted(moment, months):
    """The same day so many calendar months later; the last day of a month stays the last.

    31 August and six months are 28 or 29 February, and six more are 31 August again.
    """
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    year = min(years, 9999)
    last = monthrange(year, month + 1)[1]
    was_last = moment.day == monthrange(moment.year, moment.month)[1]
    return moment.replace(
        year=year, month=month + 1, day=last if was_last else min(moment.day, last)
    )


class ReportingRoundQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def opened_by(self, now):
        """Rounds that are open at the instant `now` or were before it."""
        return self.filter(opens_at__lte=now)

    def open_at(self, now):
        return self.filter(opens_at__lte=now, closes_at__gt=now)

    def taking_reports(self, now):
        """Those that are open, or in which a country has more time."""
        open_now = Q(opens_at__lte=now, closes_at__gt=now)
        granted = Q(extensions__state="granted", extensions__granted_until__gt=now)
        return self.filter(open_now | granted).distinct().reverse()

    def before_next_of(self, framework):
        """Those after which the framework's next round comes: its own, or its predecessor's."""
        own = self.filter(framework=framework).order_by("ends_on")
        if own or not framework.predecessor_id:
            return own
        return self.filter(framework=framework.predecessor_id).order_by("ends_on")

    def with_report_counts(self):
        """Adds `handed_in`, `approved` and `in_work`, how many of its reports are so far."""

        def reports(*statuses):
            return Count("reports", filter=Q(reports__status__in=statuses))

        return self.annotate(
            handed_in=reports(*WITH_THE_SECRETARIAT),
            approved=reports(Status.APPROVED),
            in_work=reports(*WITH_THE_COUNTRY),
        ).order_by("-starts_on")


class ReportingRound(models.Model):
    """A period that countries report on, and the instants between which they do.

    The instants are kept in UTC and half-open. From `opens_at` a country writes; a report is
    handed in for the first time before `due_at`, or late with an extension; drafts and
    corrections are taken up to, and not including, `closes_at` or the end of an extension.
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

    def clean(self):
        if self.pk and self.reports.exists():
            keep(self, "slug", _("Receipts and snapshots call this round %(kept)s: it stays so."))

    def natural_key(self):
        return (self.slug,)

    natural_key.dependencies = ["goals.framework"]

    @property
    def stamp(self):
        """Of what a page says of the round: it posts it back, and a change in between shows."""
        instants = [at.isoformat() for at in (self.opens_at, self.due_at, self.closes_at)]
        return hashlib.sha256("|".join([*instants, self.name]).encode()).hexdigest()

    def following(self, framework, zone):
        """The round after this one, not stored: as many months later by the clocks of `zone`."""
        day_after = self.ends_on + timedelta(days=1)
        months = (day_after.year - self.starts_on.year) * 12 + day_after.month
        months = max(months - self.starts_on.month, 1)

        def later(at):
            local = shifted(at.astimezone(zone).replace(tzinfo=None), months)
            return local.replace(tzinfo=zone).astimezone(UTC)

        slug, name = name_of_period(day_after, months)
        return type(self)(
            framework=framework,
            slug=slug,
            name=name,
            starts_on=day_after,
            ends_on=shifted(day_after, months) - timedelta(days=1),
            opens_at=later(self.opens_at),
            due_at=later(self.due_at),
            closes_at=later(self.closes_at),
        )

    def phase(self, now, extended_until=None):
        """Where the round stands, for a country with an extension if that is given."""
        if now < self.opens_at:
            return self.Phase.AHEAD
        if self.takes_first_reports(now, extended_until):
            return self.Phase.OPEN
        if self.takes_reports(now, extended_until):
            return self.Phase.OVERDUE
        return self.Phase.CLOSED

    def takes_reports(self, now, extended_until=None):
        """Whether a country may write drafts and hand in corrections.

        `extended_until` is how much longer this country may, if it may.
        """
        closes_at = max(self.closes_at, extended_until or self.closes_at)
        return self.opens_at <= now < closes_at

    def takes_first_reports(self, now, extended_until=None):
        """Whether a country may hand in a report for the first time: later it is overdue."""
        due_at = max(self.due_at, extended_until or self.due_at)
        return self.opens_at <= now < due_at


def name_of_period(starts_on, months):
    """Short name and name of a period of so many months: "2026-H1", "First half of 2026"."""
    year = starts_on.year
    part, rest = divmod(starts_on.month - 1, months)
    if months == 12 and part == rest == 0:
        return f"{year}", f"{year}"
    if months == 6 and rest == 0:
        name = [_("First half of %(year)s"), _("Second half of %(year)s")][part]
        return f"{year}-H{part + 1}", name % {"year": year}
    if months == 3 and rest == 0:
        name = _("Quarter %(number)s of %(year)s") % {"number": part + 1, "year": year}
        return f"{year}-Q{part + 1}", name
    return f"{starts_on:%Y-%m}", f"{starts_on:%Y-%m}"
