"""A text is saved while the same text is handed in: what is frozen is what was accepted.

`RACE_ROUNDS=200` runs as many rounds as the promise asks for; `RACE_SEED` gives them other pauses.
"""

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from reporting.models.report_querysets import ProgressReportQuerySet
from tests.factories import IndicatorFactory, ProgressReportFactory

ROUNDS = int(os.environ.get("RACE_ROUNDS", 5))
SEED = int(os.environ.get("RACE_SEED", 1))
LATEST = 0.05
TYPED_LAST = "Typed at the last moment."
# Answers to autosave and submit, the frozen text, and the frozen number: one of these two.
SAVED_FIRST = (200, 409, TYPED_LAST, "7.0000")
SUBMITTED_FIRST = (409, 302, "Two training courses were held.", None)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clients(client_of, reporter, focal_point):
    return client_of(reporter), client_of(focal_point)


@pytest.fixture
def new_draft(open_round, framework, france, reporter):
    """Makes another draft of France, with nothing said of its indicator."""
    goal = framework.goals.get(number=1)

    def make():
        asked = IndicatorFactory(objective__goal=goal, aggregation="sum", unit="persons")
        return ProgressReportFactory(
            round=open_round, objective=asked.objective, country=france, changed_by=reporter
        )

    return make


def address(draft):
    return f"/reporting/2025-H2/{draft.objective.code}/"


def save_while_submitting(clients, draft, pauses):
    barrier = Barrier(2)
    typed = {"version": "1", "achievements": TYPED_LAST, f"{draft.objective.code}.1-value": "7"}

    def post(client, pause, path, data):
        try:
            barrier.wait()
            time.sleep(pause)
            return client.post(f"{address(draft)}{path}/", data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        saving = pool.submit(post, clients[0], pauses[0], "autosave", typed)
        submitting = pool.submit(post, clients[1], pauses[1], "submit", {"version": "1"})
        return saving.result(), submitting.result()


def outcome(clients, draft, pauses):
    saved, submitted = save_while_submitting(clients, draft, pauses)
    if submitted == 409:
        # The page shows what the draft says now, and the person submits that.
        clients[1].post(f"{address(draft)}submit/", {"version": "2"})
    content = draft.submissions.get().content
    numbers = [answer["value"] for answer in content["indicators"]] or [None]
    return saved, submitted, content["achievements"], *numbers


def test_what_is_submitted_is_the_accepted_text_whoever_is_first(clients, new_draft):
    outcomes, chance = Counter(), random.Random(SEED)
    for _ in range(ROUNDS):
        pauses = chance.uniform(0, LATEST), chance.uniform(0, LATEST)
        outcomes[outcome(clients, new_draft(), pauses)] += 1
    print(f"{ROUNDS} rounds, RACE_SEED={SEED}: {dict(outcomes)}")
    assert set(outcomes) <= {SAVED_FIRST, SUBMITTED_FIRST}


@pytest.mark.unguarded
def test_without_the_comparison_a_late_autosave_changes_what_was_submitted(
    clients, new_draft, monkeypatch
):
    def unguarded(self, *, pk, version, statuses):
        return self.filter(pk=pk)

    monkeypatch.setattr(ProgressReportQuerySet, "unchanged", unguarded)
    draft = new_draft()
    clients[1].post(f"{address(draft)}submit/", {"version": "1"})
    saved, _ = save_while_submitting(clients, draft, (0, LATEST))
    draft.refresh_from_db()
    assert (saved, draft.achievements) == (200, TYPED_LAST)
