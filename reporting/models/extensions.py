from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reporting.models.reports import TEXT_MAX_LENGTH


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated:
            return self.none()
        if user.is_reviewer:
            return self.all()
        return self.filter(country=user.country) if user.country else self.none()

    def waiting(self):
        return self.filter(state=Extension.State.ASKED)

    def decidable_by(self, user):
        """Those that wait for an answer, but for one's own country's."""
        if not user.is_authenticated or not user.is_reviewer:
            return self.none()
        waiting = self.waiting()
        return waiting.exclude(country=user.country) if user.country else waiting

    def in_force(self, reporting_round, now):
        """Those by which a country may still report in the round."""
        return self.filter(
            round=reporting_round, state=Extension.State.GRANTED, granted_until__gt=now
        )

    def until(self, reporting_round, country):
        """The instant up to which the country may report late, or None."""
        granted = self.filter(round=reporting_round, country=country, state=Extension.State.GRANTED)
        return granted.aggregate(models.Max("granted_until"))["granted_until__max"]


class Extension(models.Model):
    """More time for one country in one round: asked for with a reason, granted or refused.

    The secretariat may also grant one that nobody asked for; it then asks and grants at once.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="extensions",
        verbose_name=_("round"),
    )
    country = models.ForeignKey(
        "members.MemberCountry",
        on_delete=models.PROTECT,
        related_name="extensions",
        verbose_name=_("member country"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    reason = models.TextField(_("reason"), max_length=TEXT_MAX_LENGTH)
    asked_until = models.DateTimeField(_("asked until"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    asked_by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    granted_until = models.DateTimeField(_("granted until"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=TEXT_MAX_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "country"],
                condition=Q(state="asked"),
                name="reporting_extension_asked_once",
                violation_error_message=_("An extension has been asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True, granted_until__isnull=True)
                | Q(state="granted", answered_at__isnull=False, granted_until__isnull=False)
                | Q(state="refused", answered_at__isnull=False, granted_until__isnull=True),
                name="reporting_extension_state_fits",
            ),
        ]

    def __str__(self):
        return f"{self.country}, {self.round}"
