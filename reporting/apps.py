from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from reporting.checks import (
    data_base_shows_its_certificate,
    nothing_leaves_in_the_clear,
    row_security_as_set,
)


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self):
        checks.register(row_security_as_set, checks.Tags.database)
        checks.register(data_base_shows_its_certificate, checks.Tags.security, deploy=True)
        checks.register(nothing_leaves_in_the_clear, checks.Tags.security, deploy=True)
