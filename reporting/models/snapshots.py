from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goals.models import Framework
from reporting.models.history import sha256_of


class SnapshotQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(number__isnull=False)

    def waiting(self):
        return self.filter(number__isnull=True)

    def of(self, framework):
        return self.filter(round__framework=framework)

    def shown_to(self, user):
        """Those of frameworks whose figures `user` may see."""
        return self.filter(round__framework__in=Framework.objects.showing_aggregates_to(user))


class Snapshot(models.Model):
    """The figures of a round as they were at one instant; they never change again.

    One person proposes it and another confirms it: then the tallies are copied, with the
    number of countries in each region, and the copy gets a number and a SHA-256. Whatever is
    corrected in reports later, the snapshot says the same. The data base refuses to change
    a confirmed one.
    """

    round = models.ForeignKey(
        "reporting.ReportingRound",
        on_delete=models.PROTECT,
        related_name="snapshots",
        verbose_name=_("round"),
    )
    reason = models.CharField(
        _("what it is for"), max_length=300, help_text=_("The 94th General Assembly.")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    number = models.PositiveIntegerField(_("number"), unique=True, null=True, blank=True)
    content = models.JSONField(_("content"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(number__isnull=True),
                name="reporting_snapshot_proposed_once",
                violation_error_message=_("A snapshot of this round waits to be confirmed."),
            ),
            models.CheckConstraint(
                condition=Q(
                    number__isnull=True,
                    content__isnull=True,
                    sha256="",
                    confirmed_at__isnull=True,
                    confirmed_by__isnull=True,
                )
                | Q(
                    number__isnull=False,
                    content__isnull=False,
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                )
                & ~Q(sha256=""),
                name="reporting_snapshot_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="reporting_snapshot_second_person",
                violation_error_message=_("Another person must confirm it."),
            ),
        ]

    def __str__(self):
        return f"{self.round}, {self.number or _('not confirmed')}"

    @property
    def words(self):
        """What stood beside the figures, as `reporting.frozen` keeps it."""
        return self.content.get("words", {})

    @property
    def is_unchanged(self):
        """Whether the content still has the checksum that it was given."""
        return self.sha256 == sha256_of(self.content)
