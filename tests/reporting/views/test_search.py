from datetime import date

import pytest

from reporting import actions
from reporting.models import ProgressReport
from reporting.texts import fold_all
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, links, texts

ADDRESS = "/search/"


def asked(client, query, **others):
    return client.get(ADDRESS, {"q": query, **others})


def counts(response):
    return {group.kind.value: (group.number, group.total) for group in response.context["groups"]}


def reports_found(client, query="enquete"):
    return counts(asked(client, query))["report"]


@pytest.fixture
def written(draft, reporter):
    """France's draft, with a text that nobody else has written."""
    content = {"achievements": "Une ENQUÊTE à Straßburg <b>et</b> plus."}
    actions.save_draft(report=draft, version=1, content=content, by=reporter)
    return draft


@pytest.fixture
def handed_in(written, focal_point):
    actions.submit_report(report=written, version=2, by=focal_point)
    return written


@pytest.fixture
def published(handed_in, secretariat):
    actions.approve_report(report=handed_in, version=3, by=secretariat)
    return handed_in


def show_results_to(framework, visibility):
    framework.results_visibility = visibility
    framework.save()


def test_search_finds_what_frameworks_say(client, framework):
    goal = GoalFactory(framework=framework, title="Sécurité des frontières", description="Île")
    objective = ObjectiveFactory(goal=goal, statement="Former à l’île.")
    IndicatorFactory(objective=objective, name="Officers", definition="On each ÎLE, trained.")
    response = asked(client, "ile")
    assert counts(response) == {
        "objective": (1, 5),
        "indicator": (1, 1),
        "goal": (1, 3),
        "framework": (0, 1),
        "report": (0, 0),
    }
    assert links(response, "ol", class_="search-hits") == [
        "/frameworks/2022-2025/objectives/3.1/",
        "/frameworks/2022-2025/objectives/3.1/#indicator-1",
        "/frameworks/2022-2025/goals/3/",
    ]
    assert texts(response, "mark") == ["île", "ÎLE", "Île"]


def test_search_says_where_results_are_from(client_of, reporter, written):
    response = asked(client_of(reporter), "enquete", kind="report")
    assert texts(response, "a", href=f"/reporting/reports/{written.pk}/") == [
        f"1.1 France: {written.objective.statement}"
    ]
    assert texts(response, "p", class_="search-origin") == [
        "Strategic Framework 2022-2025 · Second half of 2025"
    ]
    assert texts(response, "p", class_="search-passage") == [
        "Achievements: Une ENQUÊTE à Straßburg <b>et</b> plus."
    ]
    assert texts(response, "span", class_="tag") == ["Draft"]
    assert texts(response, "h2") == ["Reports 1 of 1 that you may read"]


def test_search_wants_all_words_in_any_order(client, framework):
    ObjectiveFactory(goal=framework.goals.first(), statement="Officers are trained.")
    assert counts(asked(client, "train OFFICER"))["objective"] == (1, 5)
    assert counts(asked(client, "train judge"))["objective"] == (0, 5)


def test_search_by_code_shows_the_very_objective_first(client, framework):
    ObjectiveFactory(goal=framework.goals.get(number=1), number=12, statement="Like 1.2 in text")
    hits = links(asked(client, "1.2", kind="objective"), "ol", class_="search-hits")
    assert hits == [f"/frameworks/2022-2025/objectives/{code}/" for code in ["1.2", "1.12"]]


# Quotation marks at the ends of a word are left out: these have some inside.
@pytest.mark.parametrize("word", ["%%", "__", "\\\\", "c''d", 'c""d'])
def test_signs_of_a_pattern_stand_for_themselves(client_of, reporter, draft, word):
    assert reports_found(client_of(reporter), word) == (0, 1)
    content = {"lessons": f"a{word}b"}
    actions.save_draft(report=draft, version=1, content=content, by=reporter)
    assert reports_found(client_of(reporter), word) == (1, 1)


@pytest.mark.parametrize(
    "query", ["ENQUÊTE", "enque\u0302te", "STRASSBURG", "\u200fstraßburg", "ET"]
)
def test_accents_and_case_do_not_matter_in_reports(client_of, reporter, written, query):
    assert reports_found(client_of(reporter), query) == (1, 1)


def test_results_are_escaped(client_of, reporter, written):
    response = asked(client_of(reporter), "<b>et</b>")
    assert texts(response, "mark") == ["<b>et</b>"]
    assert elements(response, "b") == []


