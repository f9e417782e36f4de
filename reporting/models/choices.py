"""What is said of a report in one word: how far it is, by its country and on its way."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rating(models.TextChoices):
    COMPLETED = "completed", _("Completed")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    NOT_STARTED = "not_started", _("Not started")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")


BEHIND = [Rating.AT_RISK, Rating.OFF_TRACK]
NOT_BEHIND = [Rating.COMPLETED, Rating.ON_TRACK, Rating.NOT_STARTED]
WITH_THE_COUNTRY = [Status.DRAFT, Status.RETURNED]
WITH_THE_SECRETARIAT = [Status.SUBMITTED, Status.APPROVED]
