from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from reporting.checks import row_security_as_set


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self):
        checks.register(row_security_as_set, checks.Tags.database)
