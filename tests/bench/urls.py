from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path


@login_not_required
def hello(request):
    """What the house costs before a page does anything: the yardstick of the others."""
    return HttpResponse("Hello")


urlpatterns = [
    path("hello/", hello, name="hello"),
    path("", include("framework_portal.urls")),
]
