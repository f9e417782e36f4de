"""One country in a region, and no address from which it could be worked out."""

import pytest

from tests.reporting.api.test_examples import ASKED
from tests.reporting.api.test_figures import FRAMEWORK, GOAL, OBJECTIVE, progress

REGIONS = ["AFR", "ASI", "EUR"]


def test_region_of_one_country_is_withheld_and_another_with_it(client, frozen):
    """In 1.1 one country of Asia tells, six of Europe and seven of Africa."""
    found = {
        region: progress(client, OBJECTIVE, f"?region={region}")[0]["line"] for region in REGIONS
    }

    assert {region: line["withheld"] for region, line in found.items()} == {
        "ASI": True,
        "EUR": True,
        "AFR": False,
    }
    for region in ("ASI", "EUR"):
        line = found[region]
        assert line["reported"] == {"ASI": 1, "EUR": 6}[region]
        figures = ["mean_percent", "median_percent", "lower_quartile", "upper_quartile"]
        figures += ["percent_count", "ratings", "change", "challenges", "next_steps"]
        assert [line[name] for name in figures] == [None] * len(figures)


@pytest.mark.parametrize("query", ["", "?snapshot=1"])
def test_complement_holds_five_countries_in_every_figure(client, frozen, query):
    """All less the regions that are shown is never about one to four countries."""
    for subject in (OBJECTIVE, "objectives/1.2/", "objectives/2.1/"):
        found, _lines = progress(client, subject, query)
        whole, shown = found["line"], [each for each in found["regions"] if not each["withheld"]]
        if whole["withheld"]:
            assert [each["reported"] for each in shown] == [0] * len(shown)
            continue
        for count in ("reported", "percent_count"):
            rest = whole[count] - sum(each[count] for each in shown)
            assert rest == 0 or rest >= 5, (subject, count)


def test_goal_tells_nothing_of_what_its_objectives_withhold(client, frozen):
    """A region's total is of what is shown of it: nothing is left when that is taken away."""
    for region in REGIONS:
        found, lines = progress(client, GOAL, f"?region={region}")
        shown = [line for line in lines if not line["withheld"]]
        for count in ("expected", "reported"):
            assert found["total"][count] == sum(line[count] for line in shown)


def test_region_that_is_withheld_is_so_in_every_list(client, frozen):
    """In the regions of an objective, and where one region is asked for, of each subject."""
    in_list = {
        line["region"] for line in progress(client, OBJECTIVE)[0]["regions"] if line["withheld"]
    }
    by_filter = set()
    for region in REGIONS:
        of_objective = progress(client, OBJECTIVE, f"?region={region}")[0]["line"]["withheld"]
        for subject in (FRAMEWORK, GOAL):
            lines = progress(client, subject, f"?region={region}")[1]
            [line] = [each for each in lines if each["objective"] == "1.1"]
            assert line["withheld"] is of_objective
        by_filter |= {region} if of_objective else set()

    assert in_list == by_filter == {"ASI", "EUR"}


def test_withheld_round_is_withheld_in_the_trend(client, frozen):
    found, _lines = progress(client, OBJECTIVE, "?region=ASI")

    assert [(each["withheld"], each["mean_percent"]) for each in found["trend"]] == [
        (False, None),
        (True, None),
    ]
    assert [each["percent_count"] for each in found["trend"]] == [0, None]


def test_no_answer_names_a_country(client, frozen):
    names = {country.name for countries in frozen.countries.values() for country in countries}
    codes = {f'"{each.iso2}"' for countries in frozen.countries.values() for each in countries}

    for address in ASKED.values():
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        assert [word for word in names | codes if word in text] == []
        assert "Two training courses were held." not in text
