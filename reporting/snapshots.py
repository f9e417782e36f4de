"""Tallies as a snapshot keeps them: by code and short name, so that it can be read without us."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from goals.models import Framework
from members.models import Region
from objectives.models import Indicator
from objectives.status import VERSION
from reporting.frozen import frozen_words
from reporting.models import RatingTally, ReportingRound, SecretariatValue, ValueTally


def frozen_content(reporting_round: ReportingRound) -> dict[str, Any]:
    """All figures of the framework up to this round, as plain JSON in a fixed order.

    Its checksum is public, and what is withheld is in it: whoever knows the rest could try what a
    small cell may hold until the checksum fits. The salt, which no page shows, makes that futile.
    """
    framework = reporting_round.framework
    rounds = framework.rounds.filter(starts_on__lte=reporting_round.starts_on)
    regions = Region.objects.annotate(number=Count("countries")).order_by("code")
    return {
        "framework": framework.slug,
        "round": reporting_round.slug,
        "rounds": list(rounds.order_by("starts_on").values_list("slug", flat=True)),
        "countries": {region.code: region.number for region in regions},
        "ratings": rating_rows(rounds),
        "values": value_rows(rounds),
        "held": held_rows(rounds),
        "courses": course_rows(framework),
        "rules": VERSION,
        "words": frozen_words(reporting_round),
        "salt": secrets.token_hex(32),
    }


def rating_rows(rounds: Iterable[ReportingRound]) -> list[list[Any]]:
    """[objective, round, region, ratings, percents, themes, keys of quotations] of every cell
    with a report in it.
    """
    rows = RatingTally.objects.filter(round__in=rounds).select_related(
        "objective__goal", "round", "region"
    )
    return sorted(
        [
            row.objective.code,
            row.round.slug,
            row.region.code,
            row.ratings,
            row.percents,
            row.themes,
            # Not their words: a passage that names somebody after all can still be taken back.
            [key for key, *_rest in row.quotations],
        ]
        for row in rows
        if row.ratings
    )


def value_rows(rounds: Iterable[ReportingRound]) -> list[list[Any]]:
    """[indicator, round, region, kinds, values, numerator, denominator, pairs] of every answered
    cell.
    """
    rows = ValueTally.objects.filter(round__in=rounds).select_related(
        "indicator__objective__goal", "round", "region"
    )
    return sorted(
        [
            row.indicator.code,
            row.round.slug,
            row.region.code,
            row.kinds,
            row.values,
            f"{row.numerator:.4f}",
            f"{row.denominator:.4f}",
            row.pairs,
        ]
        for row in rows
        if row.kinds
    )


def held_rows(rounds: Iterable[ReportingRound]) -> list[list[Any]]:
    """[indicator, round, value, numerator, denominator, note] of what the secretariat holds."""
    rows = SecretariatValue.objects.filter(round__in=rounds).select_related(
        "indicator__objective__goal", "round"
    )
    return sorted(
        [
            row.indicator.code,
            row.round.slug,
            text(row.value),
            text(row.numerator),
            text(row.denominator),
            row.note,
        ]
        for row in rows
    )


def course_rows(framework: Framework) -> dict[str, list[Any]]:
    """{indicator: [direction, baseline, its year, [[date, value, upper value], ...]]}."""
    return {
        each.code: [
            each.direction,
            text(each.baseline_value),
            each.baseline_year,
            [
                [target.date.isoformat(), text(target.value), text(target.upper_value)]
                for target in each.targets.all()
            ],
        ]
        for each in Indicator.objects.of(framework).prefetch_related("targets")
    }


def text(number: Decimal | None) -> str | None:
    """As JSON keeps a number: a float would round it."""
    return None if number is None else f"{number:.4f}"


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def thawed_ratings(
    content: Mapping[str, Any],
    objectives: Mapping[str, int],
    rounds: Mapping[str, int],
    regions: Mapping[str, int],
    quotations: Mapping[int, list[Any]],
) -> Iterator[tuple[Any, ...]]:
    """The frozen rows by today's keys, as `RatingTally` has them: objective, round, region,
    ratings, percents, themes, quotations; what no longer exists is left out.
    """
    for code, slug, region, ratings, percents, *others in content["ratings"]:
        if code in objectives and slug in rounds and region in regions:
            # Snapshots from before there were any say nothing of kinds and quotations.
            themes, keys = others if others else ({}, [])
            quoted = [quotations[key] for key in keys if key in quotations]
            keys = objectives[code], rounds[slug], regions[region]
            yield *keys, ratings, percents, themes, quoted


def quoted_in(content: Mapping[str, Any], slug: str) -> list[int]:
    """The keys of the quotations that a round had when it was frozen."""
    return [key for row in content["ratings"] if row[1] == slug and row[6:] for key in row[6]]


def thawed_values(
    content: Mapping[str, Any],
    indicators: Mapping[str, int],
    rounds: Mapping[str, int],
    regions: Mapping[str, int],
) -> Iterator[tuple[int, int, int, dict[str, int], list[str], Decimal, Decimal, int]]:
    """The same of `ValueTally`: indicator, round, region, kinds, values, the two sums, pairs."""
    for code, slug, region, kinds, values, over, under, *pairs in content["values"]:
        if code in indicators and slug in rounds and region in regions:
            keys = indicators[code], rounds[slug], regions[region]
            # A snapshot from before they were counted takes every number for one.
            count = pairs[0] if pairs else kinds.get("number", 0)
            yield *keys, kinds, values, Decimal(over), Decimal(under), count


def thawed_held(
    content: Mapping[str, Any], indicators: Mapping[str, int], rounds: Mapping[str, int]
) -> Iterator[tuple[int, int, Decimal | None, Decimal | None, Decimal | None, str]]:
    """The same of `SecretariatValue`: indicator, round, value, numerator, denominator, note."""
    for code, slug, value, over, under, note in content.get("held", []):
        if code in indicators and slug in rounds:
            yield indicators[code], rounds[slug], number(value), number(over), number(under), note


def rules_of(content: Mapping[str, Any]) -> int:
    """The version of the rules by which it was judged: the first, before they were kept."""
    return content.get("rules", 1)


def thawed_courses(content: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """{indicator: (direction, baseline, its year, [(date, value, upper value), ...])}."""
    return {
        code: (
            direction,
            number(baseline),
            year,
            [(date.fromisoformat(on), number(value), number(upper)) for on, value, upper in aims],
        )
        for code, (direction, baseline, year, aims) in content.get("courses", {}).items()
    }
