from django.db import models
from django.utils.translation import gettext_lazy as _


class FoldedText(models.Model):
    """What a report says, as the search compares it: see `members.folding`.

    Written in the transaction that writes the report's text. A table of its own, so that no
    other page reads past it.
    """

    report = models.OneToOneField(
        "reporting.ProgressReport",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="folded",
        verbose_name=_("progress report"),
    )
    text = models.TextField(_("folded text"))

    class Meta:
        verbose_name = _("folded text of a report")
        verbose_name_plural = _("folded texts of reports")

    def __str__(self):
        return f"{self.report_id}"
