import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from members.models import MemberCountry
from objectives.models import Objective
from reporting.models import Extension, ProgressReport
from tests.factories import (
    LETTERS,
    ExtensionFactory,
    GoalFactory,
    MemberCountryFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, links, text, texts, walk

PAGE = "/review/matrix/"
CSV = "/review/matrix.csv"


def rows(response):
    """The table's body: a list of texts a row."""
    found = [row for body in elements(response, "tbody") for row in walk(body) if row.name == "tr"]
    return [[text(cell) for cell in row.children] for row in found]


def countries(response):
    return [text(row) for row in elements(response, "th", scope="row")]


def downloaded(client, query=""):
    response = client.get(f"{CSV}{query}")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_matrix_shows_states_by_region_with_sums(
    client_of, secretariat, approved, japan, open_round
):
    page = client_of(secretariat).get(PAGE)

    assert texts(page, "h1") == ["Who has reported? Second half of 2025"]
    assert rows(page) == [
        ["Asia Skip this region", "0 of 4", *["0 of 1"] * 4],
        ["Japan", "0 of 4", "Due", "Due", "Due", "Due"],
        ["Europe Skip this region", "1 of 4", "1 of 1", *["0 of 1"] * 3],
        ["France", "1 of 4", "Approved", "Due", "Due", "Due"],
    ]
    assert texts(page, "tfoot") == ["All countries shown 1 of 8 1 of 2 0 of 2 0 of 2 0 of 2"]


def test_matrix_column_has_its_statement_and_its_page(client_of, secretariat, draft, objective):
    page = client_of(secretariat).get(PAGE)

    [first, *_others] = [a for head in elements(page, "thead") for a in walk(head) if a.name == "a"]
    assert dict(first.attributes) == {
        "href": objective.get_absolute_url(),
        "title": objective.statement,
    }


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["France", "Japan"]),
        ("?region=EUR", ["France"]),
        ("?region=ASI", ["Japan"]),
        ("?region=&round=", ["France", "Japan"]),
    ],
)
def test_matrix_filters_by_region(client_of, secretariat, draft, japan, query, shown):
    page = client_of(secretariat).get(PAGE + query)

    assert sorted(set(countries(page)) - {"All countries shown"}) == shown


def test_matrix_filters_by_round(client_of, secretariat, approved, round_before):
    page = client_of(secretariat).get(f"{PAGE}?round=2025-H1")

    assert rows(page) == [["France", "0 of 4", *["Not reported"] * 4]]


def test_matrix_opens_on_the_round_of_the_desk(client_of, secretariat, draft, round_before):
    ahead = ReportingRoundFactory(framework=draft.round.framework, ahead=True)
    page = client_of(secretariat).get(PAGE)

    chosen = [dict(each.attributes) for each in elements(page, "option")]
    assert page.context["round"] == draft.round != ahead
    assert [each["value"] for each in chosen if "selected" in each] == ["2025-H2", ""]


@pytest.mark.parametrize("address", [PAGE, CSV])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?round=nope", "There is no round “nope” here."),
        ("?region=ZZZ", "There is no region “ZZZ”."),
    ],
)
def test_matrix_answers_an_unknown_filter(client_of, secretariat, draft, address, query, message):
    page = client_of(secretariat).get(address + query)

    expected = [message] if address == PAGE else []
    assert (page.status_code, texts(page, "p", role="alert")) == (404, expected)
    assert texts(page, "table") == []


def test_matrix_without_a_round_says_so(client_of, secretariat):
    page = client_of(secretariat).get(PAGE)

    assert texts(page, "p", class_="notice") == ["There is no reporting round yet."]


def test_matrix_without_objectives_says_so(client_of, secretariat, open_round, france):
    Objective.objects.all().delete()
    page = client_of(secretariat).get(PAGE)

    assert texts(page, "p", class_="notice") == [
        "The objectives of this framework have not been published yet."
    ]


def test_matrix_escapes_the_name_of_a_country(client_of, secretariat, draft):
    MemberCountry.objects.update(name_en="<b>&")
    page = client_of(secretariat).get(PAGE)

    assert page.content.count(b'<th scope="row">&lt;b&gt;&amp;</th>') == 1


def test_matrix_never_tells_text_or_rating(client_of, secretariat, approved):
    words = text(elements(client_of(secretariat).get(PAGE), "main")[0])

    assert [each for each in ["On track", "60", approved.achievements] if each in words] == []


