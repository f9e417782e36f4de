"""What people do with accounts and delegations.

Who may submit in the focal point's place: rows are added and ended, never lost.
"""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from members import sealing
from members.clock import database_now
from members.models import Delegation, MemberCountry, User


def end_all_sessions(*, user):
    """Signs the person out wherever she is signed in."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)


def end_other_sessions(*, request, user):
    """The same everywhere but in this browser."""
    end_all_sessions(user=user)
    user.refresh_from_db(fields=["session_generation"])
    if request.user == user:
        keep_session(request=request, user=user)


def forget_second_factor(*, user):
    """For who has lost it, codes and all; he is told, for it may have been somebody else's wish."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_all_sessions(user=user)
    body = render_to_string("members/second_factor_forgotten.txt", {"user": user})
    send_mail(_("Your second factor was taken away"), body, None, [user.email])


def seal_second_factors():
    """By the newest key; returns how many were not. One at a time: nobody waits for all."""
    count = 0
    for key in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = Authenticator.objects.select_for_update().filter(pk=key).first()
            data = sealed_anew(found.data) if found else {}
            if found and data != found.data:
                found.data = data
                found.save(update_fields=["data"])
                count += 1
    return count


def sealed_anew(data):
    """Of an app its secret, of recovery codes the seed; a passkey has nothing to hide."""
    secret = {name: data[name] for name in ("secret", "seed") if name in data}
    return data | {name: sealing.seal_anew(sealed) for name, sealed in secret.items()}


def keep_session(*, request, user):
    """Goes on in this browser, under a new key, after a change that ends all sessions."""
    before = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=before).delete()
    UserSession.objects.create_from_request(request)


def renew_session(*, request):
    """A new key for this browser; the forms on its other pages go on working."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@transaction.atomic
def delegate(*, given_by, given_to, ends_at):
    """Lets a colleague submit until `ends_at`, in place of what he was given before."""
    # Of two focal points who delegate to one person at once the second sees the first's.
    countries = MemberCountry.objects.select_for_update(no_key=True)
    country = countries.get(pk=given_by.country.pk)
    now = database_now()
    given = Delegation.objects.in_force(now).filter(country=country, given_to=given_to)
    same = given.filter(ends_at=ends_at).first()
    if same:
        return same
    given.update(ends_at=now)
    return Delegation.objects.create(
        country=country,
        given_by=given_by,
        given_to=given_to,
        # A day may end while the form that names it is on its way.
        begins_at=min(now, ends_at),
        ends_at=ends_at,
    )


def end_delegation(*, delegation):
    """Ends it now. One that has ended already stays as it is: its end is history."""
    now = database_now()
    Delegation.objects.in_force(now).filter(pk=delegation.pk).update(ends_at=now)
