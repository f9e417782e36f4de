"""How django-allauth signs people in here: by their e-mail address, and nobody signs up.

Whoever guesses is slowed down without locking out the person he guesses for (`members.devices`).
"""

import logging
from itertools import chain, count

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import devices, receivers, sealing, sessions
from members.models import User
from members.notice_mails import queue_notice
from members.openid_connect import Refused

BEGUN_AS = "sign_in_begun_as"
AGENT_LENGTH = 200
WRONG_CODE = _("This code is wrong, out of date, or was used already.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together. "
            "Check both, or use “Forgotten password?”."
        ),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": _(
            "There were too many attempts. Try again in a quarter of an hour, "
            "or use “Forgotten password?”, which works at once."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def is_ajax(self, request):
        """A script asks for nothing but what a passkey is to sign; all else is a page."""
        is_asked_of_a_passkey = request.resolver_match.view_name == "mfa_login_webauthn"
        return is_asked_of_a_passkey and super().is_ajax(request)

    def pre_authenticate(self, request, **credentials):
        """Counts an attempt before it is one: by account and browser, then by account alone.

        In this order, so that one address alone, which is refused at the first of them, cannot
        use up what all the unknown browsers have together.
        """
        super().pre_authenticate(request, **credentials)
        account = credentials["email"]
        is_known = devices.knows(request, account)
        if not is_known and not ratelimit.consume(
            request, action="login_failed_elsewhere", key=account
        ):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request, **credentials):
        account = credentials["email"].lower()
        return f"{account}:{devices.knows(request, account) or self.get_client_ip(request)}"

    def pre_login(self, request, user, **options):
        request.session[BEGUN_AS] = user.get_session_auth_hash()
        return super().pre_login(request, user, **options)

    def login(self, request, user):
        """What ends every session ends a sign-in too that waits for its second factor."""
        if request.session.pop(BEGUN_AS, None) != user.get_session_auth_hash():
            text = _("Your account has changed since you began to sign in. Please begin again.")
            messages.info(request, text)
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def post_login(self, request, user, **options):
        response = super().post_login(request, user, **options)
        devices.remember(request, response, user)
        return response

    def is_reauthentication_required(self, *, app, **options):
        """A sign-in of a moment ago is as good as the password typed again."""
        if sessions.age(self.request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **options)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """In words of ours, and by the worker; no host that a request names stands in it."""
        queue_notice(
            template_prefix,
            user,
            ip=receivers.address_of(self.request),
            user_agent=self.get_http_user_agent(self.request)[:AGENT_LENGTH],
            provider=(context or {}).get("provider"),
        )

    def get_reset_password_from_key_url(self, key):
        # Never asked for: the portal's own page sends these links.
        return settings.PUBLIC_BASE_URL + reverse("members:password_reset")

    def get_login_redirect_url(self, request):
        return reverse(settings.LOGIN_REDIRECT_URL)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are worth nothing without the keys, which no data base holds."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
    }

    def generate_authenticator_name(self, user, type):
        """One that none of his others has, also where one between them was taken away."""
        taken = {str(each) for each in Authenticator.objects.filter(user=user, type=type)}
        numbered = (_("Passkey %(number)s") % {"number": number} for number in count(2))
        return next(name for name in chain([_("Passkey")], numbered) if str(name) not in taken)

    def get_public_key_credential_rp_entity(self):
        """Whose passkey it is, as the owner's device lists it."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def encrypt(self, text):
        return sealing.seal(text)

    def decrypt(self, encrypted_text):
        return sealing.unseal(encrypted_text)


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Identities of an organisation's own provider: linked by their owner, signed in, never up.

    The link is between our account and the provider's issuer and subject. An e-mail address, a
    name or a country that the provider claims is not looked at: they change hands there.
    """

    def is_open_for_signup(self, request, sociallogin):
        return False

    def populate_user(self, request, sociallogin, data):
        return User()

    def get_connect_redirect_url(self, request, socialaccount):
        return reverse("socialaccount_connections")

    def on_authentication_error(self, request, provider, error=None, exception=None, **kwargs):
        """A line of the log; words of others may hold a token and are left out."""
        why = str(exception) if isinstance(exception, Refused) else type(exception).__name__
        why = why if exception else error
        receivers.note(logging.WARNING, "sign-in refused", request, by=provider.sub_id, why=why)

    def get_requests_session(self):
        """Whom we ask answers himself: a redirect is none of the answers (ASVS 5.0, 15.3.2)."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session
