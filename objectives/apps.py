from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from objectives.converters import IndicatorCodeConverter, ObjectiveCodeConverter


class ObjectivesConfig(AppConfig):
    name = "objectives"
    verbose_name = _("Objectives and indicators")

    def ready(self):
        """Before any list of addresses names a code."""
        register_converter(ObjectiveCodeConverter, "code")
        register_converter(IndicatorCodeConverter, "indicator_code")
