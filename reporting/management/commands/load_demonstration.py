import sys

from django.core.management.base import BaseCommand, CommandError

from members.row_security import as_system_anyway
from reporting.demonstration import accounts
from reporting.demonstration.load import Refused, load


class Command(BaseCommand):
    help = "Loads the fixtures and an invented past for trying the portal out, once."
    # The second run is to be quick; the server that follows makes the checks.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--countries",
            nargs="+",
            default=[],
            metavar="ISO2",
            help="Only these countries report: FR JP",
        )

    @as_system_anyway()
    def handle(self, *, countries, **options):
        try:
            loaded = load(only=countries, shows_progress=sys.stderr.isatty())
        except Refused as refusal:
            raise CommandError(refusal) from refusal
        if loaded:
            self.stdout.write(
                f"Loaded {loaded.reports:,} reports of {loaded.countries} countries "
                f"in {loaded.rounds} rounds, in {loaded.seconds:.0f} s."
            )
        self.stdout.write(f"\n{accounts.table()}\n")
