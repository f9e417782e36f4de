import pytest

from goals.models import Framework
from members.models import Role
from reporting import actions
from tests.factories import MembershipFactory, ObjectiveFactory, SubmissionFactory
from tests.reporting.views.figures import FRAMEWORK, GOAL, OBJECTIVE, report

BRIEFS = [f"{page}brief.pdf" for page in (FRAMEWORK, GOAL, OBJECTIVE)]


def shown(row):
    """The figures of a page's row, as numbers."""
    cell = row.cell
    counts = [] if cell.withheld else [*(count for _, count in cell.counts), cell.unreported]
    means = [None if each.mean_percent is None else float(each.mean_percent) for each in row.trend]
    return counts, f"{cell.reported} of {cell.expected}", means


def set_in_type(line):
    counts = [segment.count for segment in line.segments]
    return counts, line.reported, [point.percent for point in line.trend]


@pytest.mark.parametrize("query", ["", "?region=EUR", "?region=AFR", "?round=2025-H1"])
def test_brief_has_the_figures_of_the_page(
    client, printed, objective, open_round, round_before, europe, africa, query
):
    report(objective, round_before, europe, *[50] * 5)
    report(objective, open_round, europe, *[10, 20, 30, 40, 55])
    report(objective, open_round, africa, *[3] * 2)
    home, goal, page = (client.get(each + query).context for each in ("/", GOAL, OBJECTIVE))
    for address in BRIEFS:
        assert client.get(address + query).status_code == 200

    sections = [
        [[set_in_type(line) for line in section.lines] for section in brief.sections]
        for brief in printed
    ]
    assert sections == [
        [[shown(row) for row in home[name]] for name in ("rows", "objective_rows")],
        [[shown(row) for row in rows] for rows in (goal["rows"], goal["regions"]) if rows],
        [[shown(row) for row in rows] for rows in (page["rows"], page["regions"]) if rows],
    ]
    assert set_in_type(printed[1].whole) == shown(goal["total"])
    attention = home["attention"]
    assert [figure.value for figure in printed[0].figures] == [
        str(len(attention.off_track)) if attention.judged else "–",
        str(len(attention.at_risk)) if attention.judged else "–",
        str(len(attention.few_reports)),
    ]
    assert [each.standing for each in printed[2].indicators] == [
        line.judgement.standing.label if line.judgement else "–" for line in page["lines"]
    ]


@pytest.mark.parametrize("address", BRIEFS)
def test_brief_withholds_what_the_page_withholds(
    client, printed, objective, open_round, europe, address
):
    report(objective, open_round, europe, *[37] * 4)

    client.get(address)

    [lines] = [section.lines for section in printed[0].sections if section.lines[0].name == "1.1"]
    assert (lines[0].note, lines[0].segments, lines[0].mean) == ("withheld", [], "–")
    assert "37" not in str([section.lines for section in printed[0].sections])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"{FRAMEWORK}brief.pdf", "2022-2025-brief-2025-H2.pdf"),
        (f"{GOAL}brief.pdf?region=EUR", "2022-2025-goal-1-brief-2025-H2-EUR.pdf"),
        (f"{OBJECTIVE}brief.pdf", "2022-2025-objective-1.1-brief-2025-H2.pdf"),
    ],
)
def test_brief_opens_in_the_browser_under_its_name(
    client, open_round, objective, europe, address, name
):
    response = client.get(address)

    assert response.content.startswith(b"%PDF-")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", BRIEFS)
def test_brief_of_a_members_framework_is_for_members(
    client, client_of, viewer, open_round, objective, address
):
    Framework.objects.update(results_visibility="members")

    assert client.get(address).status_code == 404
    assert client_of(viewer).get(address).status_code == 200
    assert client_of(viewer).post(address).status_code == 405


@pytest.mark.parametrize("rest", ["goals/9/", "objectives/9.9/", "goals/x/", "objectives/1.1.1/"])
def test_brief_of_nothing_is_not_found(client, open_round, rest):
    assert client.get(f"{FRAMEWORK}{rest}brief.pdf").status_code == 404
    assert client.get("/frameworks/1999-2001/brief.pdf").status_code == 404


def test_goal_without_objectives_has_no_brief(client, objective, open_round):
    objective.goal.objectives.all().delete()

    assert client.get(f"{GOAL}brief.pdf").status_code == 404
    assert client.get(f"{FRAMEWORK}brief.pdf").status_code == 200


@pytest.mark.parametrize("address", BRIEFS)
def test_brief_takes_the_same_queries_whatever_its_length(
    client, objective, open_round, europe, django_assert_max_num_queries, address
):
    for _ in range(2):
        with django_assert_max_num_queries(8):
            client.get(address)
        report(objective, open_round, europe, *[48] * 5)
        ObjectiveFactory.create_batch(2, goal=objective.goal)


@pytest.fixture
def frozen(objective, open_round, europe, secretariat):
    """Figures of 5 countries, frozen; then a sixth report comes in."""
    report(objective, open_round, europe, *[40] * 5)
    proposal = actions.propose_snapshot(reporting_round=open_round, reason="x", by=secretariat)
    colleague = MembershipFactory(role=Role.REVIEWER).user
    snapshot = actions.confirm_snapshot(snapshot=proposal, by=colleague)
    report(objective, open_round, europe, 100)
    return snapshot


@pytest.mark.parametrize("address", BRIEFS)
def test_brief_of_a_snapshot_says_what_was_frozen(client, printed, frozen, address):
    response = client.get(f"{address}?snapshot={frozen.number}")
    client.get(address)

    then, now = (
        next(
            line.reported
            for section in brief.sections
            for line in section.lines
            if line.name == "1.1"
        )
        for brief in printed
    )
    assert (then, now) == ("5 of 5", "6 of 6")
    facts = dict(printed[0].facts)
    assert (facts["Snapshot"], facts["SHA-256 of the snapshot"]) == (
        "number 1, frozen",
        frozen.sha256,
    )
    assert "-snapshot-1.pdf" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("address", BRIEFS[1:])
def test_brief_says_what_countries_name_and_in_their_words(
    client, printed, objective, open_round, europe, secretariat, address
):
    kinds = {"main_challenge": "staff", "challenges": "Few trainers stay. And more."}
    report(objective, open_round, europe, *[40] * 6, **kinds)
    report(objective, open_round, europe, *[40] * 5, main_challenge="money")
    colleague = MembershipFactory(role=Role.REVIEWER).user
    chosen = objective.reports.filter(main_challenge="staff").first()
    SubmissionFactory(report=chosen)
    quotation = actions.choose_quotation(
        report=chosen, field="challenges", text="Few trainers stay.", by=secretariat
    )
    actions.confirm_quotation(quotation=quotation, by=colleague)

    client.get(address)

    named, words = [list(map(list, grid.rows)) for grid in printed[0].grids]
    assert named == [["Staff and training", "6", "", ""], ["Money", "5", "", ""]]
    assert printed[0].grids[0].head[1] == "Reports, of 11 that name one"
    assert words == [["Staff and training", "“Few trainers stay.”"]]


@pytest.mark.parametrize("address", BRIEFS[1:])
def test_brief_withholds_what_too_few_name(client, printed, objective, open_round, europe, address):
    report(objective, open_round, europe, *[40] * 6)
    report(objective, open_round, europe, *[40] * 2, main_challenge="money")

    client.get(address)

    assert printed[0].grids == []
