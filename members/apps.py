from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members and people")

    def ready(self):
        import_module("members.receivers")
