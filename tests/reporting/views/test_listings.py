"""Reports with what they say, as files: who finds which in them, and that nothing is left out."""

import csv
import io

import openpyxl
import pytest

from members.models import Role, User
from reporting.models import Book
from reporting.views import listings
from tests.factories import (
    EvidenceFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    ProgressReportFactory,
    SubmissionFactory,
)
from tests.pages import links, texts
from tests.reporting.views.figures import FRAMEWORK

REPORTS, ANSWERS = f"{FRAMEWORK}reports.csv", f"{FRAMEWORK}answers.csv"
ASK, QUEUE = f"{FRAMEWORK}reports/", "/review/reports.csv"


def lines(response):
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def found(response):
    """Whose reports are in the file, and in what state."""
    return [(each["country"], each["state"]) for each in lines(response)]


@pytest.fixture
def reports(objective, open_round, france, japan):
    """One of each state for France, and one that Japan has had approved."""
    own = [
        ProgressReportFactory(
            objective__goal=objective.goal, round=open_round, country=france, **{state: True}
        )
        for state in ("draft", "returned", "submitted", "approved")
    ]
    other = ProgressReportFactory(
        objective=objective, round=open_round, country=japan, approved=True
    )
    return [*own, other]


@pytest.mark.parametrize(
    ("who", "visibility", "states"),
    [
        ("reporter", "aggregate", ["Approved", "Draft", "Returned for correction", "Submitted"]),
        ("neighbour", "aggregate", []),
        ("secretariat", "aggregate", ["Approved", "Submitted"]),
        ("editor", "aggregate", ["Approved"]),
        ("viewer", "aggregate", []),
        ("administrator", "aggregate", []),
        ("viewer", "members", ["Approved"]),
        ("neighbour", "public", ["Approved"]),
    ],
)
def test_in_it_is_what_the_reader_may_read(
    request, client_of, reports, framework, who, visibility, states
):
    framework.results_visibility = visibility
    framework.save()

    response = client_of(request.getfixturevalue(who)).get(REPORTS)

    assert sorted(state for country, state in found(response) if country == "FR") == states


@pytest.mark.parametrize("address", [REPORTS, ANSWERS, QUEUE])
def test_stranger_gets_none(client, reports, address):
    assert client.get(address).url.startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["reporter", "viewer", "editor", "administrator"])
def test_queue_is_for_reviewers(request, client_of, reports, who):
    assert client_of(request.getfixturevalue(who)).get(QUEUE).status_code == 403


def test_nothing_is_left_out(client_of, secretariat, objective, open_round, france, settings):
    report = ProgressReportFactory(
        objective=objective,
        round=open_round,
        country=france,
        approved=True,
        rating="at_risk",
        percent_complete=40,
        main_challenge="staff",
        main_next_step="train",
        achievements='=HYPERLINK("https://police.example")',
        challenges='Few, "and\nfar" between.',
    )
    for number in (1, 2):
        SubmissionFactory(report=report, number=number)
    EvidenceFactory(report=report)

    [line] = lines(client_of(secretariat).get(REPORTS))

    first, last = (each.submitted_at for each in report.submissions.order_by("number"))
    assert line == {
        "framework": "2022-2025",
        "round": "2025-H2",
        "region": "EUR",
        "region's name": "Europe",
        "country": "FR",
        "name": "France",
        "objective": "1.1",
        "statement": objective.statement,
        "state": "Approved",
        "rating": "At risk",
        "percent complete": "40",
        "confidence": "High",
        "achievements": '\'=HYPERLINK("https://police.example")',
        "challenges": 'Few, "and\nfar" between.',
        "main challenge": "Staff and training",
        "next steps": "Train ten more trainers.",
        "main next step": "Recruit or train",
        "lessons learned": "Begin with the trainers.",
        "why it does not apply": "",
        "confirms unchanged": "",
        "entered by the secretariat": "no",
        "first submitted": f"{first:%Y-%m-%d %H:%M} UTC",
        "last submitted": f"{last:%Y-%m-%d %H:%M} UTC",
        "address": f"{settings.PUBLIC_BASE_URL}/reporting/reports/{report.pk}/",
    }


