from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models.countries import MemberCountry
from members.models.people import Role, User


class MembershipEvent(models.Model):
    """Who gave or took whom which role, when and why. The data base refuses any change of it."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("Invited")
        CONFIRMED = "confirmed", _("Confirmed by a second person")
        RESENT = "resent", _("Invitation sent again")
        WITHDRAWN = "withdrawn", _("Invitation withdrawn")
        GIVEN = "given", _("Role given")
        TAKEN = "taken", _("Role taken")
        HANDED_OVER = "handed_over", _("Handed over")
        DEACTIVATED = "deactivated", _("Account deactivated")
        REACTIVATED = "reactivated", _("Account opened again")
        ADMINISTRATOR = "administrator", _("Made an administrator")
        NO_ADMINISTRATOR = "no_administrator", _("No longer an administrator")
        ADDRESS = "address", _("E-mail address changed")
        REOPENING_PROPOSED = "reopening_proposed", _("Proposed to open the account again")
        OFFICER_PROPOSED = "officer_proposed", _("Proposed to let the only officer submit")
        PROPOSAL_WITHDRAWN = "proposal_withdrawn", _("Proposal withdrawn")
        ONLY_OFFICER = "only_officer", _("Only officer may submit")
        NO_ONLY_OFFICER = "no_only_officer", _("Only officer may no longer submit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
        help_text=_("Empty: by a command on the server."),
    )
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="membership_events",
        verbose_name=_("person"),
        null=True,
        blank=True,
        help_text=_("Empty while there is no account yet, and where it is about a country."),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    country = models.ForeignKey(
        MemberCountry,
        on_delete=models.PROTECT,
        related_name="membership_events",
        verbose_name=_("member country"),
        null=True,
        blank=True,
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of roles")
        verbose_name_plural = _("changes of roles")
        indexes = [models.Index(fields=["by", "at"], name="members_event_by_at")]

    def __str__(self):
        what = self.get_kind_display()
        return f"{what}: {self.email}" if self.email else what

    @property
    def about(self):
        """The name or address of whom it is about, or the country whose rule it is."""
        return self.person.name if self.person else self.email or self.country.name

    @property
    def by_whom(self):
        return self.by.name if self.by else gettext("the operator of the server")
