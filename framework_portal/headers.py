"""Headers that every answer has, files and errors included, and methods that none takes."""

from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseNotAllowed
from django.urls import reverse

# Nothing here needs any of what a browser could lend.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in [
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    ]
)
# Middleware further in adds these to every answer; one that is given here never gets there.
OF_A_REFUSAL = {
    "Content-Security-Policy": "base-uri 'none'; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
TAKEN = ["GET", "HEAD", "OPTIONS", "POST"]
# The API says itself, in its own words, that it does not take them.
TAKEN_BY_API = [*TAKEN, "PUT", "PATCH", "DELETE"]


def close_what_is_open(get_response):
    """TRACE and the like never reach a view; no other site may draw our answers into its own.

    Nor does PUT: Django's views of forms take it for a POST.
    """

    def middleware(request):
        is_api = request.path.startswith(reverse("api:index"))
        if is_api and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # Led on to HTTPS, a program would never be told that it sends in the clear.
            response = HttpResponseForbidden(headers=OF_A_REFUSAL)
        elif request.method in (TAKEN_BY_API if is_api else TAKEN):
            response = get_response(request)
        else:
            response = HttpResponseNotAllowed(TAKEN, headers=OF_A_REFUSAL)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware
