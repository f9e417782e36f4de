"""Messages to a reader wait for the next page in a cookie, as Django's, under a name of ours."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    """Browsers take a `__Host-` cookie from this very host alone, and over HTTPS."""

    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class MessageStorage(FallbackStorage):
    storage_classes = (MessageCookie, SessionStorage)