# Whose rows a person sees, and which of France's reports have a link.


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved"])
@pytest.mark.parametrize(
    ("name", "shown", "linked", "address"),
    [
        ("secretariat", ["France", "Japan"], {"submitted", "approved"}, "/review/{}/"),
        ("editor", ["France", "Japan"], set(), ""),
        ("administrator", ["France", "Japan"], set(), ""),
        (
            "reporter",
            ["France"],
            {"draft", "submitted", "returned", "approved"},
            "/reporting/reports/{}/",
        ),
        ("neighbour", ["Japan"], set(), ""),
    ],
)
def test_who_sees_which_rows_and_opens_what(
    request, client_of, japan, state, name, shown, linked, address
):
    report = request.getfixturevalue(state)
    client = client_of(request.getfixturevalue(name))

    page = client.get(PAGE)

    assert sorted(set(countries(page)) - {"All countries shown"}) == shown
    reports = [link for link in links(page, "tbody") if not link.startswith("#")]
    assert reports == ([address.format(report.pk)] if state in linked else [])
    assert [client.get(each).status_code for each in reports] == [200] * len(reports)


@pytest.mark.parametrize(
    "name", ["secretariat", "editor", "administrator", "reporter", "neighbour"]
)
def test_rows_are_of_the_countries_whose_states_one_knows(request, client_of, draft, japan, name):
    person = request.getfixturevalue(name)
    ProgressReportFactory(round=draft.round, objective=draft.objective, country=japan)
    known = ProgressReport.objects.states_visible_to(person).values_list("country__name_en")

    rows = downloaded(client_of(person))

    assert sorted((row["name"],) for row in rows) == sorted(known)


def test_a_country_has_no_sums_over_itself(client_of, reporter, draft):
    page = client_of(reporter).get(PAGE)

    assert rows(page) == [["France", "0 of 4", "Draft", "Due", "Due", "Due"]]
    assert texts(page, "tfoot") == []


def test_a_country_finds_nobody_in_another_region(client_of, reporter, japan, draft):
    page = client_of(reporter).get(f"{PAGE}?region=ASI")

    assert texts(page, "p", class_="notice") == ["There is no country to show here."]


@pytest.mark.parametrize("address", [PAGE, CSV])
def test_matrix_is_not_for_a_viewer(client_of, viewer, draft, address):
    page = client_of(viewer).get(address)

    assert (page.status_code, texts(page, "h1")) == (403, ["You do not have access to this page"])


@pytest.mark.parametrize("address", [PAGE, CSV])
def test_matrix_asks_to_sign_in(client, draft, address):
    page = client.get(address)

    assert (page.status_code, page.url) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize(
    ("name", "leads_there"),
    [("secretariat", True), ("editor", True), ("reporter", False), ("viewer", False)],
)
def test_header_leads_the_secretariat_to_the_matrix(request, client_of, draft, name, leads_there):
    page = client_of(request.getfixturevalue(name)).get("/")

    assert (PAGE in links(page, "header")) == leads_there


# The keyboard's way through it


def test_matrix_leads_to_each_region_and_past_it(client_of, secretariat, draft, japan):
    page = client_of(secretariat).get(PAGE)

    assert links(page, "nav", class_="matrix-regions") == ["#ASI", "#EUR"]
    assert [link for link in links(page, "tbody") if link.startswith("#")] == [
        "#EUR",
        "#matrix-end",
    ]
    anchors = {dict(each.attributes).get("id") for each in elements(page, "tbody")}
    assert anchors == {"ASI", "EUR"}
    assert len(elements(page, "p", id="matrix-end")) == 1


def test_matrix_scrolls_by_the_keyboard(client_of, secretariat, draft):
    page = client_of(secretariat).get(PAGE)

    [region] = elements(page, "div", class_="matrix-scroll")
    assert dict(region.attributes) == {
        "class": "matrix-scroll",
        "tabindex": "0",
        "role": "region",
        "aria-label": "Countries by objectives",
    }


# The same as CSV


def test_csv_has_every_state_of_the_page(client_of, secretariat, approved, japan):
    objectives = ["1.1", "1.2", "2.1", "2.2"]

    assert downloaded(client_of(secretariat)) == [
        {"round": "2025-H2", "region": "ASI", "region's name": "Asia"}
        | {"country": "JP", "name": "Japan"}
        | dict.fromkeys(objectives, "Due")
        | {"reported": "0", "of": "4"},
        {"round": "2025-H2", "region": "EUR", "region's name": "Europe"}
        | {"country": "FR", "name": "France"}
        | dict.fromkeys(objectives, "Due")
        | {"1.1": "Approved", "reported": "1", "of": "4"},
    ]


def test_page_links_to_its_own_download(client_of, secretariat, approved, japan, round_before):
    client = client_of(secretariat)

    addresses = links(client.get(f"{PAGE}?region=EUR"), "div", class_="matrix-filter")

    query = "?region=EUR&round=2025-H2"
    assert addresses == [f"{CSV}{query}", f"/review/matrix.xlsx{query}"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "2022-2025-matrix-2025-H2.csv"),
        ("?region=EUR&round=2025-H1", "2022-2025-matrix-2025-H1-EUR.csv"),
    ],
)
def test_csv_is_named_for_what_it_holds(client_of, secretariat, draft, round_before, query, name):
    headers = client_of(secretariat).get(f"{CSV}{query}").headers

    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8"


