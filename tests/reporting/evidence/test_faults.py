"""R11: a worker is killed in the middle of an upload. RACE_ROUNDS=40 kills 40 at each point."""

import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.db import connection

from reporting.evidence.storage import fingerprint, keep, kept_files, partial_files, path_of
from reporting.evidence.sweep import sweep
from reporting.models import Evidence, ProgressReport
from tests.factories import GoalFactory, ObjectiveFactory, ProgressReportFactory
from tests.reporting.evidence.fault_points import POINTS, post

ROUNDS = min(40, int(os.environ.get("RACE_ROUNDS", "1")))
UPLOADS = [point for point in POINTS if point != "while sweeping"]
STORED = "after the commit, before the answer"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def codes(open_round, reporter):
    """For each point as many objectives as processes are killed there, each with a draft."""
    codes = {}
    for point in POINTS:
        goal = GoalFactory(framework=open_round.framework)
        objectives = ObjectiveFactory.create_batch(ROUNDS, goal=goal)
        for objective in objectives:
            ProgressReportFactory(round=open_round, objective=objective, country=reporter.country)
        codes[point] = [objective.code for objective in objectives]
    return codes


def kill(codes, reporter, folder):
    """How the processes have ended that were to die."""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@{quote(database['HOST'], '')}/{database['NAME']}"
    else:
        url = f"sqlite:///{database['NAME']}"
    program = [sys.executable, "-m", "tests.reporting.evidence.fault_points"]
    done = subprocess.run(
        [*program, reporter.email, json.dumps(codes)],
        env=os.environ | {"DATABASE_URL": url, "EVIDENCE_DIR": str(folder)},
        cwd=portal.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def grow_old():
    for path in [*kept_files(), *partial_files()]:
        os.utime(path, (time.time() - 3601,) * 2)


def rows_without_their_file():
    return [
        item
        for item in Evidence.objects.files()
        if not path_of(item.sha256).exists()
        or fingerprint(path_of(item.sha256)) != (item.sha256, item.size)
    ]


@pytest.mark.django_db(transaction=True)
def test_uploads_that_are_killed_can_be_repeated(codes, reporter, folder, client_of):
    for number in range(ROUNDS + 2):
        keep([f"orphan {number}".encode()])
    grow_old()
    assert kill(codes, reporter, folder) == [-signal.SIGKILL] * ROUNDS * 5
    named = [item.report.objective.code for item in Evidence.objects.all()]
    assert sorted(named) == sorted(codes[STORED])
    assert rows_without_their_file() == []
    grow_old()
    # Two that the killed sweeps left, and one for each upload that was killed in between.
    assert sweep() == (2 + 2 * ROUNDS, 2 + 3 * ROUNDS, ROUNDS, ROUNDS)
    assert (len(list(kept_files())), len(list(partial_files()))) == (ROUNDS, 0)
    client = client_of(reporter)
    answers = [post(client, point, code).status_code for point in UPLOADS for code in codes[point]]
    assert answers == [302] * ROUNDS * 4
    assert (Evidence.objects.count(), rows_without_their_file()) == (ROUNDS * 4, [])
    assert ProgressReport.objects.filter(version=2).count() == ROUNDS * 4
