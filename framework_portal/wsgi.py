import os
import re

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")

MEDIA_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)", re.ASCII)
BOUNDARY = re.compile(r";\s*boundary=\"?([\w'()+,./:=? -]{1,70})\"?", re.ASCII | re.IGNORECASE)

portal = get_wsgi_application()


def application(environ, start_response):
    environ["CONTENT_TYPE"] = plain_content_type(environ.get("CONTENT_TYPE", ""))
    return portal(environ, start_response)


def plain_content_type(value):
    """The media type and, of its parameters, the boundary alone.

    Everything here is UTF-8; a charset from outside would choose Python's decoder,
    and some of those fail before any of our code can answer.
    """
    media_type = MEDIA_TYPE.match(value)
    if not media_type:
        return ""
    boundary = BOUNDARY.search(value)
    return f"{media_type[1]}; boundary={boundary[1].strip()}" if boundary else media_type[1]
