from django.core.management.base import BaseCommand, CommandError

from members import actions
from members.sealing import NoKey


class Command(BaseCommand):
    help = (
        "Seals the secrets of all second factors by the newest of MFA_KEYS, while people go on "
        "signing in. When it finds nothing to do, the older keys are needed no more."
    )

    def handle(self, **options):
        try:
            count = actions.seal_second_factors()
        except NoKey as error:
            raise CommandError("MFA_KEYS lacks the key of one of them.") from error
        self.stdout.write(f"Sealed anew: {count}. All others were by the newest key already.")
