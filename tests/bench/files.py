"""What a file of all reports of a framework costs: 53,312 of them, as CSV and as a workbook.

    python -m tests.bench.files                                  SQLite, in var/bench/
    python tests/with_postgres.py --durable python -m tests.bench.files --postgres

The workbook is compared with the shortest loop that writes the same cells with XlsxWriter, its
rows held in memory already. Extra memory is how much the process has grown at its most, each file
in a process of its own.
"""

import multiprocessing
import os
import resource
import statistics
import sys
import time
from io import BytesIO

from tests.bench import volume

TURNS = 3
SLUG = "volume-0"


def main(*arguments):
    volume.prepare(postgres="--postgres" in arguments)
    volume.fill(0, 1)
    # Each in a process that has done nothing else.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name in ("csv", "xlsx"):
            seconds, size, grown = pool.apply(alone, [name])
            print(f"{name}: {size / 1e6:.1f} MB in {seconds:.1f} s, {grown:.0f} MB more memory")
        ours, plain = pool.apply(against_a_plain_loop)
    print(f"workbook {ours:.1f} s, plain loop {plain:.1f} s: {ours / plain:.2f}")


def alone(name):
    """(seconds of the processor, bytes, megabytes) of one file."""
    listing = prepared_listing()
    before = most_memory()
    begun = time.process_time()
    if name == "csv":
        from reporting.exports import csv_file
        from reporting.listing import Origins

        with csv_file(listing.lines(Origins())) as file:
            size = file.seek(0, os.SEEK_END)
    else:
        size = len(listing.as_workbook(*listing.tables()))
    return time.process_time() - begun, size, most_memory() - before


def against_a_plain_loop():
    """Medians of both, in turns."""
    listing = prepared_listing()
    rows = list(listing.tables()[0])
    ours, plain = [], []
    for _turn in range(TURNS):
        ours.append(spent(lambda: listing.as_workbook(*listing.tables())))
        plain.append(spent(lambda: plain_workbook(rows)))
    return statistics.median(ours), statistics.median(plain)


def plain_workbook(rows):
    import xlsxwriter

    book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()


def prepared_listing():
    import django

    django.setup()
    from django.urls import reverse

    from goals.models import Framework
    from members.models import Membership, Role, User
    from reporting.models import ProgressReport, Status
    from reporting.views.binding import Asked
    from reporting.views.listings import listing_of

    reader, _ = User.objects.get_or_create(email="reader@example.org", defaults={"name": "Reader"})
    Membership.objects.get_or_create(user=reader, role=Role.REVIEWER)
    framework = Framework.objects.get(slug=SLUG)
    path = reverse("reporting:reports_csv", args=[SLUG])
    listing = listing_of(Asked(reader, path, ""), framework)
    # All but the drafts of the last round, which are the countries' own.
    assert listing.reports.count() == ProgressReport.objects.exclude(status=Status.DRAFT).count()
    return listing


def most_memory():
    """The most that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spent(work):
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
