from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.utils import Error
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.access import EVERYONE, allowed

GOOD_FOR = timedelta(days=180)
PLAIN = "text/plain; charset=utf-8"


@allowed(EVERYONE)
@require_safe
def about(request):
    return render(request, "reporting/about.html")


@allowed(EVERYONE)
@require_safe
def healthz(request):
    """200 when the portal can serve, 503 when its database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database does not answer\n", status=503, content_type=PLAIN)
    return HttpResponse("ok\n", content_type=PLAIN)


@allowed(EVERYONE)
@require_safe
def security_txt(request):
    """RFC 9116: whom to tell of a hole. It is good for half a year from the day it is read."""
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + GOOD_FOR
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en",
        f"Canonical: {settings.PUBLIC_BASE_URL}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)
