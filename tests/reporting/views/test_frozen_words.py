"""A page of a snapshot says the same for ever, whatever is edited afterwards."""

import csv
import datetime
import re
from io import StringIO

import pytest

from goals.models import Framework, Goal
from members.models import MemberCountry, Region, Role
from objectives.models import Indicator, Objective, Target
from objectives.status import VERSION
from reporting import actions
from reporting.models import (
    IndicatorValue,
    ProgressReport,
    ReportingRound,
    SecretariatValue,
    Snapshot,
)
from reporting.tallies import recount_all
from tests.factories import (
    GoalFactory,
    IndicatorFactory,
    MembershipFactory,
    ObjectiveFactory,
    TargetFactory,
)
from tests.pages import links, texts
from tests.reporting.views.figures import FRAMEWORK, GOAL, OBJECTIVE, report

REGION = f"{FRAMEWORK}regions/EUR/"
PAGES = ["/", GOAL, OBJECTIVE, REGION]
FILES = [f"{page}{name}.csv" for page in (FRAMEWORK, GOAL) for name in ("progress", "indicators")]


@pytest.fixture
def snapshot(objective, open_round, round_before, europe, secretariat):
    """Of a round with reports, answers, a held value, a target and a status set by a person."""
    share = IndicatorFactory(
        objective=objective, name="Use", unit="% of cases", aggregation="mean",
        baseline_value=40, baseline_year=2021,
    )  # fmt: skip
    TargetFactory(indicator=share, date=datetime.date(2025, 12, 31), value=80)
    held = IndicatorFactory(objective=objective, number=2, reporter="secretariat", unit="persons")
    SecretariatValue.objects.create(round=open_round, indicator=held, value=73)
    report(objective, round_before, europe, *[50] * 6)
    report(objective, open_round, europe, *[60] * 7, rating="off_track", main_challenge="law")
    for each in ProgressReport.objects.filter(round=open_round):
        IndicatorValue.objects.create(report=each, indicator=share, kind="number", value=55)
    recount_all()
    actions.set_status(
        indicator=share, reporting_round=open_round, standing="at_risk",
        reason="The last month is missing.", by=secretariat,
    )  # fmt: skip
    found = actions.propose_snapshot(
        reporting_round=open_round, by=secretariat, reason="The Assembly"
    )
    colleague = MembershipFactory(role=Role.REVIEWER).user
    return actions.confirm_snapshot(snapshot=found, by=colleague)


def said(client):
    """All words of the pages, and the lines of the files without the minute they were made in."""
    found = {page: texts(client.get(f"{page}?snapshot=1"), "main") for page in PAGES}
    for file in FILES:
        lines = client.get(f"{file}?snapshot=1").content.decode().splitlines()
        found[file] = [line for line in lines if " UTC" not in line] + [
            line.partition(" UTC")[2] for line in lines
        ]
    return found


def edit_everything(objective, secretariat):
    Framework.objects.update(
        title="Another", goal_label="Priority", goal_label_plural="Priorities",
        objective_label="Aim", objective_label_plural="Aims",
        starts_on=datetime.date(2020, 1, 1),
    )  # fmt: skip
    Goal.objects.update(title="Another goal", description="Another description.")
    Objective.objects.update(statement="Another statement.")
    Region.objects.update(name="Elsewhere")
    ReportingRound.objects.filter(slug="2025-H2").update(
        name="Another round", ends_on=datetime.date(2030, 6, 30)
    )
    Indicator.objects.update(
        name="Another", definition="Another.", unit="pieces", aggregation="sum",
        direction="down", denominator="others", source="elsewhere", caution="Beware.",
        baseline_value=1, baseline_year=2010, is_official=True, level="output",
    )  # fmt: skip
    Target.objects.update(value=1)
    SecretariatValue.objects.update(value=1)
    actions.set_status(
        indicator=Indicator.objects.get(number=1),
        reporting_round=ReportingRound.objects.get(slug="2025-H2"),
        standing="completed",
        reason="Another reason.",
        by=secretariat,
    )
    report(objective, ReportingRound.objects.get(slug="2025-H2"), Region.objects.get(), *[1] * 9)


