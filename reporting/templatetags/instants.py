from datetime import UTC

from django import template
from django.utils import timezone
from django.utils.dateformat import format
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def instant(at) -> SafeString:
    """In the reader's time, with UTC beside it; a filter, so that sentences can have it inside."""
    utc = timezone.localtime(at, UTC)
    shown, zone = date_format(timezone.localtime(at), "DATETIME_FORMAT"), "UTC"
    if (name := timezone.get_current_timezone_name()) != "UTC":
        beside = date_format(utc, "DATETIME_FORMAT")
        zone = format_html('({}) <span class="quiet nowrap">· {} UTC</span>', name, beside)
    return format_html('<time datetime="{}">{} {}</time>', format(utc, "c"), shown, zone)
