from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkbookUploadQuerySet(models.QuerySet):
    def acceptable_by(self, user):
        """A person accepts what he has uploaded himself, for the country that he reports for."""
        if not user.is_authenticated or not user.country:
            return self.none()
        return self.filter(uploaded_by=user, country=user.country)


class WorkbookUpload(models.Model):
    """A filled-in workbook after its dry run: what it would change, until that is accepted."""

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="workbook_uploads",
        verbose_name=_("round"),
    )
    country = models.ForeignKey(
        "members.MemberCountry",
        on_delete=models.PROTECT,
        related_name="workbook_uploads",
        verbose_name=_("member country"),
    )
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    changes = models.JSONField(_("changes"))
    errors = models.JSONField(_("errors"))
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")

    def __str__(self):
        return self.file_name
