"""The words and dates that stand beside frozen figures, so that a page of a snapshot says the same
whatever is edited later: names, units, rules, periods, and the statuses that persons had set.

Thawing writes them onto the objects that a page has loaded; these are never saved. Snapshots from
before something was kept say nothing of it, and the page shows it as it is today.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from goals.models import Framework, Goal
from members.models import MemberCountry, Region
from objectives.models import Indicator, Objective
from reporting.models import ReportingRound, StatusOverride

OF_FRAMEWORKS = ["title", "goal_label", "goal_label_plural"]
OF_FRAMEWORKS += ["objective_label", "objective_label_plural"]
OF_INDICATORS = ["name", "definition", "is_official", "unit", "direction", "level", "aggregation"]
OF_INDICATORS += ["denominator", "baseline_kind", "baseline_is_provisional", "reporter", "source"]
OF_INDICATORS += ["baseline_year", "frequency", "disaggregation", "caution"]
PERIOD = ["starts_on", "ends_on"]


def frozen_words(reporting_round: ReportingRound) -> dict[str, Any]:
    """Plain JSON by codes and short names, as `reporting.snapshots` keeps the figures."""
    framework = reporting_round.framework
    rounds = framework.rounds.filter(starts_on__lte=reporting_round.starts_on)
    said = StatusOverride.objects.latest_of(reporting_round)
    indicators = list(Indicator.objects.of(framework).annotate(said=said))
    return {
        "framework": words_of(framework, OF_FRAMEWORKS) | period_of(framework),
        "rounds": {each.slug: {"name": each.name} | period_of(each) for each in rounds},
        "regions": {each.code: each.name for each in Region.objects.all()},
        "members": {
            each.code: sorted(country.iso2 for country in each.countries.all())
            for each in Region.objects.prefetch_related("countries")
        },
        "goals": {
            str(each.number): words_of(each, ["title", "description"])
            for each in framework.goals.all()
        },
        "objectives": {each.code: each.statement for each in Objective.objects.of(framework)},
        "indicators": {each.code: words_of(each, OF_INDICATORS) for each in indicators},
        "said": {each.code: each.said for each in indicators if each.said},
    }


def words_of(subject: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(subject, name) for name in names}


def period_of(subject: object) -> dict[str, str]:
    return {name: getattr(subject, name).isoformat() for name in PERIOD}


def thaw_frame(
    words: Mapping[str, Any],
    framework: Framework,
    rounds: Iterable[ReportingRound],
    regions: Iterable[Region],
) -> None:
    write(framework, words.get("framework", {}))
    for each in rounds:
        write(each, words.get("rounds", {}).get(each.slug, {}))
    for each in regions:
        each.name = words.get("regions", {}).get(each.code, each.name)


def thaw_goals(words: Mapping[str, Any], goals: Iterable[Goal]) -> list[Goal]:
    """Those of the goals that there were: one that came later is in none of the figures."""
    known = words.get("goals")
    found = [each for each in goals if known is None or str(each.number) in known]
    for each in found:
        write(each, (known or {}).get(str(each.number), {}))
    return found


def thaw_objectives(words: Mapping[str, Any], objectives: Iterable[Objective]) -> list[Objective]:
    """Those of the objectives that there were."""
    known = words.get("objectives")
    found = [each for each in objectives if known is None or each.code in known]
    for each in found:
        each.statement = (known or {}).get(each.code, each.statement)
    return found


def thaw_indicators(words: Mapping[str, Any], indicators: Iterable[Indicator]) -> list[Indicator]:
    """Those that there were, with the status that a person had set for the round, or none."""
    known = words.get("indicators")
    found = [each for each in indicators if known is None or each.code in known]
    for each in found:
        write(each, (known or {}).get(each.code, {}))
        if "said" in words:
            each.said = words["said"].get(each.code)
    return found


def thaw_members(
    words: Mapping[str, Any], region: Region, countries: Iterable[MemberCountry]
) -> list[MemberCountry]:
    """The region's countries among all of them, as they were."""
    known = words.get("members")
    if known is None:
        return [each for each in countries if each.region_id == region.pk]
    return [each for each in countries if each.iso2 in known.get(region.code, [])]


def write(subject: object, words: Mapping[str, Any]) -> None:
    for name, value in words.items():
        setattr(subject, name, date.fromisoformat(value) if name in PERIOD else value)
