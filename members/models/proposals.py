from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.countries import MemberCountry
from members.models.people import User


class ProposalQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Those on which the person may say a word: nobody decides about his own country's."""
        if not user.manages_secretariat:
            return self.none()
        if user.country is None:
            return self
        return self.exclude(~Q(proposed_by=user), country=user.country)

    def waiting(self):
        """Neither confirmed nor withdrawn."""
        return self.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True)


class Proposal(models.Model):
    """What an administrator may want and nobody does alone, beside giving a role by invitation.

    It is done in the moment in which a second person confirms it, and not before.
    """

    class Kind(models.TextChoices):
        REOPENING = "reopening", _("open the account again")
        ONLY_OFFICER = "only_officer", _("let the only officer submit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("person"),
        null=True,
        blank=True,
        help_text=_("Whose account is to be opened again."),
    )
    country = models.ForeignKey(
        MemberCountry,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("member country"),
        null=True,
        blank=True,
        help_text=_("Whose people it is about. Empty: the secretariat's."),
    )
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reopening", person__isnull=False)
                | Q(kind="only_officer", person__isnull=True, country__isnull=False),
                name="members_proposal_about_whom",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(
                    person__isnull=False, confirmed_at__isnull=True, withdrawn_at__isnull=True
                ),
                name="members_proposal_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["country"],
                condition=Q(
                    kind="only_officer", confirmed_at__isnull=True, withdrawn_at__isnull=True
                ),
                name="members_proposal_once_a_country",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_at__isnull=False, withdrawn_at__isnull=True)
                & Q(confirmed_by__isnull=False)
                & ~Q(confirmed_by=F("proposed_by")),
                name="members_proposal_confirmed_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.about}: {self.get_kind_display()}"

    @property
    def about(self):
        return self.person or self.country

    @property
    def is_waiting(self):
        return self.confirmed_at is None and self.withdrawn_at is None
