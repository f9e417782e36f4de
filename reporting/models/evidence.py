from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reporting.models.reports import ProgressReport


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who may see what supports a report: its country, and the secretariat once it is in."""
        if not user.is_authenticated:
            return self.none()
        allowed = Q(report__country=user.country) if user.country else Q(pk__in=[])
        if user.is_reviewer:
            reports = ProgressReport.objects.visible_to(user)
            allowed |= Q(report__in=reports, submitted=True)
        return self.filter(allowed)

    def shown(self, report, user):
        """What supports the report, as far as `user` may see it, with who added it."""
        found = self.visible_to(user).filter(report=report.pk) if report.pk else self.none()
        return found.select_related("added_by")

    def files(self):
        return self.exclude(sha256="")


class Evidence(models.Model):
    """A file or a link that supports a report. What was submitted once stays as it is.

    A file is kept under the SHA-256 of its content, so two of the same are one.
    """

    report = models.ForeignKey(
        ProgressReport,
        on_delete=models.PROTECT,
        related_name="evidence",
        verbose_name=_("report"),
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(
        _("link"), max_length=500, blank=True, validators=[URLValidator(["https", "http"])]
    )
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    media_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}\Z")],
    )
    submitted = models.BooleanField(_("part of a submission"), default=False)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    added_by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=(Q(url="", size__gt=0) & ~Q(sha256="") & ~Q(file_name=""))
                | (~Q(url="") & Q(sha256="", file_name="", size=0)),
                name="reporting_evidence_file_or_link",
                violation_error_message=_("Evidence is a file or a link."),
            ),
            models.UniqueConstraint(
                fields=["report", "sha256"],
                condition=~Q(sha256=""),
                name="reporting_evidence_file_once",
                violation_error_message=_("This file is there already."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def kind(self):
        """`PDF`, `DOCX`; of a link, nothing."""
        return self.file_name.rpartition(".")[2].upper()

    def content(self):
        """What a submission freezes of it."""
        return {
            "title": self.title,
            "url": self.url,
            "file_name": self.file_name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }
