from django.core.management.base import BaseCommand, CommandError

from members import actions
from members.models import User


class Command(BaseCommand):
    help = (
        "Takes away every second factor of an account whose owner has lost them, "
        "ends its sessions and tells the owner by mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, email, **options):
        user = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        actions.forget_second_factor(user=user)
        self.stdout.write(f"Done. {user.email} is told by mail.")
