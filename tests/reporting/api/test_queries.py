"""As many questions for the data base, whatever there is to tell."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Role
from reporting import actions
from reporting.tallies import recount
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    TargetFactory,
)
from tests.reporting.api.asking import API, answer

MOST = 8
OF_FRAMEWORK = ["", "/progress", "/goals/1/progress", "/objectives/1.1/progress", "/indicators"]
OF_FRAMEWORK += [f"{each}?snapshot=1" for each in OF_FRAMEWORK[1:]]
ADDRESSES = [f"{API}{each}" for each in ("", "frameworks", "regions", "snapshots")]
ADDRESSES += [f"{API}frameworks/2022-2025{each}" for each in OF_FRAMEWORK]


def grow(framework, rows, people):
    """So many goals, objectives, indicators, rounds, regions, frameworks and snapshots."""
    goals = list(framework.goals.all()) or [GoalFactory(framework=framework)]
    goals += [GoalFactory(framework=framework) for _ in range(rows - len(goals))]
    rounds = [
        ReportingRoundFactory(
            framework=framework, starts_on=date(2022, 1, 1) + timedelta(days=rows * 100 + n)
        )
        for n in range(rows - framework.rounds.count())
    ]
    made = []
    for _ in range(rows):
        FrameworkFactory()
        objective = ObjectiveFactory(goal=goals[0])
        report = ProgressReportFactory(
            round=framework.rounds.first(),
            objective=objective,
            country__region=RegionFactory(),
            approved=True,
        )
        indicator = IndicatorFactory(objective=objective)
        TargetFactory.create_batch(2, indicator=indicator)
        IndicatorValueFactory(report=report, indicator=indicator)
        made.append(report)
    recount(made)
    first, second = people
    for each in rounds:
        proposal = actions.propose_snapshot(reporting_round=each, reason="To compare", by=first)
        actions.confirm_snapshot(snapshot=proposal, by=second)


def asked(client):
    found = {}
    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as queries:
            answer(client, address)
        found[address] = len(queries)
    return found


@pytest.mark.counting
@pytest.mark.parametrize("reader", ["stranger", "viewer"])
def test_queries_are_as_many_for_one_row_as_for_thirty(client, client_of, viewer, reader):
    people = [MembershipFactory(role=Role.REVIEWER).user for _ in range(2)]
    framework = FrameworkFactory(slug="2022-2025")
    client = client if reader == "stranger" else client_of(viewer)
    counts = []
    for rows in (1, 3, 30):
        grow(framework, rows, people)
        counts.append(asked(client))

    assert counts[0] == counts[1] == counts[2]
    # Two are the person's own: the session, and the account with its roles.
    own = 0 if reader == "stranger" else 2
    assert {address: count for address, count in counts[0].items() if count - own > MOST} == {}
