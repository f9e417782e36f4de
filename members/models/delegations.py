from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.countries import MemberCountry
from members.models.people import User


class SignOff(models.TextChoices):
    """As what a person hands in a report."""

    FOCAL_POINT = "focal_point", _("focal point")
    DELEGATE = "delegate", _("delegate of the focal point")
    ONLY_OFFICER = "only_officer", _("only officer of the country")
    SECRETARIAT = "secretariat", _("secretariat, on behalf of the country")


class DelegationQuerySet(models.QuerySet):
    def in_force(self, now):
        return self.filter(begins_at__lte=now, ends_at__gt=now)

    def acting_for(self, country, now):
        """Those in force between people who are still the country's: nobody lends what he lost."""
        focal_points = User.objects.active().focal_points_of(country)
        officers = User.objects.active().officers_of(country)
        return (
            self.of(country).in_force(now).filter(given_by__in=focal_points, given_to__in=officers)
        )

    def of(self, country):
        """Those of a country, each with its two people."""
        return self.filter(country=country).select_related("given_by", "given_to")


class Delegation(models.Model):
    """A focal point lets a colleague of his country submit in his place, until an instant.

    Half-open like every period here: it ends at, and not after, `ends_at`. Taking it back
    sets that instant to now; a row is never deleted.
    """

    country = models.ForeignKey(
        MemberCountry,
        on_delete=models.PROTECT,
        related_name="delegations",
        verbose_name=_("member country"),
    )
    given_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="delegations_given",
        verbose_name=_("given by"),
    )
    given_to = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="delegations_received",
        verbose_name=_("given to"),
    )
    begins_at = models.DateTimeField(_("begins at"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends at"))

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("begins_at")),
                name="members_delegation_in_order",
                violation_error_message=_("A delegation must end after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(given_by=F("given_to")),
                name="members_delegation_to_another",
                violation_error_message=_("Name a colleague, not yourself."),
            ),
        ]

    def __str__(self):
        return f"{self.given_to}, {self.country}"


def sign_off_of(user, now):
    """As what `user` may hand in reports of his country at the instant `now`, or None."""
    if not user.country:
        return None
    if user.is_focal_point:
        return SignOff.FOCAL_POINT
    if user.country.single_officer_reason:
        return SignOff.ONLY_OFFICER
    if user.delegations_received.acting_for(user.country, now).exists():
        return SignOff.DELEGATE
    return None
