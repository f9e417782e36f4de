from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Framework
from members.access import EVERYONE, SIGNED_IN, allowed, found_or_404
from members.models import MemberCountry, Region
from members.row_security import as_system
from objectives.models import Objective
from reporting import countries, pairs
from reporting.forms import FilterForm
from reporting.frozen import thaw_goals, thaw_members, thaw_objectives
from reporting.matrix import alphabetical
from reporting.models import Extension, IndicatorValue, ProgressReport, Status
from reporting.pages.scope import Scope, scope_of


@allowed(SIGNED_IN)
@require_safe
def country_detail(request, slug, iso2):
    """A country's own picture: all its objectives over all rounds of a framework."""
    page = country_page_or_404(request, slug, iso2)
    status = 200 if page["form"].is_valid() else 404
    return render(request, "reporting/country_detail.html", page, status=status)


def country_page_or_404(request, slug, iso2):
    country = found_or_404(pictured_to(request.user), iso2=iso2)
    framework, objectives = framework_with_objectives(slug)
    return country_page(request, country, framework, objectives)


def country_page(request, country, framework, objectives):
    now = timezone.now()
    rounds = list(rounds_with_extensions(framework, country))
    opened = [found for found in rounds if found.opens_at <= now]
    form = round_form(request.GET, opened)
    phases = {found.pk: found.phase(now, found.extended_until) for found in rounds}
    lines = countries.lines_of(objectives, rounds, phases, known_to(request.user, country, rounds))
    answers = approved_answers(country, objectives, opened)
    page = {
        "framework": framework,
        "country": country,
        "is_own": request.user.country == country,
        "form": form,
        "rounds": rounds,
        "opened": opened,
        "lines": lines,
        "open": countries.open_entries(lines, phases),
        "answers": countries.answers_of(objectives, opened, answers),
    }
    if objectives and opened and form.is_valid():
        chosen = form.cleaned_data["round"] or opened[-1]
        page |= beside_its_region(country, lines, opened, chosen)
    return page


def framework_with_objectives(slug):
    """A framework and its objectives, in one query where it has any."""
    objectives = list(Objective.objects.of(Framework.objects.filter(slug=slug)[:1]))
    if objectives:
        return objectives[0].goal.framework, objectives
    return get_object_or_404(Framework, slug=slug), []


def round_form(query, opened):
    """The filter by round alone: the country has its region."""
    form = FilterForm(query, rounds=opened[::-1], regions=[])
    del form.fields["region"]
    if "snapshot" in query:
        # A snapshot holds no country's own figures.
        form.add_error(None, _("A country’s own page has no snapshots: it is as of today."))
    return form


def pictured_to(user):
    """The countries whose own picture `user` may see: his own, and all for a reviewer."""
    found = MemberCountry.objects.select_related("region")
    if user.is_reviewer:
        return found
    return found.filter(pk=user.country.pk) if user.country else found.none()


def rounds_with_extensions(framework, country):
    """All rounds, each with the instant until which the country has more time, if it has, and
    that at which its reports are due.
    """
    granted = Q(extensions__country=country, extensions__state=Extension.State.GRANTED)
    rounds = framework.rounds.annotate(
        extended_until=Max("extensions__granted_until", filter=granted)
    )
    rounds = rounds.annotate(
        due_for_country=Greatest(F("due_at"), Coalesce("extended_until", F("due_at")))
    )
    # Summing up forgets the order that a model has of itself.
    return rounds.order_by("starts_on")


def known_to(user, country, rounds):
    """What `user` may know of the country's reports: the data base withholds the rest."""
    reports = ProgressReport.objects.filter(country=country, round__in=rounds).order_by()
    known = reports.states_visible_to(user).with_readable(user)
    known = known.values_list(
        "pk",
        "objective_id",
        "round_id",
        "status",
        "is_readable",
        Case(When(is_readable=True, then=F("rating"))),
        Case(When(is_readable=True, then=F("percent_complete"))),
    )
    with as_system():
        return list(map(countries.Known._make, known))


def approved_answers(country, objectives, rounds):
    """(round key, answer) of the country's approved reports."""
    # With all four columns of its index named, SQLite looks up no other country's reports.
    values = IndicatorValue.objects.filter(
        report__country=country,
        report__round__in=rounds,
        report__objective__in=objectives,
        report__status=Status.APPROVED,
    )
    values = values.order_by().select_related("indicator").annotate(of_round=F("report__round"))
    return [(value.of_round, value) for value in values]


