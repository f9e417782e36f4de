from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from goals.models import Framework
from goals.timeline import timeline
from members.access import EVERYONE, allowed


@allowed(EVERYONE)
@require_safe
def framework_list(request):
    frameworks = Framework.objects.with_counts()
    return render(request, "goals/framework_list.html", {"frameworks": frameworks})


@allowed(EVERYONE)
@require_safe
def framework_detail(request, slug):
    framework = get_object_or_404(
        Framework.objects.select_related("predecessor", "successor").prefetch_related(
            "milestones", "goals__objectives"
        ),
        slug=slug,
    )
    return render(
        request,
        "goals/framework_detail.html",
        {
            "framework": framework,
            "timeline": timeline(
                framework,
                framework.milestones.all(),
                today=timezone.localdate(),
                rtl=get_language_bidi(),
            ),
        },
    )
