import zoneinfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.models.countries import MemberCountry


class Role(models.TextChoices):
    REPORTER = "reporter", _("Country reporter")
    FOCAL_POINT = "focal_point", _("Country focal point")
    REVIEWER = "reviewer", _("Secretariat reviewer")
    FRAMEWORK_EDITOR = "framework_editor", _("Framework editor")
    VIEWER = "viewer", _("Viewer")


COUNTRY_ROLES = [Role.REPORTER, Role.FOCAL_POINT]
# Nobody gives one of these alone.
POWER_ROLES = [Role.REVIEWER, Role.FRAMEWORK_EDITOR]


# Two that are no place: what an unset machine has, and whatever this one has.
TIME_ZONES = zoneinfo.available_timezones() - {"Factory", "localtime"}


def validate_time_zone(value):
    if value not in TIME_ZONES:
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def officers_of(self, country):
        """The people who report for a country."""
        return self.filter(
            memberships__country=country, memberships__role__in=COUNTRY_ROLES
        ).distinct()

    def focal_points_of(self, country):
        return self.filter(memberships__country=country, memberships__role=Role.FOCAL_POINT)

    def people_of(self, country):
        """Its officers, and the viewers whom it invited, unless they report for another country."""
        guests = models.Q(
            ~models.Exists(
                Membership.objects.filter(user=models.OuterRef("pk"), country__isnull=False)
            ),
            invitations__country=country,
            memberships__role=Role.VIEWER,
        )
        return self.filter(models.Q(memberships__country=country) | guests).distinct()

    def closable_by(self, user):
        """Whose accounts `user` may close and open again.

        Nobody's own; an administrator's in no such way; those with a role of power are the
        administrator's. A focal point's is the secretariat's, or handed over.
        """
        others = self.exclude(pk=user.pk).exclude(is_superuser=True)
        if user.is_superuser:
            return others
        others = others.exclude(memberships__role__in=POWER_ROLES)
        if user.is_reviewer:
            return others.outside(user.country) if user.country else others
        if user.is_focal_point:
            return others.people_of(user.country).exclude(memberships__role=Role.FOCAL_POINT)
        return self.none()

    def reviewers(self):
        return self.filter(memberships__role=Role.REVIEWER)

    def of_secretariat(self):
        """Whoever has a role of power, and all who are on no country's page."""
        of_countries = Membership.objects.filter(user=models.OuterRef("pk"), country__isnull=False)
        guests = self.filter(memberships__role=Role.VIEWER, invitations__country__isnull=False)
        return self.filter(
            models.Q(is_superuser=True)
            | models.Q(memberships__role__in=POWER_ROLES)
            | ~models.Exists(of_countries) & ~models.Q(pk__in=guests.values("pk"))
        ).distinct()

    def of_two(self):
        """Of whom it takes two to give a role of power, and what else nobody does alone."""
        return (
            self.active()
            .filter(models.Q(is_superuser=True) | models.Q(memberships__role=Role.REVIEWER))
            .distinct()
        )

    def who_confirm(self, invitation):
        """Those who may say the second person's word on it."""
        return self.of_two().exclude(pk=invitation.invited_by_id).exclude(email=invitation.email)

    def who_confirm_proposal(self, proposal):
        able = self.of_two().exclude(pk=proposal.proposed_by_id)
        return able.outside(proposal.country) if proposal.country_id else able

    def outside(self, country):
        return self.exclude(memberships__country=country)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email=self.normalize_email(email))

    @classmethod
    def normalize_email(cls, email):
        """Whole address in lower case: people mix cases, and no provider tells them apart."""
        return (email or "").strip().lower()

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_superuser(self, email, password=None, **fields):
        """What `createsuperuser` calls, on the server: an event without somebody signed in."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        events = user.membership_events
        events.create(kind=events.model.Kind.ADMINISTRATOR, email=user.email)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody with this e-mail address exists already.")},
    )
    name = models.CharField(_("name"), max_length=150)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Deadlines are shown in this time zone, with UTC beside it."),
    )
    wants_digest = models.BooleanField(
        _("one mail a day"),
        default=False,
        help_text=_("Everything of a day in one mail, instead of a mail each."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick this instead of deleting an account.")
    )
    session_generation = models.PositiveIntegerField(
        _("generation of sessions"),
        default=0,
        editable=False,
        help_text=_("One more ends every session of this person."),
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "session_generation"])

    class Meta:
        ordering = ["email"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="members_user_email_is_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def save(self, *args, **kwargs):
        # Django stores each sign-in; that is no change of the account.
        if kwargs.get("update_fields") == ["last_login"]:
            self.skip_history_when_saving = True
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        self.email = type(self).objects.normalize_email(self.email)

    def get_full_name(self):
        return self.name

    get_short_name = get_full_name

    @cached_property
    def held(self):
        """The memberships; of whoever is signed in they come with the account."""
        return list(self.memberships.all())

    @cached_property
    def roles(self):
        return {membership.role for membership in self.held}

    @cached_property
    def country(self):
        """The member country this person reports for, or None."""
        for membership in self.held:
            if membership.country_id:
                return membership.country
        return None

    @property
    def is_reviewer(self):
        return Role.REVIEWER in self.roles

    @property
    def is_focal_point(self):
        return Role.FOCAL_POINT in self.roles

    @property
    def is_framework_editor(self):
        return Role.FRAMEWORK_EDITOR in self.roles

    def _get_session_auth_hash(self, secret=None):
        """Django's compares it at each request: a session ends when one of these has changed."""
        held = sorted(f"{each.role} {each.country_id or ''}" for each in self.held)
        power = "superuser" if self.is_superuser else ""
        parts = [self.password, str(self.session_generation), power, *held]
        return salted_hmac(
            "members.User.session", "|".join(parts), secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def has_power(self):
        """Only an administrator closes such an account, and never on the way of something else."""
        return self.is_superuser or bool(self.roles & set(POWER_ROLES))

    @property
    def manages_secretariat(self):
        """Whether he invites focal points, and to the secretariat's own roles."""
        return self.is_superuser or self.is_reviewer

    @property
    def manages_people(self):
        return self.manages_secretariat or self.is_focal_point

    @property
    def idle_minutes(self):
        """After so many without a request a sign-in is over."""
        return 15 if self.is_staff else 30

    @property
    def signed_in_hours(self):
        """So long at most a sign-in lasts."""
        return 8 if self.is_staff else 12

    @property
    def is_staff(self):
        """Django's word for "may enter the admin": it follows from the roles."""
        return self.is_superuser or self.is_framework_editor


class MembershipQuerySet(models.QuerySet):
    def get_by_natural_key(self, email, role):
        return self.get(user__email=email, role=role)


class Membership(models.Model):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    country = models.ForeignKey(
        MemberCountry,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("member country"),
        null=True,
        blank=True,
        help_text=_("For country reporters and focal points only."),
    )

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["user", "role"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="members_membership_role_once",
                violation_error_message=_("This person has this role already."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(country__isnull=False),
                name="members_membership_one_country",
                violation_error_message=_("A person reports for one country, in one role."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="members_membership_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=COUNTRY_ROLES, country__isnull=False)
                | (~models.Q(role__in=COUNTRY_ROLES) & models.Q(country__isnull=True)),
                name="members_membership_country_fits_role",
                violation_error_message=_(
                    "A reporter and a focal point need a member country; other roles have none."
                ),
            ),
        ]

    def __str__(self):
        if self.country_id:
            return f"{self.user}: {self.get_role_display()}, {self.country}"
        return f"{self.user}: {self.get_role_display()}"

    def natural_key(self):
        return (self.user.email, self.role)

    natural_key.dependencies = ["members.user", "members.membercountry"]