def beside_its_region(country, lines, opened, chosen):
    """The chosen round and the way to it beside the medians of the country's region."""
    regions = list(Region.objects.with_country_counts())
    scope = Scope(None, True, opened, regions)
    figures = scope.figures([line.objective for line in lines], in_full=opened)
    region = country.region
    position = opened.index(chosen)
    points = countries.points_of(lines, opened[: position + 1], figures, region.pk)
    rtl = get_language_bidi()
    names = (country.name, _("median of %(region)s") % {"region": region.name})
    rows = countries.beside(lines, position, figures, region.pk)
    return {
        "chosen": chosen,
        "points": points,
        "picture": pairs.trend_pair(
            [pairs.Pair(each.round.slug, each.mean, each.middle.value) for each in points],
            names=names,
            title=_("%(country)s: mean percent complete in each round, and its region’s median")
            % {"country": country.name},
            rtl=rtl,
        ),
        "beside": [(row, bar(row, names, rtl)) for row in rows],
    }


def bar(row, names, rtl):
    entry = row.entry
    pair = pairs.Pair(entry.objective.code, entry.approved_percent, row.middle.value)
    return pairs.bar_pair(pair, names=names, rtl=rtl)


@allowed(EVERYONE)
@require_safe
def region_list(request, slug):
    """The regions and who belongs to each."""
    framework = get_object_or_404(Framework, slug=slug)
    members = MemberCountry.objects.select_related("region")
    by_region = {region: [] for region in Region.objects.all()}
    for country in sorted(members, key=alphabetical):
        by_region[country.region].append(country)
    page = {"framework": framework, "by_region": by_region, "pictured": pictured(request.user)}
    return render(request, "reporting/region_list.html", page)


@allowed(EVERYONE)
@require_safe
def region_detail(request, slug, code):
    """A region's figures: all objectives over the rounds, and of no country by itself."""
    page = region_page_or_404(request, slug, code)
    return render(request, "reporting/region_detail.html", page, status=page["scope"].status)


def region_page_or_404(request, slug, code):
    framework, objectives = framework_with_objectives(slug)
    scope = scope_of(request, framework)
    thaw_goals(scope.words_then, {each.goal for each in objectives})
    objectives = thaw_objectives(scope.words_then, objectives)
    region = next((found for found in scope.regions if found.code == code), None)
    if region is None:
        raise Http404("There is no such region.")
    scope.region = region
    page = {
        "framework": framework,
        "region": region,
        "countries": sorted(members_of(region, scope), key=alphabetical),
        "pictured": pictured(request.user),
        "scope": scope,
        # The page has its region.
        "choice": [scope.form["round"]],
        "objectives": objectives,
    }
    if scope.round and objectives:
        page |= region_figures(region, objectives, scope)
    return page


def members_of(region, scope):
    """The region's countries; as they were, where its figures are frozen."""
    if not scope.snapshot:
        return region.countries.all()
    return thaw_members(scope.words_then, region, MemberCountry.objects.all())


def region_figures(region, objectives, scope):
    rounds, figures = scope.rounds_shown, scope.figures(objectives, in_full=[])
    lines, total = countries.region_lines(objectives, rounds, figures, region.pk)
    _lines, everyone = countries.region_lines(objectives, rounds, figures, None)
    pairs_of_cells = list(zip(rounds, total.cells, everyone.cells, strict=True))
    return {
        "lines": lines,
        "total": total,
        "everyone": everyone,
        "picture": pairs.trend_pair(
            [
                pairs.Pair(each.slug, own.mean_percent, all.mean_percent)
                for each, own, all in pairs_of_cells
            ],
            names=(region.name, _("all regions")),
            title=_("%(region)s: mean percent complete in each round, and that of all regions")
            % {"region": region.name},
            rtl=get_language_bidi(),
        ),
    }


def pictured(user):
    """Whose names lead to their own picture: "all", or one key, or none."""
    if not user.is_authenticated:
        return None
    if user.is_reviewer:
        return "all"
    return user.country.pk if user.country else None
