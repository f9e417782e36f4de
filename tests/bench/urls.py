import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path

from reporting.models import PostedForm


@login_not_required
def hello(request):
    """What the house costs before a page does anything: the yardstick of the others."""
    return HttpResponse("Hello")


def row(request):
    """One bare row, by somebody who is signed in: the yardstick of what is stored."""
    PostedForm.objects.create(user=request.user, token=uuid.uuid4(), sha256="", answer="")
    return HttpResponse("Stored")


urlpatterns = [
    path("hello/", hello, name="hello"),
    path("row/", row, name="row"),
    path("", include("framework_portal.urls")),
]
