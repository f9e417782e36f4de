from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goals.models import Framework
from members.access import EVERYONE, allowed
from members.limits import limited
from reporting.forms import SearchForm
from reporting.search import Kind, Search

PAGE_SIZE = 20
# Of each kind on the page of all kinds.
FIRST = 5


@allowed(EVERYONE)
@require_safe
@limited("search")
def search(request):
    """What holds all the words, of all that the reader may read."""
    frameworks = list(Framework.objects.all())
    form = SearchForm(request.GET, frameworks=frameworks)
    page = {"form": form}
    if form.is_valid() and form.words:
        page |= results(form, request.user, frameworks)
    return render(request, "reporting/search.html", page, status=200 if form.is_valid() else 400)


def results(form, user, frameworks):
    """The first of each kind; or of the one kind that is chosen, page by page."""
    chosen = form.cleaned_data
    asked = Search(form.words, user, frameworks, chosen["framework"])
    if not chosen["kind"]:
        groups = asked.groups(list(Kind), slice(FIRST))
        return {"groups": groups, "number": sum(group.number for group in groups)}
    number = chosen["page"] or 1
    groups = asked.groups(
        [Kind(chosen["kind"])], slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
    )
    try:
        page = Paginator(range(groups[0].number), PAGE_SIZE).page(number)
    except InvalidPage as error:
        raise Http404("There is no such page of results.") from error
    return {"groups": groups, "number": groups[0].number, "page": page}
