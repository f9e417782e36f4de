"""Addresses of the portal as a program can follow them: absolute, and with the filter."""

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode


def absolute(path, **query):
    """`query` leaves out what is None."""
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{settings.PUBLIC_BASE_URL}{path}{'?' if asked else ''}{asked}"


def address(name, *args, **query):
    return absolute(reverse(name, args=args), **query)