def test_pages_and_files_of_a_snapshot_stay_as_they_were(client, snapshot, objective, secretariat):
    before = said(client)
    assert "Use" in before[GOAL][0] and "Law and procedure" in before["/"][0]

    edit_everything(objective, secretariat)

    assert said(client) == before
    assert "Another" in texts(client.get(GOAL), "main")[0]


def test_country_that_moves_stays_where_it_was_counted(client, snapshot, africa):
    before = said(client)

    MemberCountry.objects.update(region=africa)

    assert said(client) == before


def test_what_is_new_is_not_in_an_old_snapshot(client, snapshot, objective):
    before = said(client)

    new = ObjectiveFactory(goal=objective.goal, number=9)
    goal = GoalFactory(framework=objective.goal.framework, number=9)
    ObjectiveFactory(goal=goal, number=1)
    IndicatorFactory(objective=objective, number=9)

    assert said(client) == before
    for page in (new, goal):
        assert client.get(page.get_absolute_url()).status_code == 200
        for part in ("", "progress.csv", "brief.pdf"):
            then = client.get(f"{page.get_absolute_url()}{part}?snapshot=1")
            assert then.status_code == 404
            assert texts(then, "p", class_="lede")[0].endswith("when the snapshot was made.")
            assert links(then, "main") == [page.get_absolute_url()]


def from_before(snapshot, name, **changes):
    """Another, number 2, as it was frozen when `name` was not kept yet."""
    content = {each: kept for each, kept in snapshot.content.items() if each != name} | changes
    Snapshot(
        round=snapshot.round, reason="Of old", number=2, content=content, sha256="x",
        proposed_at=snapshot.proposed_at, proposed_by=snapshot.proposed_by,
        confirmed_at=snapshot.confirmed_at, confirmed_by=snapshot.confirmed_by,
    ).save()  # fmt: skip


def test_snapshot_from_before_words_were_kept_shows_those_of_today(client, snapshot):
    from_before(snapshot, "words")
    Goal.objects.filter(number=1).update(title="Another goal")

    assert texts(client.get(f"{GOAL}?snapshot=2"), "h1") == ["Another goal"]
    assert texts(client.get(f"{GOAL}?snapshot=1"), "h1") != ["Another goal"]


def test_snapshot_is_judged_by_the_rules_that_it_was_frozen_under(client, snapshot):
    """55 after 95 was on the way to 80 once, and more than there."""
    course = ["up", "95.0000", 2021, [["2025-12-31", "80.0000", None]]]
    from_before(snapshot, "rules", courses={"1.1.1": course})
    Indicator.objects.filter(number=1).update(baseline_value=95)

    found = {}
    for query in ("", "?snapshot=2"):
        first, _held = texts(client.get(f"{OBJECTIVE}{query}"), "div", class_="indicator-reading")
        row = csv.DictReader(
            StringIO(client.get(f"{OBJECTIVE}indicators.csv{query}").content.decode("utf-8-sig"))
        )
        file = [each for each in row if each["computed status"]][0]
        told = client.get(f"/api/v1/frameworks/2022-2025/indicators{query}").json()
        found[query] = (
            [words for words in ("Completed", "Off track") if words in first],
            re.findall(r"version (\d) of the rules", first),
            (file["computed status"], file["version of the rules"]),
            (told["indicators"][0]["computed"]["status"], told["rules_version"]),
        )

    assert found == {
        "": (["Off track"], ["2"], ("off_track", "2"), ("off_track", 2)),
        "?snapshot=2": (["Completed"], ["1"], ("completed", "1"), ("completed", 1)),
    }


def test_snapshot_keeps_the_version_of_the_rules(snapshot):
    assert snapshot.content["rules"] == VERSION