def test_answers_are_those_of_the_same_reports(client_of, reporter, reports):
    indicator = IndicatorFactory(objective=reports[0].objective, number=1, unit="courses")
    IndicatorValueFactory(report=reports[0], indicator=indicator, value="1.5", note="Counted.")
    IndicatorValueFactory(report=reports[-1])

    [line] = lines(client_of(reporter).get(ANSWERS))

    said = [line[name] for name in ("country", "indicator", "unit", "answer", "value")]
    assert said == ["FR", indicator.code, "courses", "Number", "1.5000"]
    assert line["reason or note"] == "Counted."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?round=2025-H2", 3),
        ("?round=2025-H1", 0),
        ("?region=EUR", 2),
        ("?country=JP", 1),
        ("?state=submitted", 1),
        ("?state=approved&region=ASI", 1),
        ("?state=draft", 0),
    ],
)
def test_filter(client_of, secretariat, reports, round_before, query, expected):
    assert len(lines(client_of(secretariat).get(REPORTS + query))) == expected


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("round=nope", "Round: There is no round “nope” here."),
        ("region=ZZZ", "Region: There is no region “ZZZ”."),
        ("country=ZZ", "Country: There is no country “ZZ”."),
        ("country=FR&country=JP", "Country: The address names several. Choose one."),
        ("state=gone", "State: There is no state “gone”."),
    ],
)
@pytest.mark.parametrize("address", [REPORTS, ANSWERS, QUEUE, ASK])
def test_wrong_filter_is_no_file(client_of, secretariat, reports, address, query, reason):
    client = client_of(secretariat)

    page = getattr(client, "post" if address == ASK else "get")(f"{address}?{query}")

    assert (page.status_code, texts(page, "p", class_="lede")) == (404, [reason])
    shown = "/review/" if address == QUEUE else f"{FRAMEWORK}progress/"
    assert links(page, "main") == [shown]
    assert client.get(shown).status_code == 200


@pytest.mark.parametrize(("query", "state"), [("", "Submitted"), ("?state=approved", "Approved")])
def test_queue_as_it_is_filtered(client_of, secretariat, reports, query, state):
    ours = client_of(secretariat)
    assert f"{QUEUE}{query}" in links(ours.get(f"/review/{query}"), "main")

    assert {each for _country, each in found(ours.get(QUEUE + query))} == {state}
    book = openpyxl.load_workbook(io.BytesIO(ours.get(f"/review/reports.xlsx{query}").content))
    assert {row[8] for row in book["Reports"].iter_rows(min_row=2, values_only=True)} == {state}


def test_workbook_of_too_many_is_not_begun(client_of, secretariat, reports, monkeypatch):
    monkeypatch.setattr(listings, "MOST_AT_ONCE", 1)

    page = client_of(secretariat).get("/review/reports.xlsx?state=approved", follow=True)

    assert page.redirect_chain == [("/review/?state=approved", 302)]
    assert "A workbook takes 1 reports at once: choose a round" in page.content.decode()


def test_all_as_a_workbook(client_of, reporter, reports):
    IndicatorValueFactory(report=reports[0])
    ours = client_of(reporter)

    page = ours.post(f"{ASK}?country=FR", follow=True)

    assert texts(page, "h1") == ["Reports as a workbook"]
    [address] = links(page, "section", id="book")
    response = ours.get(address)
    assert response["Content-Disposition"] == 'attachment; filename="2022-2025-reports.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Reports", "Answers to indicators", "About this file"]
    assert [book[name].max_row for name in book.sheetnames[:2]] == [5, 2]
    about = dict(book["About this file"].iter_rows(values_only=True, max_col=2))
    assert about["Country"] == "France"
    assert about["From"].endswith("/frameworks/2022-2025/?country=FR")
    assert "Withheld" not in about
    assert (Book.objects.get().done, Book.objects.get().parts) == (5, 5)


def test_workbook_is_not_for_whom_the_role_was_taken(client_of, secretariat, reports):
    ours = client_of(secretariat)
    ours.post(ASK)
    address = f"/books/{Book.objects.get().pk}/file/"
    assert ours.get(address).status_code == 200

    secretariat.memberships.all().delete()
    MembershipFactory(user=secretariat, role=Role.VIEWER)

    assert client_of(User.objects.get(pk=secretariat.pk)).get(address).status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_number_of_queries_is_fixed(
    client_of, secretariat, objective, open_round, django_assert_num_queries, many
):
    ProgressReportFactory.create_batch(many, objective=objective, round=open_round, submitted=True)
    ours = client_of(secretariat)

    for address, queries in [(REPORTS, 7), (ANSWERS, 7), (QUEUE, 6)]:
        with django_assert_num_queries(queries):
            lines(ours.get(address))
