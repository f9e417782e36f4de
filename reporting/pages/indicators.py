from collections import defaultdict
from dataclasses import replace

from django.db.models import F, FilteredRelation, Q
from django.shortcuts import get_object_or_404

from objectives.models import Indicator
from objectives.status import VERSION
from reporting.aggregation import Held, Tally, Values
from reporting.frozen import thaw_indicators
from reporting.indicators import Line, course, course_of, line
from reporting.models import SecretariatValue, StatusOverride, ValueTally
from reporting.snapshots import rules_of, thawed_courses, thawed_held, thawed_values

# What the row of an indicator needs of it; its texts are on the objective's page.
SHOWN_OF_A_GOAL = ["objective", "number", "name", "unit", "direction", "aggregation", "reporter"]
SHOWN_OF_A_GOAL += ["baseline_value", "baseline_year"]


def indicator_lines(objective, scope):
    """An objective's indicators as its page shows them, over the rounds of `scope`."""
    indicators = as_said(objective.indicators.all(), scope)
    return lines_of(list(indicators), objective.goal.framework, scope)


def goal_lines(objectives, framework, scope):
    """The indicators of a goal's objectives in the one round that is looked at, in two queries."""
    scope = replace(scope, rounds=[scope.round])
    of_round = Q(secretariat_values__round=scope.round)
    until = scope.snapshot.confirmed_at if scope.snapshot else None
    rows = Indicator.objects.filter(objective__in=objectives).annotate(
        said=StatusOverride.objects.latest_of(scope.round, until),
        held=FilteredRelation("secretariat_values", condition=of_round),
        aim_on=F("targets__date"),
        aim=F("targets__value"),
        aim_upper=F("targets__upper_value"),
        **{f"held_{name}": F(f"held__{name}") for name in ("pk", *Held._fields[2:])},
    )
    rows = rows.only(*SHOWN_OF_A_GOAL)
    by_key = {objective.pk: objective for objective in objectives}
    found, aims = {}, defaultdict(list)
    # A row for each target of each indicator, and one for an indicator without any.
    for row in rows.order_by("number", "aim_on"):
        indicator = found.setdefault(row.pk, row)
        indicator.objective = by_key[row.objective_id]
        if row.aim_on:
            aims[row.pk].append((row.aim_on, row.aim, row.aim_upper))
    indicators = sorted(found.values(), key=place)
    helds = [
        Held(each.pk, scope.round.pk, *(getattr(each, f"held_{n}") for n in Held._fields[2:]))
        for each in indicators
        if each.held_pk
    ]
    indicators = thaw_indicators(scope.words_then, indicators)
    frozen = thawed_courses(scope.snapshot.content) if scope.snapshot else {}
    rules = rules_in(scope)
    values = values_of(indicators, scope, helds)
    return [
        line(
            each,
            course(framework, *frozen.get(each.code) or own(each, aims), rules=rules),
            [scope.round],
            values,
        )
        for each in indicators
    ]


def place(indicator):
    """Where it stands among those of a framework: 1.9.1 before 1.10.1."""
    objective = indicator.objective
    return objective.goal.number, objective.number, indicator.number


def rules_in(scope):
    """The version of the rules that judge what is looked at: a snapshot's own."""
    return rules_of(scope.snapshot.content) if scope.snapshot else VERSION


def own(indicator, aims):
    """What `course` takes of an indicator as it is now."""
    baseline = indicator.baseline_value, indicator.baseline_year
    return indicator.direction, *baseline, aims[indicator.pk]


def as_said(indicators, scope):
    """Adds `said`, the status that a person has set for the round, and fetches the targets."""
    until = scope.snapshot.confirmed_at if scope.snapshot else None
    said = StatusOverride.objects.latest_of(scope.round, until)
    return indicators.prefetch_related("targets").annotate(said=said)


def lines_of(indicators, framework, scope):
    """A line for each of these, as a page shows it; they come from `as_said`."""
    indicators = thaw_indicators(scope.words_then, indicators)
    frozen = thawed_courses(scope.snapshot.content) if scope.snapshot else {}
    rules = rules_in(scope)
    courses = [
        (
            each,
            course(framework, *frozen[each.code], rules=rules)
            if each.code in frozen
            else course_of(each, framework, rules),
        )
        for each in indicators
    ]
    if not scope.round:
        return [Line(indicator, course) for indicator, course in courses]
    values = values_of(indicators, scope)
    return [line(indicator, course, scope.rounds_shown, values) for indicator, course in courses]


def values_of(indicators, scope, helds=None):
    """What was answered and what the secretariat holds; answers as frozen in a snapshot."""
    rows = {"indicator__in": indicators, "round__in": scope.rounds_shown}
    if scope.snapshot:
        by_code = {indicator.code: indicator.pk for indicator in indicators}
        by_slug = {each.slug: each.pk for each in scope.rounds_shown}
        regions = {region.code: region.pk for region in scope.regions}
        tallies = thawed_values(scope.snapshot.content, by_code, by_slug, regions)
        helds = thawed_held(scope.snapshot.content, by_code, by_slug)
    else:
        tallies = ValueTally.objects.figures(indicators, scope.rounds_shown)
        if helds is None:
            helds = SecretariatValue.objects.filter(**rows).values_list(*Held._fields)
    return Values(
        map(Tally._make, tallies),
        map(Held._make, helds),
        {region.pk: region.country_count for region in scope.regions},
        scope.region_id,
    )


def indicator_or_404(slug, code):
    """The framework's indicator with the code (goal, objective, its own number)."""
    goal, objective, number = code
    return get_object_or_404(
        Indicator.objects.select_related("objective__goal__framework"),
        objective__goal__framework__slug=slug,
        objective__goal__number=goal,
        objective__number=objective,
        number=number,
    )
