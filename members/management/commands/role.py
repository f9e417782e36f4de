from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from members import people
from members.models import User
from members.models.people import POWER_ROLES

ADMINISTRATOR = "administrator"


class Command(BaseCommand):
    help = (
        "Gives a role of power to somebody who has an account, or takes it: to the second "
        "administrator of a portal, who confirms from then on what the first proposes; and to any "
        "further one, whom no page makes. Each is an event in the portal's history of roles."
    )

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["give", "take"])
        parser.add_argument("email")
        parser.add_argument("role", choices=[ADMINISTRATOR, *map(str, POWER_ROLES)])
        parser.add_argument("--reason", required=True, help="Is kept with it, for good.")

    @override("en")
    def handle(self, what, email, role, reason, **options):
        person = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if person is None:
            raise CommandError(f"There is no account with the address {email}.")
        verb = people.give_on_server if what == "give" else people.take_on_server
        try:
            event = verb(person=person, role="" if role == ADMINISTRATOR else role, reason=reason)
        except people.NotAllowed as error:
            raise CommandError(f"The account {person.email} is closed.") from error
        except people.CannotAccept as error:
            raise CommandError(f"{person.email} has this role already.") from error
        except people.Changed as error:
            raise CommandError(f"{person.email} does not have this role.") from error
        self.stdout.write(f"{event}. Nobody stays signed in there with the rights of before.")
