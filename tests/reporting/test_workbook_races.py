"""A workbook is stored whole or not at all, whatever happens meanwhile: R20 and R21.

`RACE_ROUNDS=20 WORKBOOK_OBJECTIVES=120` makes them as long as the promise is: about 1,000 rows,
100 rows with a bad cell, 20 points at which the process is killed.
"""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.serializers import serialize
from django.db import connection, connections, transaction

from reporting import actions
from reporting.models import IndicatorValue, ProgressReport, ReportEvent, WorkbookUpload
from reporting.models.history import sha256_of
from tests.factories import IndicatorFactory, ObjectiveFactory
from tests.workbooks import answer_cells, file_of, fill, opened

ROUNDS = int(os.environ.get("RACE_ROUNDS", "1"))
BAD_ROWS = 100 if ROUNDS >= 20 else 3 * ROUNDS
OBJECTIVES = int(os.environ.get("WORKBOOK_OBJECTIVES", "3"))
UPLOAD = "/reporting/2025-H2/workbook/"
BAD = {
    "percent_complete": 101,
    "rating": "Splendid",
    "confidence": "Total",
    "kind": "Perhaps",
    "value": "many",
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet(client_of, reporter, draft):
    """A workbook of many objectives, one with a draft and each third with an indicator."""
    for number, objective in enumerate(
        ObjectiveFactory.create_batch(OBJECTIVES, goal=draft.objective.goal)
    ):
        if number % 3 == 0:
            IndicatorFactory(objective=objective)
    return client_of(reporter).get("/reporting/2025-H2/workbook.xlsx").content


@pytest.fixture
def looked_at(client_of, reporter, sheet):
    """The upload of a workbook in which every objective has a new text."""
    upload(client_of(reporter), filled(sheet))
    return WorkbookUpload.objects.latest("pk")


def filled(sheet):
    keys = [key for key in answer_cells(opened(sheet)) if key.endswith("/lessons")]
    return fill(sheet, {key: f"New in {key}." for key in keys})


def upload(client, content):
    response = client.post(UPLOAD, {"file": file_of(content)})
    assert response.status_code == 302
    return WorkbookUpload.objects.latest("pk")


def stored():
    """One hash over every row that a workbook could write."""
    models = [ProgressReport, IndicatorValue, ReportEvent]
    rows = [serialize("json", model.objects.order_by("pk")) for model in models]
    return sha256_of([*rows, list(WorkbookUpload.objects.values_list("pk", "accepted_at"))])


def test_one_bad_cell_among_many_is_named_and_nothing_stored(client_of, reporter, sheet):
    client = client_of(reporter)
    content = filled(sheet)
    keys = list(answer_cells(opened(content)))
    rng = random.Random(20)
    for key in rng.sample(keys, min(len(keys), BAD_ROWS)):
        found = upload(client, fill(content, {key: BAD.get(key.partition("/")[2], "x" * 10_001)}))
        cell = answer_cells(opened(content))[key]
        places = [(each["sheet"], each["row"], each["column"]) for each in found.errors]
        before = stored()
        response = client.post(f"/reporting/workbooks/{found.pk}/accept/")
        assert places == [("Answers", cell.row, cell.column_letter)]
        assert (response.status_code, stored()) == (409, before)


def killed_behind(statement, by):
    """Accepts in a process of its own that dies at once behind its n-th statement."""
    connections.close_all()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)
    try:
        left = statement

        def count(execute, *args):
            nonlocal left
            result = execute(*args)
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        with connection.execute_wrapper(count):
            actions.accept_workbook(upload=WorkbookUpload.objects.get(), by=by)
    finally:
        os._exit(0)


def statements_of(by):
    count = 0

    def wrapper(execute, *args):
        nonlocal count
        count += 1
        return execute(*args)

    with transaction.atomic(), connection.execute_wrapper(wrapper):
        actions.accept_workbook(upload=WorkbookUpload.objects.get(), by=by)
        transaction.set_rollback(True)
    # Within another transaction it begins and ends with a savepoint.
    return count - 2


def test_process_that_is_killed_leaves_nothing_half_written(looked_at, reporter):
    before, last = stored(), statements_of(reporter)
    points = {1, last, *random.Random(9).sample(range(2, last), ROUNDS)}
    for point in sorted(points):
        assert killed_behind(point, reporter)
        assert stored() == before
    actions.accept_workbook(upload=looked_at, by=reporter)
    assert ProgressReport.objects.count() == len(looked_at.changes)


def at_once(*verbs):
    barrier = Barrier(len(verbs))

    def run(verb):
        try:
            barrier.wait()
            return verb().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def accepts(client, found):
    return lambda: client.post(f"/reporting/workbooks/{found.pk}/accept/")


def texts():
    return sorted(ProgressReport.objects.values_list("objective", "lessons", "version"))


def test_of_two_who_accept_the_same_upload_at_once_both_find_it_stored_once(
    client_of, reporter, looked_at
):
    clients = [client_of(reporter) for _ in range(4)]
    assert at_once(*(accepts(client, looked_at) for client in clients)) == [302] * 4
    assert [version for _, text, version in texts() if text.startswith("New")] == [2] + [1] * (
        len(texts()) - 1
    )
    created = ReportEvent.objects.filter(kind=ReportEvent.Kind.CREATED).count()
    assert created == len(looked_at.changes) - 1


def test_of_two_people_who_import_the_same_workbook_at_once_one_does(
    client_of, reporter, focal_point, sheet
):
    content = filled(sheet)
    people = [client_of(reporter), client_of(focal_point)]
    answers = at_once(*(accepts(each, upload(each, content)) for each in people))
    assert sorted(answers) == [302, 409]
    before = texts()
    assert len(before) == len({objective for objective, _, _ in before})
    for each in people:
        assert upload(each, content).changes == []
    assert texts() == before
