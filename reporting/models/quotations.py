from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

QUOTATION_MAX_LENGTH = 400


class QuotationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(confirmed_at__isnull=True, taken_back_at__isnull=True)

    def live(self):
        """Those that are shown, wherever enough countries stand behind them."""
        return self.filter(confirmed_at__isnull=False, taken_back_at__isnull=True)

    def decidable_by(self, reports):
        """Those from `reports`, the ones that somebody may review."""
        return self.filter(submission__report__in=reports)

    def of_country(self, country):
        return self.filter(submission__report__country=country)

    def with_names(self):
        return self.select_related(
            "submission__report__round__framework",
            "submission__report__objective__goal__framework",
            "submission__report__country__region",
            "chosen_by",
            "confirmed_by",
            "taken_back_by",
        )


class Quotation(models.Model):
    """A passage of an approved report that is shown without its country's name.

    One reviewer chooses it and another confirms it. It stands word for word in the submission
    that was approved; when that report is reopened, it is taken back.
    """

    class Field(models.TextChoices):
        CHALLENGES = "challenges", _("challenges")
        NEXT_STEPS = "next_steps", _("next steps")

    # Beside each text the choice that says what kind it is.
    KINDS = {Field.CHALLENGES: "main_challenge", Field.NEXT_STEPS: "main_next_step"}

    submission = models.ForeignKey(
        "reporting.Submission",
        on_delete=models.PROTECT,
        related_name="quotations",
        verbose_name=_("submission"),
    )
    field = models.CharField(_("from"), max_length=20, choices=Field)
    text = models.CharField(_("passage"), max_length=QUOTATION_MAX_LENGTH)
    chosen_at = models.DateTimeField(_("chosen at"))
    chosen_by = models.ForeignKey(
        "members.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("chosen by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        "members.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
    )
    taken_back_reason = models.CharField(_("why it was taken back"), max_length=300, blank=True)

    objects = QuotationQuerySet.as_manager()

    class Meta:
        ordering = ["-chosen_at", "-pk"]
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "field", "text"],
                condition=Q(taken_back_at__isnull=True),
                name="reporting_quotation_once",
                violation_error_message=_("This passage has been chosen already."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="reporting_quotation_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("chosen_by")),
                name="reporting_quotation_second_person",
                violation_error_message=_("Another person must confirm it."),
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="reporting_quotation_taken_back_whole",
            ),
        ]

    def __str__(self):
        return f"{self.submission_id}: {self.text[:40]}"

    @property
    def report(self):
        return self.submission.report

    @property
    def is_live(self):
        return self.confirmed_at is not None and self.taken_back_at is None

    @property
    def counted(self):
        """As the tallies keep it; its submission is at hand."""
        return [self.pk, self.field, self.kind, self.text]

    @property
    def kind(self):
        """The kind that the report names beside the text, or an empty text."""
        return self.submission.content.get(self.KINDS[self.field], "")
