"""What tells of the API: a page for people, on which nothing needs a script, and OpenAPI."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.access import EVERYONE, allowed
from reporting.api.openapi import described, example_of
from reporting.api.problems import KINDS
from reporting.api.reading import operations_of, shapes_of
from reporting.api.rendering import written
from reporting.api.schemas import MOST_ON_A_PAGE
from reporting.pages.unchanged import told_when_unchanged


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def docs(request):
    schema = described()
    page = {
        "operations": [(each, *example_for(each)) for each in operations_of(schema)],
        "shapes": shapes_of(schema),
        "problems": [(name, *kind) for name, kind in KINDS.items()],
        "most": MOST_ON_A_PAGE,
    }
    return render(request, "reporting/api_docs.html", page)


def example_for(operation):
    """The address that was asked for, and the answer with a line for each field."""
    example = example_of(operation.name)
    return example["request"], written(example["answer"], indent="\n")


@allowed(EVERYONE)
@require_safe
@told_when_unchanged
def openapi(request):
    return HttpResponse(written(described()), content_type="application/json; charset=utf-8")
