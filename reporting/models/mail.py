from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members.models import Membership, MembershipEvent, Role
from members.models.people import COUNTRY_ROLES

# How the key of a mail begins that tells of one step of several reports.
OF_SEVERAL = "events-"
# And of one about somebody's account: that too of a closed one, which gets no other.
OF_ACCOUNTS = "account-"


class MailQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at__isnull=True)

    def given_up(self):
        return self.filter(given_up_at__isnull=False)

    def waiting(self):
        """What is to be sent by itself, now or later."""
        return self.unsent().filter(given_up_at__isnull=True, waits_for_digest=False)

    def outlived(self):
        """What was written to somebody for a role that has been taken from him since.

        Of his own account he is told all the same.
        """
        held = Membership.objects.filter(user=OuterRef("person"))
        taken = MembershipEvent.objects.filter(
            kind=MembershipEvent.Kind.TAKEN,
            person=OuterRef("recipient"),
            at__gte=OuterRef("created_at"),
        )
        # Who hands over remains an officer of the country; who reports for another now is none.
        as_officer = taken.filter(role__in=COUNTRY_ROLES).exclude(
            Exists(held.filter(country=OuterRef("country")))
        )
        as_reviewer = taken.filter(role=Role.REVIEWER).exclude(
            Exists(held.filter(role=OuterRef("role")))
        )
        unsent = self.unsent().exclude(key__startswith=OF_ACCOUNTS)
        # Of a single report its officers are told and no reviewer; other roles get no mails.
        return unsent.filter(Exists(as_officer) | Q(Exists(as_reviewer), report__isnull=True))

    def for_digests(self):
        return self.unsent().filter(waits_for_digest=True, recipient__is_active=True)

    def due(self, now):
        """What may be sent at the instant `now`, and in which order.

        Of several mails about one report a person gets the first first: the later ones wait.
        One of several reports is bound to none of them: it waits for all that tells the person
        of any report, and all that tells of any waits for it.
        """
        earlier = Mail.objects.waiting().filter(
            pk__lt=OuterRef("pk"), recipient=OuterRef("recipient")
        )
        of_several = Q(key__startswith=OF_SEVERAL)
        of_reports = of_several | Q(report__isnull=False)
        due = self.waiting().filter(Q(send_after__isnull=True) | Q(send_after__lte=now))
        due = due.filter(
            ~Exists(earlier.filter(report=OuterRef("report"))),
            ~of_reports | ~Exists(earlier.filter(of_several)),
            ~of_several | ~Exists(earlier.filter(of_reports)),
            Q(recipient__is_active=True) | Q(key__startswith=OF_ACCOUNTS),
        )
        return due.order_by(F("send_after").asc(nulls_first=True), "pk")


class Mail(models.Model):
    """A message that waits to be sent.

    It is written in the transaction of the event that it tells of: an event
    that is rolled back sends none, and a crash after the commit loses none.
    """

    key = models.CharField(
        _("key"),
        max_length=100,
        unique=True,
        help_text=_("What it tells of and to whom: the same thing is told once."),
    )
    recipient = models.ForeignKey(
        "members.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("recipient")
    )
    address = models.EmailField(
        _("other address"),
        blank=True,
        default="",
        # While the portal is updated, what runs yet of before writes rows without it.
        db_default="",
        help_text=_("One that was the recipient's before; empty: the one that is now."),
    )
    report = models.ForeignKey(
        "reporting.ProgressReport",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("report"),
        null=True,
        blank=True,
        help_text=_("What it tells of; a person gets the mails about one report in their order."),
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    html = models.TextField(_("body as HTML"), blank=True)
    waits_for_digest = models.BooleanField(
        _("waits for the mail of the day"),
        default=False,
        help_text=_("It is told in the recipient's daily mail and never sent by itself."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    send_after = models.DateTimeField(
        _("sent again after"),
        null=True,
        blank=True,
        help_text=_("Nobody tries before: it is being sent, or was put off."),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        default=0,
        help_text=_("How often the mail server took or refused it; silence is not counted."),
    )
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(
                fields=["recipient", "report"],
                condition=Q(sent_at__isnull=True),
                name="reporting_mail_unsent",
            ),
        ]

    def __str__(self):
        return self.subject
