from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from goals.models import Framework
from members.access import EVERYONE, allowed
from objectives.models import Indicator, Objective


@allowed(EVERYONE)
@require_safe
def indicator_list(request, slug):
    framework = get_object_or_404(Framework, slug=slug)
    return render(
        request,
        "objectives/indicator_list.html",
        {
            "framework": framework,
            "objectives": Objective.objects.of(framework).prefetch_related("indicators"),
            "asked_count": Indicator.objects.of(framework).asked_of_countries().count(),
        },
    )
