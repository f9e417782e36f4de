"""The kinds of what stands in the way and of what comes next: short lists, so that they can be
counted over countries. What exactly it is stands in the report's own words.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Challenge(models.TextChoices):
    STAFF = "staff", _("Staff and training")
    MONEY = "money", _("Money")
    LAW = "law", _("Law and procedure")
    SYSTEMS = "systems", _("Technical systems and connections")
    DATA = "data", _("Quality of data")
    AT_HOME = "at_home", _("Cooperation at home")
    ABROAD = "abroad", _("Cooperation with other countries")
    PRIORITIES = "priorities", _("Other priorities of the leadership")
    SECURITY = "security", _("The security situation")
    OTHER = "other", _("Something else")


class NextStep(models.TextChoices):
    TRAIN = "train", _("Recruit or train")
    FUND = "fund", _("Find money")
    REGULATE = "regulate", _("Change law or procedure")
    CONNECT = "connect", _("Build or connect systems")
    IMPROVE_DATA = "improve_data", _("Improve data")
    AGREE_AT_HOME = "agree_at_home", _("Agree with other authorities at home")
    AGREE_ABROAD = "agree_abroad", _("Agree with other countries")
    ASK_SECRETARIAT = "ask_secretariat", _("Ask the secretariat for support")
    OTHER = "other", _("Something else")
