from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PostedForm(models.Model):
    """A form that was posted and acted upon, by the token that was drawn when it was rendered.

    Posting it again finds this row and gets the same answer; nothing is done twice.
    """

    user = models.ForeignKey(
        "members.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )
    token = models.UUIDField(_("token"))
    sha256 = models.CharField(
        _("SHA-256"), max_length=64, help_text=_("Of address and fields: what was posted.")
    )
    answer = models.CharField(_("answer"), max_length=500, help_text=_("Where it led."))
    posted_at = models.DateTimeField(_("posted at"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("posted form")
        verbose_name_plural = _("posted forms")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token", "sha256"], name="reporting_postedform_once"
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.posted_at:%Y-%m-%d %H:%M}"
