"""What is said of an indicator is what its objective's page says."""

from decimal import Decimal

import pytest

from objectives.status import VERSION
from tests.pages import elements, text, texts, walk
from tests.reporting.api.asking import API, answer
from tests.reporting.api.test_figures import downloaded

INDICATORS = f"{API}frameworks/2022-2025/indicators"
FILTERS = ["", "?round=2025-H1", "?region=AFR", "?region=ASI", "?snapshot=1"]


NUMBERS = ["value", "part", "whole", "baseline", "target", "expected by now"]


def asked(client, query=""):
    return {each["code"]: each for each in answer(client, INDICATORS + query)["indicators"]}


def now(client, code, query):
    """Value, and the words below it, of each indicator on the page of an objective."""
    page = client.get(f"/frameworks/2022-2025/objectives/{code}/{query}")
    readings = elements(page, "div", class_="indicator-reading")
    return [" ".join(text(each) for each in walk(one) if each.name == "p") for one in readings]


def amount(number):
    """As an English page writes it."""
    return f"{Decimal(number).normalize():,f}"


def sentences(said):
    """What the page of an objective says of an indicator that is asked of countries."""
    if said["withheld"]:
        return ["withheld"]
    if said["value"] is None:
        words = ["no data"]
    else:
        words = [f"{amount(said['value'])} %"]
        if said["part"] is None:
            words.append(f"from {said['answered']} of {said['countries']} countries")
        else:
            words.append(
                f"{said['part']} of {said['whole']} that answered, {amount(said['value'])} %; "
                f"{said['part']} of {said['countries']} countries, {amount(said['share_of_all'])} %"
            )
    words.append(
        f"No data: {said['no_data']}. Not applicable: {said['not_applicable']}. "
        f"No approved answer: {said['no_answer']}."
    )
    return words + list(standing(said))


def standing(said):
    computed = said["computed"]
    if computed is None:
        return
    names = {"off_track": "Off track", "no_baseline": "No baseline yet", "on_track": "On track"}
    yield names.get(computed["status"], "No data")
    if computed["achieved_percent"] is not None:
        value = f"{amount(computed['expected_value'])} %"
        yield f"{computed['achieved_percent']} % of the way from baseline to target is behind."
        yield f"{computed['expected_percent']} % was expected, that is {value}."
    yield f"Status computed by version {VERSION} of the rules"
    if said["override"]:
        yield f"At risk set by the secretariat, because: {said['override']['reason']}"


@pytest.mark.parametrize("query", FILTERS)
def test_indicators_say_what_the_page_says(client, frozen, query):
    found = asked(client, query)

    pages = now(client, "1.1", query)
    for code, page in zip(["1.1.1", "1.1.2"], pages, strict=True):
        assert [each for each in sentences(found[code]) if each not in page] == []
    assert found["1.1.1"]["withheld"] is ("ASI" in query)


@pytest.mark.parametrize("query", FILTERS)
def test_indicators_say_what_the_file_says(client, frozen, query):
    found = asked(client, query)

    rows = downloaded(client, "", query, "indicators")
    assert [row["indicator"] for row in rows] == list(found)
    for row in rows:
        said = as_in_the_file(found[row["indicator"]])
        # The file keeps the zeros of the column that a number is stored in.
        row |= {name: plainly(row[name] or None) for name in NUMBERS}
        assert said.items() - row.items() == set()


def as_in_the_file(said):
    computed, target = said["computed"] or {}, (said["targets"] or [{}])[-1]
    numbers = {name: said[name] for name in ("value", "part", "whole", "answered", "countries")}
    numbers |= {"no data": said["no_data"], "not applicable": said["not_applicable"]}
    numbers |= {"baseline": said["baseline"], "target": target.get("value")}
    numbers["expected by now"] = computed.get("expected_value")
    words = {name: plainly(number) for name, number in numbers.items()}
    override = said["override"] or {}
    return words | {
        "computed status": computed.get("status", ""),
        "status set by a person": override.get("status", ""),
        "reason for it": override.get("reason", ""),
        "target on": target.get("date", ""),
        "withheld": "yes" if said["withheld"] else "no",
    }


def plainly(number):
    return "" if number is None else f"{Decimal(number).normalize():f}"


def test_some_cases_are_among_them(client, frozen):
    """So that the comparison above is not one of nothing with nothing."""
    mean, share = [asked(client)[code] for code in ("1.1.1", "1.1.2")]

    assert (mean["value"], mean["answered"], mean["countries"]) == (Decimal("50.9"), 28, 36)
    assert mean["computed"]["status"] == "off_track"
    assert mean["override"]["status"] == "at_risk"
    assert (share["part"], share["whole"], share["share_of_all"]) == (17, 28, Decimal("47.2"))
    assert asked(client, "?round=2025-H1")["1.1.1"]["override"] is None
    assert asked(client, "?region=AFR")["1.1.1"]["computed"] is None


def test_what_the_secretariat_holds_is_told_with_all_its_digits(client, frozen):
    found = asked(client)["1.2.1"]

    assert str(found["value"]) == "1234567.25"
    assert (found["held_by_secretariat"], found["note"]) == (True, "As of December.")
    assert found["countries"] is found["answered"] is found["no_data"] is None
    assert "1,234,567.25 records" in texts(
        client.get("/frameworks/2022-2025/objectives/1.2/"), "p", class_="indicator-value"
    )


def test_withheld_indicator_tells_how_many_answered_and_no_more(client, frozen):
    found = asked(client, "?region=ASI")["1.1.2"]

    told = {"countries": 4, "answered": 1, "withheld": True}
    assert told.items() <= found.items()
    hidden = ["value", "part", "whole", "share_of_all", "no_data", "not_applicable", "no_answer"]
    assert [found[name] for name in [*hidden, "computed", "override"]] == [None] * 9


def test_snapshot_keeps_baseline_and_targets(client, frozen):
    indicator = frozen.indicators["mean"]
    indicator.baseline_value = 50
    indicator.save()
    indicator.targets.all().delete()

    assert asked(client)["1.1.1"]["baseline"] == 50
    assert asked(client)["1.1.1"]["targets"] == []
    kept = asked(client, "?snapshot=1")["1.1.1"]
    assert (kept["baseline"], [each["value"] for each in kept["targets"]]) == (40, [55, 80])


def test_parts_of_the_list_are_the_whole(client, frozen):
    whole = list(asked(client))

    parts = [list(asked(client, f"?page_size=1&page={number}")) for number in (1, 2, 3)]
    assert [code for part in parts for code in part] == whole == ["1.1.1", "1.1.2", "1.2.1"]
    assert answer(client, INDICATORS + "?page_size=2")["paging"]["pages"] == 2
