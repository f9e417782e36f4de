from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.row_security import asker_of

KEPT_FOR = timedelta(days=1)
# Who makes one writes down how far he is after each part; longer silence is the end of him.
SILENT_FOR = timedelta(minutes=5)
MOST_AN_HOUR = 10


def asked_as(user):
    return " ".join(asker_of(user)).strip()


class BookQuerySet(models.QuerySet):
    def of(self, user):
        """His own, made for the roles that he still has."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(asked_by=user, asked_as=asked_as(user))

    def unfinished(self):
        return self.filter(finished_at__isnull=True)

    def since(self, at):
        return self.filter(asked_at__gt=at)

    def free_at(self, at):
        """Those that nobody makes, or that somebody has left in the middle."""
        return self.unfinished().filter(Q(heard_at__isnull=True) | Q(heard_at__lt=at - SILENT_FOR))

    def expired(self, at):
        return self.filter(asked_at__lt=at - KEPT_FOR)


class Book(models.Model):
    """What takes too long to be waited for, made by a task; gone after a day."""

    class Kind(models.TextChoices):
        BRIEFS = "briefs", _("All briefs and figures of a framework, as one archive")
        REPORTS = "reports", _("Reports with what they say, as a workbook")

    asked_by = models.ForeignKey(
        "members.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("asked for by")
    )
    asked_as = models.CharField(
        _("roles and country then"),
        max_length=100,
        blank=True,
        help_text=_("Whoever has others now may not read what this says any more."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BRIEFS)
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    framework = models.ForeignKey(
        "goals.Framework", on_delete=models.CASCADE, related_name="+", verbose_name=_("framework")
    )
    query = models.CharField(
        _("filter"), max_length=200, blank=True, help_text=_("As a page's address has it.")
    )
    done = models.PositiveIntegerField(_("parts that are done"), default=0)
    parts = models.PositiveIntegerField(_("parts"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    has_failed = models.BooleanField(_("failed"), default=False)
    content = models.BinaryField(_("content"), null=True, blank=True)

    objects = BookQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("book")
        verbose_name_plural = _("books")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["briefs", "reports"]), name="reporting_book_kind_known"
            ),
            models.UniqueConstraint(
                fields=["asked_by"],
                condition=Q(finished_at__isnull=True),
                name="reporting_book_one_at_a_time",
                violation_error_message=_("One that you have asked for is being made."),
            ),
        ]

    def __str__(self):
        return f"{self.framework_id}, {self.done} of {self.parts}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.asked_as = asked_as(self.asked_by)
        super().save(*args, **kwargs)

    @property
    def is_ready(self):
        return self.finished_at is not None and not self.has_failed

    @property
    def expires_at(self):
        return self.asked_at + KEPT_FOR
