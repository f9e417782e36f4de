from django.core.management.base import BaseCommand

from members.row_security import as_system_anyway
from reporting.evidence.sweep import sweep


class Command(BaseCommand):
    help = "Deletes files of evidence that belong to no report and are older than an hour."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only counts them.")

    @as_system_anyway()
    def handle(self, *, dry_run, **options):
        swept = sweep(dry_run=dry_run)
        verb = "Would delete" if dry_run else "Deleted"
        self.stdout.write(
            f"{verb} {swept.orphans:,} of {swept.files:,} files, "
            f"and {swept.unfinished:,} of {swept.incoming:,} unfinished ones."
        )
