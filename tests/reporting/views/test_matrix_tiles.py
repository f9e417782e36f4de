import pytest

from reporting.models import ProgressReport
from tests.factories import MemberCountryFactory, ProgressReportFactory, ReportingRoundFactory
from tests.pages import elements, links, text, texts

PAGE = "/review/matrix/tiles/"


def tiles(response):
    return texts(response, "g", class_="tile")


def places(response):
    """Each country's code and where its tile begins, in the order of the page."""
    found = elements(response, "g", class_="tile")
    return [(text(each)[-2:], dict(each.attributes)["transform"]) for each in found]


def test_tile_says_how_much_a_country_has_handed_in(client_of, secretariat, submitted, japan):
    page = client_of(secretariat).get(PAGE)

    assert tiles(page) == [
        "Japan (JP): 0 of 4 handed in JP",
        "France (FR): 1 of 4 handed in FR",
    ]
    assert texts(page, "h2") == ["Asia 0 of 4", "Europe 1 of 4"]


@pytest.mark.parametrize(("handed_in", "sign"), [(0, "none"), (1, "some"), (4, "all")])
def test_tile_bears_a_sign_beside_its_level(
    client_of, secretariat, open_round, framework, france, handed_in, sign
):
    objectives = [each for goal in framework.goals.all() for each in goal.objectives.all()]
    for objective in objectives[:handed_in]:
        ProgressReportFactory(round=open_round, objective=objective, country=france, submitted=True)
    page = client_of(secretariat).get(PAGE)

    assert len(elements(page, "g", class_=f"tile-{sign}")) == 1
    levels = elements(page, "rect", class_="tile-level", x="0")
    heights = [dict(each.attributes)["height"] for each in levels]
    assert heights == ([f"{9 * handed_in:.1f}"] if handed_in else [])


def test_tile_of_a_draft_is_empty(client_of, secretariat, draft):
    assert tiles(client_of(secretariat).get(PAGE)) == ["France (FR): 0 of 4 handed in FR"]


@pytest.mark.parametrize(
    ("who", "shown", "linked"),
    [
        ("secretariat", 2, ["JP", "FR"]),
        ("editor", 2, []),
        ("neighbour", 1, ["JP"]),
        ("reporter", 1, ["FR"]),
    ],
)
def test_tiles_are_those_of_the_matrix(request, client_of, submitted, japan, who, shown, linked):
    page = client_of(request.getfixturevalue(who)).get(PAGE)

    assert len(tiles(page)) == shown
    assert links(page, "svg", class_="tile-map") == [
        f"/frameworks/2022-2025/countries/{iso2}/" for iso2 in linked
    ]


def test_tiles_lie_as_the_countries_do(client_of, secretariat, submitted, france):
    for iso2, column, row in [("IT", 4, 7), ("NO", 4, 1)]:
        MemberCountryFactory(iso2=iso2, region=france.region, map_column=column, map_row=row)
    france.map_column, france.map_row = 3, 6
    france.save()
    page = client_of(secretariat).get(PAGE)

    assert places(page) == [
        ("NO", "translate(40 0)"),
        ("FR", "translate(0 200)"),
        ("IT", "translate(40 240)"),
    ]
    [drawn] = elements(page, "svg", class_="tile-map", role="list")
    assert dict(drawn.attributes)["viewbox"] == "0 0 76 276"


def test_page_says_how_the_tiles_lie(client_of, secretariat, reporter, submitted, france):
    MemberCountryFactory(region=france.region, map_column=4, map_row=6)
    as_they_lie = "The tiles lie roughly as the countries do, each as large as the others."
    below = "Countries that have no place on the map yet stand below it."

    def said_to(user):
        words = texts(client_of(user).get(PAGE), "p", class_="small-print")[0]
        return as_they_lie in words, below in words

    assert said_to(secretariat) == (True, True)
    assert said_to(reporter) == (False, False)
    france.map_column, france.map_row = 3, 6
    france.save()
    assert said_to(secretariat) == (True, False)


def test_map_is_not_mirrored(client_of, secretariat, submitted, france, settings):
    MemberCountryFactory(iso2="CH", region=france.region, map_column=4, map_row=6)
    MemberCountryFactory(iso2="PL", region=france.region, map_column=5, map_row=4)
    client = client_of(secretariat)
    as_usual = places(client.get(PAGE))

    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    page = client.get(PAGE, headers={"accept-language": "ar"})
    assert len(elements(page, "html", dir="rtl")) == 1
    assert places(page) == as_usual


def test_tiles_are_refused_to_others(client, client_of, viewer, submitted):
    assert client.get(PAGE).status_code == 302
    assert client_of(viewer).get(PAGE).status_code == 403


@pytest.mark.parametrize("query", ["?round=nope", "?region=ZZZ"])
def test_tiles_answer_an_unknown_filter(client_of, secretariat, submitted, query):
    page = client_of(secretariat).get(PAGE + query)

    assert (page.status_code, tiles(page)) == (404, [])


def test_matrix_and_tiles_lead_to_each_other_as_filtered(client_of, secretariat, submitted):
    client = client_of(secretariat)
    there = links(client.get("/review/matrix/?region=EUR"), "p", class_="matrix-scope")
    back = links(client.get(f"{PAGE}?region=EUR"), "p", class_="d-print-none")

    assert (there, back) == ([f"{PAGE}?region=EUR"], ["/review/matrix/?region=EUR"])


def test_tiles_without_a_round_or_objectives_say_so(client_of, secretariat, france):
    client = client_of(secretariat)

    assert texts(client.get(PAGE), "p", class_="notice") == ["There is no reporting round yet."]
    ReportingRoundFactory()
    assert texts(client.get(PAGE), "p", class_="notice") == [
        "The objectives of this framework have not been published yet."
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_tiles_take_the_same_queries_whatever_their_number(
    client_of, secretariat, open_round, objective, django_assert_num_queries, number
):
    ProgressReportFactory.create_batch(number, round=open_round, objective=objective)
    client = client_of(secretariat)

    with django_assert_num_queries(8):
        page = client.get(PAGE)
    assert len(tiles(page)) == number == ProgressReport.objects.count()
