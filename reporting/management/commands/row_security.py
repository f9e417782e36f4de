from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from reporting import row_security


class Command(BaseCommand):
    help = (
        "Switches PostgreSQL's row-level security on the tables of reports on or off, or shows "
        "how it stands. Run it as the owner of the tables; it may be repeated."
    )
    # Whoever switches it on or off is about to mend what a check would refuse.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["on", "off", "show"])
        parser.add_argument("--role", help="on: the data base role that the portal works as")

    def handle(self, *, what, role, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has row-level security.")
        if what == "on":
            self.switch_on(role)
        elif what == "off":
            run(row_security.wall_down())
        state = row_security.state()
        for table, how in state.items():
            self.stdout.write(f"{table}: {how}")
        if len({*state.values()}) > 1 or not {*state.values()} <= {"on", "off"}:
            raise CommandError("Not as it should be: switch it on again, or off.")

    def switch_on(self, role):
        if not role:
            raise CommandError("--role names the data base role that the portal works as.")
        if objections := row_security.objections(role):
            raise CommandError(f"The portal must not work as {role}. {' '.join(objections)}")
        run(row_security.wall_up(role))


@transaction.atomic
def run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
