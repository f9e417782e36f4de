"""The examples of the description are answers, asked for anew each time.

`WRITE_EXAMPLES=1` before pytest writes them down, where an answer has changed on purpose.
"""

import json
import os
from decimal import Decimal

import pytest

from reporting.api.openapi import EXAMPLES, described
from reporting.api.rendering import written

ASKED = {
    "index": "/api/v1/",
    "framework_list": "/api/v1/frameworks",
    "framework_detail": "/api/v1/frameworks/2022-2025",
    "framework_progress": "/api/v1/frameworks/2022-2025/progress?page_size=3",
    "goal_progress": "/api/v1/frameworks/2022-2025/goals/1/progress?round=2025-H2",
    "objective_progress": "/api/v1/frameworks/2022-2025/objectives/1.1/progress?region=EUR",
    "indicator_list": "/api/v1/frameworks/2022-2025/indicators?snapshot=1",
    "region_list": "/api/v1/regions",
    "snapshot_list": "/api/v1/snapshots",
}


@pytest.mark.parametrize("name", ASKED)
def test_example_is_what_is_answered(client, settings, frozen, name):
    settings.PUBLIC_BASE_URL = "https://portal.example"

    answer = json.loads(client.get(ASKED[name]).content, parse_float=Decimal)

    kept = EXAMPLES / f"{name}.json"
    hide_what_differs(answer)
    if os.environ.get("WRITE_EXAMPLES"):
        kept.write_text(written({"request": ASKED[name], "answer": answer}, indent="\n") + "\n")
    example = json.loads(kept.read_text(), parse_float=Decimal)
    assert example == {"request": ASKED[name], "answer": answer}


def hide_what_differs(answer):
    """The checksum of a snapshot, and when the clock of the data base says that it was frozen."""
    if "source" not in answer:
        return
    for each in [answer["source"], *answer.get("snapshots", [])]:
        for name in ("sha256", "snapshot_sha256"):
            if each.get(name):
                each[name] = "0" * 64
        if "frozen_at" in each:
            each["frozen_at"] = "2025-11-15T12:00:00Z"


@pytest.mark.django_db
def test_every_operation_has_an_example(client):
    operations = [methods["get"]["operationId"] for methods in described()["paths"].values()]

    assert sorted(operations) == sorted(ASKED) == sorted(each.stem for each in EXAMPLES.iterdir())
