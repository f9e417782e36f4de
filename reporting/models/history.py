import hashlib
import json
import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from reporting.models.choices import Status
from reporting.models.reports import ProgressReport

CANONICAL_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(content):
    """SHA-256, in hex, of JSON with sorted keys, no spaces, in UTF-8."""
    return hashlib.sha256(CANONICAL_JSON.encode(content).encode()).hexdigest()


def receipt_number(report, number):
    """`2025-H2-FR-1.1-2`: what was submitted, by whom, and the how-manieth time."""
    return f"{report.round.slug}-{report.country.iso2}-{report.objective.code}-{number}"


def field_label(name):
    """What a field of a report is called, by its name or by an indicator's code."""
    if name in ProgressReport.CONTENT_FIELDS:
        return ProgressReport._meta.get_field(name).verbose_name
    if name == "evidence":
        return _("evidence")
    return _("indicator %(code)s") % {"code": name}


def in_order(name):
    """Sorts names of fields as a report has them, then the indicators, then the evidence."""
    if name in ProgressReport.CONTENT_FIELDS:
        return 0, ProgressReport.CONTENT_FIELDS.index(name), []
    codes = [int(part) for part in re.findall(r"[0-9]{1,9}", name)]
    return 2 if name == "evidence" else 1, 0, codes


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who may read a report may read what was submitted of it."""
        return self.filter(report__in=ProgressReport.objects.visible_to(user))

    def known_to(self, user):
        """Those of whose report `user` knows the history, and may read it.

        Copies that were returned stay between the country and the reviewers: others who read what
        is approved read that copy alone.
        """
        known = self.visible_to(user).filter(
            report__in=ProgressReport.objects.states_visible_to(user)
        )
        if user.is_reviewer:
            return known
        own = models.Q(report__country=user.country) if user.country else models.Q(pk__in=[])
        return known.filter(own | ~models.Exists(later_ones()))

    def last_ones(self):
        """The last submission of each report, in the order of the objectives."""
        return self.filter(~models.Exists(later_ones())).order_by(
            "report__objective__goal__number", "report__objective__number"
        )


def later_ones():
    """What was submitted of the same report after the submission that is asked about."""
    return Submission.objects.filter(
        report=models.OuterRef("report"), number__gt=models.OuterRef("number")
    )


class Submission(models.Model):
    """The n-th copy of a report as it was submitted. It never changes."""

    report = models.ForeignKey(
        ProgressReport,
        on_delete=models.PROTECT,
        related_name="submissions",
        verbose_name=_("report"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    receipt_number = models.CharField(_("receipt number"), max_length=60, unique=True)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    submitted_at = models.DateTimeField(_("submitted at"))
    submitted_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("submitted by"),
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="reporting_submission_number_once"
            ),
        ]

    def __str__(self):
        return self.receipt_number


class ReportEventQuerySet(models.QuerySet):
    def returns(self):
        """Those that gave a report back to its country, with the reason."""
        return self.filter(kind__in=ReportEvent.GAVE_BACK)


class ReportEvent(models.Model):
    """One step in a report's history. Rows are only ever added.

    `hash` covers the row and the hash of the one before it, so a row that is
    changed or taken out later no longer fits its neighbours.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("Created")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned for correction")
        APPROVED = "approved", _("Approved")
        REOPENED = "reopened", _("Reopened")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    GAVE_BACK = [Kind.RETURNED, Kind.REOPENED]

    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, related_name="events", verbose_name=_("report")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("event"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    from_status = models.CharField(_("from"), max_length=10, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=10, choices=Status)
    comment = models.TextField(_("comment"), blank=True)
    field_comments = models.JSONField(
        _("comments on single fields"),
        null=True,
        blank=True,
        help_text=_("By the name of the field or the code of the indicator."),
    )
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("submission"),
        null=True,
        blank=True,
    )
    previous_hash = models.CharField(_("hash of the event before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    objects = ReportEventQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        verbose_name = _("report event")
        verbose_name_plural = _("report events")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="reporting_reportevent_number_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def commented_fields(self):
        """(label, comment) of each field that the reviewer commented on."""
        comments = self.field_comments or {}
        return [(field_label(name), comments[name]) for name in sorted(comments, key=in_order)]

    def computed_hash(self):
        return sha256_of(
            {
                "report": self.report_id,
                "number": self.number,
                "kind": self.kind,
                # Whole microseconds since 1970: no time zone, no rounding.
                "at": round(self.at.timestamp() * 1_000_000),
                "by": self.by_id,
                "from_status": self.from_status,
                "to_status": self.to_status,
                "comment": self.comment,
                # Its hash, not its key: so the chain vouches for what was submitted too.
                "submission": self.submission.sha256 if self.submission else None,
                "previous_hash": self.previous_hash,
                # Only where there are any: the hashes of older events stay what they are.
                **({"field_comments": self.field_comments} if self.field_comments else {}),
            }
        )
