import uuid

from django.conf import settings


def demonstration(request):
    return {"demonstration": settings.DEMONSTRATION}


def form_token(request):
    """`{{ form_token }}` draws a new one for each form: posting a form twice acts once."""
    return {"form_token": uuid.uuid4}
