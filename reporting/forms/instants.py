import datetime

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

YEARS = range(2000, 2101)


class InstantField(forms.DateTimeField):
    """An instant, typed as date and time in the reader's own time zone.

    `kept` is what the page showed: left as it is, it stays the very same instant, also where
    its hour comes twice or its seconds are not shown.
    """

    default_error_messages = {
        "invalid": _("Enter a day and a time, for example 2026-01-31 23:59."),
        "far": _("Enter a year from 2000 to 2100."),
        "skipped": _(
            "There is no %(time)s in %(zone)s: the clocks go forward then. "
            "Choose an earlier or a later time."
        ),
        "twice": _(
            "%(time)s comes twice in %(zone)s: the clocks go back then. "
            "Choose an earlier or a later time."
        ),
    }
    kept = None

    def __init__(self, **kwargs):
        attrs = {"type": "datetime-local", "class": "instant"}
        kwargs["widget"] = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M")
        super().__init__(**kwargs)

    def keep(self, instant):
        """Shows the instant, and in the help text which it is in UTC."""
        self.kept = self.initial = instant
        zone = timezone.get_current_timezone()
        self.help_text = _("Time in %(zone)s.") % {"zone": zone}
        if instant and str(zone) != "UTC":
            utc = formats.date_format(instant.astimezone(datetime.UTC), "DATETIME_FORMAT")
            says = _("Time in %(zone)s. As filled in: %(utc)s UTC.")
            self.help_text = says % {"zone": zone, "utc": utc}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if self.kept and value == as_typed(self.kept):
            return self.kept
        try:
            typed = datetime.datetime.fromisoformat(str(value).strip())
        except ValueError:
            typed = None
        if typed is None or typed.tzinfo or ":" not in value:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if typed.year not in YEARS:
            raise forms.ValidationError(self.error_messages["far"], code="far")
        return self.instant_of(typed)

    def instant_of(self, typed):
        zone = timezone.get_current_timezone()
        first, second = (typed.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(datetime.UTC)
        code = "skipped" if first.utcoffset() < second.utcoffset() else "twice"
        words = {"time": formats.date_format(typed, "DATETIME_FORMAT"), "zone": zone}
        raise forms.ValidationError(self.error_messages[code], code=code, params=words)


def as_typed(instant):
    return timezone.localtime(instant).strftime("%Y-%m-%dT%H:%M")
