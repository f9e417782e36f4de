from django.db import models
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at__isnull=True)


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
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self):
        return self.subject
