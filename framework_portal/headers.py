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
TAKEN = ["GET", "HEAD", "OPTIONS", "POST"]
# The API says itself, in its own words, that it does not take them.
TAKEN_BY_API = [*TAKEN, "PUT", "PATCH", "DELETE"]


def close_what_is_open(get_response):
    """No other site may draw our answers into its own, and a page of ours needs no device."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def refuse_methods(get_response):
    """TRACE and the like never reach a view, nor does PUT, which Django's forms take for a POST.

    It stands inside of all that gives headers, so that what is refused here has them too.
    """

    def middleware(request):
        is_api = request.path.startswith(reverse("api:index"))
        if is_api and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # Led on to HTTPS, a program would never be told that it sends in the clear.
            return HttpResponseForbidden()
        if request.method not in (TAKEN_BY_API if is_api else TAKEN):
            return HttpResponseNotAllowed(TAKEN)
        return get_response(request)

    return middleware
