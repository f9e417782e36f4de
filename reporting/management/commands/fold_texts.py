from django.core.management.base import BaseCommand
from django.db import transaction

from members.row_security import as_system_anyway
from reporting.texts import fold_all


class Command(BaseCommand):
    help = (
        "Folds the texts of all reports anew for the search: needed where the rules of "
        "folding have changed, or where reports came past the portal."
    )

    @as_system_anyway()
    def handle(self, *args, **options):
        with transaction.atomic():
            self.stdout.write(f"{fold_all()} reports folded.")
