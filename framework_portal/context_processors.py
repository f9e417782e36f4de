from django.conf import settings


def demonstration(request):
    return {"demonstration": settings.DEMONSTRATION}
