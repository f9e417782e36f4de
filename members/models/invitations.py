from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.countries import MemberCountry
from members.models.people import COUNTRY_ROLES, POWER_ROLES, Role, User

# A sign-in of some minutes ago is asked for before one of these is given.
FRESH_ROLES = [*POWER_ROLES, Role.FOCAL_POINT]


def roles_given_by(user, country):
    """The roles to which `user` may invite for a country; without one, for the secretariat."""
    is_own = country is not None and user.country == country
    if user.is_superuser or (user.is_reviewer and not is_own):
        if country is None:
            return [Role.REVIEWER, Role.FRAMEWORK_EDITOR, Role.VIEWER]
        return [Role.FOCAL_POINT, Role.REPORTER, Role.VIEWER]
    return [Role.REPORTER, Role.VIEWER] if is_own and user.is_focal_point else []


class InvitationQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Those of the countries that the person manages, and the secretariat's own."""
        countries = MemberCountry.objects.managed_by(user)
        if user.is_superuser or user.is_reviewer:
            return self.filter(Q(country__in=countries) | Q(country__isnull=True))
        # What the secretariat offers, it takes back.
        return self.filter(country__in=countries, role__in=[Role.REPORTER, Role.VIEWER])

    def pending(self):
        """Neither accepted nor withdrawn; those too whose link is too old."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def confirmed(self):
        return self.filter(~Q(role__in=POWER_ROLES) | Q(confirmed_at__isnull=False))

    def of_power(self):
        """Those that a second person confirms, or has confirmed."""
        return self.filter(role__in=POWER_ROLES)

    def unconfirmed(self):
        """Those that wait for a second person."""
        return self.pending().of_power().filter(confirmed_at__isnull=True)

    def acceptable(self, now):
        return self.pending().confirmed().filter(expires_at__gt=now)

    def to_be_mailed(self, now):
        return self.acceptable(now).filter(mail_after__lte=now).order_by("mail_after", "pk")


class Invitation(models.Model):
    """Somebody is asked to take a role. The link in the mail is kept as its SHA-256 only.

    There is no account before the invited person has set a password; one that exists already
    gets the role when its owner, signed in, accepts.
    """

    LASTS = timedelta(days=7)

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    country = models.ForeignKey(
        MemberCountry,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("member country"),
        null=True,
        blank=True,
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    token_sha256 = models.CharField(_("SHA-256 of the link"), max_length=64, blank=True)
    mail_after = models.DateTimeField(
        _("mailed after"),
        null=True,
        blank=True,
        help_text=_("Empty: there is nothing to send. Nobody tries before."),
    )
    refusals = models.PositiveSmallIntegerField(
        _("refusals"),
        default=0,
        # While the portal is updated, what runs yet of before writes rows without it.
        db_default=0,
        help_text=_("How often the mail server has refused the mail with this link."),
    )
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    account = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("account"),
        null=True,
        blank=True,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="members_invitation_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.VIEWER)
                | Q(role__in=COUNTRY_ROLES, country__isnull=False)
                | Q(role__in=POWER_ROLES, country__isnull=True),
                name="members_invitation_country_fits_role",
            ),
            models.UniqueConstraint(
                fields=["email", "country"],
                condition=Q(
                    country__isnull=False, accepted_at__isnull=True, withdrawn_at__isnull=True
                ),
                name="members_invitation_once_a_country",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(
                    country__isnull=True, accepted_at__isnull=True, withdrawn_at__isnull=True
                ),
                name="members_invitation_once_to_secretariat",
            ),
            models.UniqueConstraint(
                fields=["token_sha256"],
                condition=~Q(token_sha256=""),
                name="members_invitation_token_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, account__isnull=True)
                | Q(accepted_at__isnull=False, account__isnull=False, withdrawn_at__isnull=True),
                name="members_invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_at__isnull=False)
                & Q(confirmed_by__isnull=False)
                & ~Q(confirmed_by=F("invited_by")),
                name="members_invitation_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=POWER_ROLES)
                | Q(accepted_at__isnull=True)
                | Q(confirmed_at__isnull=False),
                name="members_invitation_power_is_confirmed",
            ),
        ]

    def __str__(self):
        return f"{self.email}, {self.get_role_display()}"

    @property
    def needs_confirmation(self):
        return self.role in POWER_ROLES and self.confirmed_at is None

    @property
    def is_pending(self):
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()