class TestAccess:
    def test_draft_is_found_by_its_country_alone(
        self, client, client_of, written, reporter, neighbour, secretariat, viewer
    ):
        assert reports_found(client_of(reporter)) == (1, 1)
        others = [client, *map(client_of, [neighbour, secretariat, viewer])]
        assert {reports_found(other) for other in others} == {(0, 0)}

    def test_submitted_report_is_found_by_reviewers_too(
        self, client, client_of, handed_in, reporter, neighbour, secretariat, editor
    ):
        assert reports_found(client_of(reporter)) == (1, 1)
        assert reports_found(client_of(secretariat)) == (1, 1)
        others = [client, *map(client_of, [neighbour, editor])]
        assert {reports_found(other) for other in others} == {(0, 0)}

    def test_approved_report_is_found_as_its_framework_says(
        self, client, client_of, published, framework, neighbour, viewer
    ):
        readers = [client, client_of(neighbour), client_of(viewer)]
        assert [reports_found(reader) for reader in readers] == [(0, 0), (0, 0), (0, 0)]
        show_results_to(framework, "members")
        assert [reports_found(reader) for reader in readers] == [(0, 0), (1, 1), (1, 1)]
        show_results_to(framework, "public")
        assert [reports_found(reader) for reader in readers] == [(1, 1), (1, 1), (1, 1)]

    def test_hidden_reports_change_no_answer(self, client, written):
        found, missed = asked(client, "enquete"), asked(client, "enquetf")
        assert found.content.replace(b"enquete", b"enquetf") == missed.content

    def test_texts_of_hidden_reports_are_not_even_looked_into(
        self, client, written, django_assert_num_queries
    ):
        with django_assert_num_queries(5) as queries:
            asked(client, "enquete")
        [sql] = [query["sql"] for query in queries if "reporting_foldedtext" in query["sql"]]
        assert "LIKE" in sql.rpartition(" WHERE ")[0]
        assert "LIKE" not in sql.rpartition(" WHERE ")[2]


@pytest.mark.parametrize("number", [1, 3])
def test_search_takes_the_same_queries_whatever_it_finds(
    client_of, secretariat, open_round, objective, django_assert_num_queries, number
):
    for _each in range(number):
        other = ObjectiveFactory(goal__framework=FrameworkFactory(), statement="Train")
        IndicatorFactory(objective=other, name="Trained")
        ProgressReportFactory(round=open_round, objective=objective, submitted=True)
    fold_all()
    reader = client_of(secretariat)
    with django_assert_num_queries(8):
        response = asked(reader, "train")
    assert counts(response)["report"] == (number, number)
    assert len(response.context["groups"][-1].hits) == number


def test_results_come_in_pages_of_twenty(client_of, secretariat, open_round, objective):
    ProgressReportFactory.create_batch(
        21, round=open_round, objective=objective, submitted=True, lessons="Needle"
    )
    fold_all()
    reader = client_of(secretariat)
    first = asked(reader, "needle")
    assert len(elements(first, "mark")) == 5
    assert links(first, "p", class_="d-print-none") == ["?q=needle&kind=report"]
    pages = [asked(reader, "needle", kind="report", page=page) for page in [1, 2, 3]]
    assert [len(elements(page, "mark")) for page in pages] == [20, 1, 0]
    assert [page.status_code for page in pages] == [200, 200, 404]
    hits = [links(page, "ol", class_="search-hits") for page in pages[:2]]
    assert len({*hits[0], *hits[1]}) == 21


def test_pages_together_are_all_results_the_latest_round_first(
    client_of, secretariat, framework, objective
):
    for year, number in ((2022, 15), (2023, 0), (2024, 13)):
        starts_on = date(year, 1, 1)
        reporting_round = ReportingRoundFactory(framework=framework, starts_on=starts_on)
        ProgressReportFactory.create_batch(
            number, round=reporting_round, objective=objective, approved=True, lessons="Trained"
        )
    fold_all()
    client = client_of(secretariat)

    shown = [
        address
        for page in (1, 2)
        for address in links(asked(client, "trained", kind="report", page=page), "ol")
    ]

    by_country = ["-round__starts_on", "country__name_en", "pk"]
    reports = ProgressReport.objects.order_by(*by_country)
    assert [each for each in shown if "/reporting/" in each] == [
        report.get_absolute_url() for report in reports
    ]


def test_framework_narrows_results_and_what_they_are_counted_of(client_of, reporter, written):
    other = FrameworkFactory(slug="other")
    reader = client_of(reporter)
    assert counts(asked(reader, "enquete", framework="2022-2025"))["report"] == (1, 1)
    assert counts(asked(reader, "enquete", framework=other.slug))["report"] == (0, 0)


@pytest.mark.parametrize("query", ["", "   ", "\u200f\u200e", "a", "\u0301"])
def test_query_without_words_shows_how_to_search(client, framework, query):
    response = asked(client, query)
    assert (response.status_code, "groups" in response.context) == (200, False)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "x" * 10_000}, "At most 200 characters, please: these are 10000."),
        ({"q": " ".join(f"w{n}" for n in range(13))}, "At most 12 words, please: these are 13."),
        ({"q": "train", "kind": "people"}, "There is no kind “people”."),
        ({"q": "train", "framework": "1066"}, "There is no framework “1066”."),
        ({"q": "train", "page": "-1"}, "There is no such page of results."),
        ({"q": "train", "page": "9" * 400}, "There is no such page of results."),
    ],
)
def test_odd_question_is_refused_with_a_word(client, framework, query, said):
    response = client.get(ADDRESS, query)
    assert (response.status_code, texts(response, "p", role="alert")) == (400, [said])


def test_search_refuses_nul_and_posts(client, framework):
    assert asked(client, "a\0b").status_code == 404
    assert client.post(ADDRESS, {"q": "train"}).status_code == 405


def test_search_without_any_framework_finds_nothing(client, db):
    assert asked(client, "train").context["number"] == 0


def test_report_without_folded_text_is_counted_and_not_found(client_of, reporter, draft):
    assert ProgressReport.objects.count() == 1
    assert reports_found(client_of(reporter), "training") == (0, 1)
