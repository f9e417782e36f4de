import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from members.row_security import as_system_anyway
from reporting.models import RatingTally, ValueTally
from reporting.tallies import all_figures_changed, differences, recount_round, rounds_of_all


class Command(BaseCommand):
    help = (
        "Compares the tallies that dashboards show with a recount of the reports, round by "
        "round, and names those that differ. With --recount it counts everything anew instead."
    )

    def add_arguments(self, parser):
        parser.add_argument("--recount", action="store_true", help="count everything anew")

    @as_system_anyway()
    def handle(self, *args, recount, **options):
        shown = tqdm(
            rounds_of_all(),
            desc="Counting" if recount else "Comparing",
            unit=" rounds",
            leave=False,
            disable=not sys.stderr.isatty(),
        )
        if recount:
            # A round at a time: people go on working, and where it is cut off, what is done is.
            cells = sum(map(recount_round, shown))
            all_figures_changed()
            self.stdout.write(f"{cells} cells counted anew.")
            return
        found = 0
        for each in differences(shown):
            self.stderr.write(each)
            found += 1
        if found:
            raise CommandError(f"{found} tallies differ from a recount.")
        rows = RatingTally.objects.count() + ValueTally.objects.count()
        self.stdout.write(f"{rows} tallies, all as a recount has them.")
