from django.core.management.commands import migrate

from members.row_security import as_system_anyway


class Command(migrate.Command):
    """Django's own, but a migration that moves reports must see them."""

    @as_system_anyway()
    def handle(self, *args, **options):
        super().handle(*args, **options)