def test_csv_quotes_what_a_spreadsheet_would_run(client_of, secretariat, draft):
    MemberCountry.objects.update(name_en="=1+1")

    assert [row["name"] for row in downloaded(client_of(secretariat))] == ["'=1+1"]


def test_a_country_with_more_time_is_not_overdue(client_of, secretariat, framework, france, japan):
    late = ReportingRoundFactory(framework=framework, overdue=True)
    ExtensionFactory(round=late, country=france, granted=True)
    ExtensionFactory(round=late, country=japan)
    client = client_of(secretariat)

    states = {row["country"]: row["1.1"] for row in downloaded(client, f"?round={late.slug}")}
    assert states == {"FR": "Due, more time", "JP": "Overdue"}
    Extension.objects.filter(country=france).update(granted_until=late.due_at)
    states = {row["country"]: row["1.1"] for row in downloaded(client, f"?round={late.slug}")}
    assert states == {"FR": "Overdue", "JP": "Overdue"}


# How much it takes


@pytest.mark.parametrize("address", [PAGE, CSV])
@pytest.mark.parametrize("number", [1, 3, 30])
def test_matrix_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, open_round, objective, django_assert_num_queries, number, address
):
    for n in range(number):
        ProgressReportFactory(round=open_round, objective=objective, country__name_en=f"Land {n}")
    client = client_of(secretariat)

    with django_assert_num_queries(8):
        page = client.get(address)

    assert page.content.count(b"Land ") == number


def full_matrix(by):
    """196 countries with approved reports on 17 objectives: the most that a page can hold."""
    reporting_round = ReportingRoundFactory(closed=True)
    goals = GoalFactory.create_batch(4, framework=reporting_round.framework)
    objectives = [ObjectiveFactory(goal=goals[n % 4], statement="x" * 150) for n in range(17)]
    regions = [MemberCountryFactory().region for _n in range(4)]
    MemberCountry.objects.all().delete()
    names = [f"{a}{b}" for a in LETTERS for b in LETTERS][:196]
    members = MemberCountry.objects.bulk_create(
        MemberCountryFactory.build(
            iso2=name, iso3=f"{name}X", name_en=f"Country named {name}", region=regions[n % 4]
        )
        for n, name in enumerate(names)
    )
    ProgressReport.objects.bulk_create(
        ProgressReportFactory.build(
            pk=1_000_000 + 17 * n + m,
            round=reporting_round,
            objective=objective,
            country=country,
            changed_by=by,
            submitted=True,
        )
        for n, country in enumerate(members)
        for m, objective in enumerate(objectives)
    )


def test_full_matrix_stays_under_250_kb(client_of, secretariat):
    full_matrix(secretariat)

    page = client_of(secretariat).get(PAGE)

    assert len([link for link in links(page, "tbody") if link[0] == "/"]) == 3_332
    assert len(page.content) < 250_000


def test_workbook_says_what_the_csv_says(client_of, secretariat, approved, japan):
    client = client_of(secretariat)

    response = client.get("/review/matrix.xlsx?region=EUR")

    figures, about = openpyxl.load_workbook(BytesIO(response.content)).worksheets
    names, *rows = figures.iter_rows(values_only=True)
    found = [dict(zip(names, map(str, row), strict=True)) for row in rows]
    assert found == downloaded(client, "?region=EUR")
    facts = dict(about.iter_rows(values_only=True))
    assert (facts["Region"], facts["Round"]) == ("Europe", approved.round.name)
    assert "2025-H2-EUR.xlsx" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("round=x", "Round: There is no round “x” here."),
        ("region=EUR&region=EUR", "Region: The address names several. Choose one."),
    ],
)
def test_file_of_a_wrong_filter_says_what_is_wrong(
    client_of, secretariat, draft, kind, query, reason
):
    page = client_of(secretariat).get(f"/review/matrix.{kind}?{query}")

    assert (page.status_code, links(page, "main")) == (404, [PAGE])
    assert texts(page, "p", class_="lede") == [reason]


@pytest.mark.parametrize("who", ["viewer", "neighbour"])
def test_workbook_is_for_whom_the_page_is(request, client_of, approved, who):
    response = client_of(request.getfixturevalue(who)).get("/review/matrix.xlsx")

    if who == "viewer":
        assert response.status_code == 403
    else:
        figures = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
        assert "FR" not in [row[3] for row in figures.iter_rows(values_only=True)]
