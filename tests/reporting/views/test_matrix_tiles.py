import pytest

from reporting.models import ProgressReport
from tests.factories import ProgressReportFactory, ReportingRoundFactory
from tests.pages import elements, links, text, texts

PAGE = "/review/matrix/tiles/"


def tiles(response):
    return [text(each) for each in elements(response, "svg", class_="tile") if text(each)]


def test_tile_says_how_much_a_country_has_handed_in(client_of, secretariat, submitted, japan):
    page = client_of(secretariat).get(PAGE)

    assert tiles(page) == [
        "Japan: 0 of 4 handed in",
        "France: 1 of 4 handed in",
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

    [tile] = elements(page, "svg", class_=f"tile-{sign}", role="img")
    levels = [dict(each.attributes)["height"] for each in tile.children if each.name == "rect"]
    assert levels[:-1] == ([f"{10 * handed_in:.1f}"] if handed_in else [])


def test_tile_of_a_draft_is_empty(client_of, secretariat, draft):
    assert tiles(client_of(secretariat).get(PAGE)) == ["France: 0 of 4 handed in"]


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
    assert links(page, "ul", class_="tiles") == [
        f"/frameworks/2022-2025/countries/{iso2}/" for iso2 in linked
    ]


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
