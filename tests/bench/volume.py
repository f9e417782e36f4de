"""Do the pages' queries take longer when there are a hundred times the reports?

Fills a data base by SQL with frameworks of 17 objectives and 16 rounds, all 196 countries
reporting on everything: 53,312 reports a framework. Then times the queries of each kind of page.

    python -m tests.bench.volume 1 100                        SQLite, in var/bench/
    python tests/with_postgres.py --durable python -m tests.bench.volume --postgres 1 100
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import django
from tqdm import tqdm

from tests.bench.__main__ import DATABASE

# As many visits to a page, unless its queries take longer than this, in seconds.
VISITS, LONGEST = 40, 20
GOALS, OBJECTIVES, ROUNDS = 4, 17, 16
FRAMEWORK = "/frameworks/volume-0/"
GOAL = f"{FRAMEWORK}goals/1/"
PUBLIC = [GOAL, f"{FRAMEWORK}objectives/1.1/", f"{FRAMEWORK}regions/EUR/", "/search/?q=trained"]
OF_REVIEWERS = [
    f"{FRAMEWORK}countries/FR/",
    "/review/matrix/?round=v0-15",
    "/review/",
    "/search/?q=trained&kind=report",
]
TEXT = "Officers of the central bureau trained their colleagues at the border. " * 4
REPORTS = """
    INSERT INTO reporting_progressreport (
        round_id, objective_id, country_id, rating, percent_complete, confidence, achievements,
        challenges, main_challenge, next_steps, main_next_step, lessons, not_applicable_reason,
        status, version, changed_at, changed_by_id
    )
    SELECT
        %s, objective.id, country.id,
        CASE (country.id + objective.id) %% 3
            WHEN 0 THEN 'on_track' WHEN 1 THEN 'at_risk' ELSE 'completed' END,
        (country.id * 7 + objective.id * 3) %% 101, 'high', %s, 'Few trainers.',
        CASE country.id %% 2 WHEN 0 THEN 'staff' ELSE 'money' END, 'Train more.',
        'train', '', '', CASE WHEN %s AND country.id %% 8 = 0 THEN 'submitted'
            WHEN %s AND country.id %% 8 = 1 THEN 'draft' ELSE 'approved' END, 3, %s, %s
    FROM objectives_objective AS objective
    JOIN goals_goal AS goal ON goal.id = objective.goal_id AND goal.framework_id = %s
    CROSS JOIN members_membercountry AS country
"""
# A word that every report says is what the search asks for.
FOLDED = """
    INSERT INTO reporting_foldedtext (report_id, text)
    SELECT id, %s FROM reporting_progressreport WHERE round_id = %s
"""


def main(*arguments):
    prepare(postgres="--postgres" in arguments)
    sizes = [int(each) for each in arguments if each.isdigit()]
    found, made = {}, 0
    for size in sizes:
        fill(made, size)
        made = size
        found[size] = measured()
        print(f"{size * 196 * OBJECTIVES * ROUNDS:,} reports", flush=True)
    print(*table(found[sizes[0]], found[sizes[-1]]), sep="\n")


def prepare(postgres):
    """An empty data base of the member countries."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "0",
        "DEMONSTRATION": "1",
        "SECRET_KEY": "only-for-the-benchmark",
        "LIMIT_REQUESTS": "0",
    }
    if not postgres:
        file = DATABASE.with_name("volume.sqlite3")
        file.unlink(missing_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = f"sqlite:///{file}"
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.KEEP_PAGES = False
    call_command("loaddata", "members", verbosity=0)


def fill(begin, end):
    from django.db import connection, transaction

    from goals.models import Framework, Goal
    from members.folding import fold
    from members.models import User
    from objectives.models import Objective
    from reporting.models import ReportingRound
    from reporting.tallies import recount_all

    by, _ = User.objects.get_or_create(email="bench@example.org", defaults={"name": "Bench"})
    for number in tqdm(range(begin, end), desc="Filling", unit=" frameworks", leave=False):
        with transaction.atomic():
            framework = Framework.objects.create(
                slug=f"volume-{number}",
                title=f"Framework {number}",
                starts_on=date(2000, 1, 1),
                ends_on=date(2015, 12, 31),
                state=Framework.State.CLOSED,
            )
            for goal_number in range(1, GOALS + 1):
                goal = Goal.objects.create(
                    framework=framework, number=goal_number, title=f"Goal {goal_number}"
                )
                share = OBJECTIVES // GOALS + (goal_number <= OBJECTIVES % GOALS)
                Objective.objects.bulk_create(
                    Objective(goal=goal, number=each, statement=f"Objective {each}")
                    for each in range(1, share + 1)
                )
            for year in range(ROUNDS):
                opens_at = datetime(2000 + year, 1, 1, tzinfo=UTC)
                reporting_round = ReportingRound.objects.create(
                    framework=framework,
                    slug=f"v{number}-{year}",
                    name=f"Round {year}",
                    starts_on=opens_at.date(),
                    ends_on=date(2000 + year, 12, 31),
                    opens_at=opens_at,
                    due_at=opens_at + timedelta(days=300),
                    closes_at=opens_at + timedelta(days=360),
                )
                with connection.cursor() as cursor:
                    cursor.execute(
                        REPORTS,
                        [reporting_round.pk, TEXT, *[year == ROUNDS - 1] * 2, opens_at]
                        + [by.pk, framework.pk],
                    )
                    cursor.execute(FOLDED, [fold(TEXT), reporting_round.pk])
    recount_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@dataclass(frozen=True)
class Measured:
    """Medians of all visits: seconds of the queries, and of the processor for the whole page."""

    queries: int
    asking: float
    page: float
    size: int


def measured():
    """{page: what it costs}, each page as somebody sees it who may."""
    from django.test import Client

    from members.models import Membership, Role, User

    reader, _ = User.objects.get_or_create(email="reader@example.org", defaults={"name": "Reader"})
    Membership.objects.get_or_create(user=reader, role=Role.REVIEWER)
    stranger, reviewer = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    reviewer.force_login(reader)
    return {
        **{page: visited(stranger, page) for page in PUBLIC},
        **{page: visited(reviewer, page) for page in OF_REVIEWERS},
    }


def visited(client, page):
    from django.db import connection

    spent, count = 0.0, 0

    def timed(execute, sql, params, many, context):
        nonlocal spent, count
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - begun
            count += 1

    times, pages = [], []
    for visit in range(VISITS + 2):
        spent, count, begun = 0.0, 0, time.process_time()
        with connection.execute_wrapper(timed):
            response = client.get(page, headers={"accept-encoding": "gzip"})
        assert response.status_code == 200, f"{page} answered {response.status_code}"
        if visit >= 2:
            times.append(spent)
            pages.append(time.process_time() - begun)
        if sum(times) > LONGEST:
            break
    return Measured(
        count, statistics.median(times), statistics.median(pages), len(response.content)
    )


def table(small, large):
    """What each page costs at either size, as Markdown, and each page's time ÷ a goal's."""
    yield "| page | queries | ms of them | when larger | ratio | page, ms | ÷ a goal's | KB |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for page, first in small.items():
        last = large[page]
        yield (
            f"| `{page}` | {last.queries} | {1000 * first.asking:.2f} | {1000 * last.asking:.2f} "
            f"| {last.asking / first.asking:.2f} | {1000 * last.page:.1f} "
            f"| {last.page / large[GOAL].page:.2f} | {last.size / 1024:.0f} |"
        )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
