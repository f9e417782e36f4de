"""An organisation's own provider, by OpenID Connect: believed only with proof.

django-allauth trusts an ID token for the connection that it came by, and sends no nonce. Here it
must be signed by a key that the provider publishes, be meant for the portal, be in its time and
answer the very question that this browser was sent away with (OpenID Connect Core 3.1.3.7).
"""

import jwt
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import cached_property
from requests import RequestException

from members.access import EVERYONE, allowed
from members.sessions import unless_it_ended

# Signed with a key that the provider alone has: neither unsigned nor by the secret we share.
ALGORITHMS = ["EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256"]
ENDPOINTS = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
# Seconds by which two clocks may differ.
LEEWAY = 60


class Refused(OAuth2Error):
    """Says why in words of ours, fit for the log."""


def nonce_of(state):
    """The session keeps the state and forgets it at the answer: so it does the nonce."""
    return salted_hmac("members.openid_connect.nonce", state, algorithm="sha256").hexdigest()


def fetched(address):
    with get_adapter().get_requests_session() as session:
        try:
            response = session.get(address)
            response.raise_for_status()
            found = response.json()
        except RequestException as error:
            raise Refused("The provider does not answer.") from error
    if not isinstance(found, dict):
        raise Refused("The provider's answer is not understood.")
    return found


class Client(OAuth2Client):
    def get_redirect_url(self, authorization_url, scope, extra_params):
        params = extra_params | {"nonce": nonce_of(self.state)}
        return super().get_redirect_url(authorization_url, scope, params)


class Adapter(OpenIDConnectOAuth2Adapter):
    client_class = Client

    @cached_property
    def openid_config(self):
        """The provider's metadata, which must be those of the issuer that was configured."""
        provider = self.get_provider()
        config = fetched(provider.server_url)
        if config.get("issuer") != provider.app.settings["server_url"]:
            raise Refused("The metadata are another issuer's.")
        if not config.keys() >= ENDPOINTS:
            raise Refused("The metadata lack an address.")
        return config

    def parse_token(self, data):
        """Nothing is asked in the person's name afterwards: no token outlives the sign-in."""
        return super().parse_token({"access_token": data["access_token"]})

    def complete_login(self, request, app, token, response):
        """Who signed in, by the ID token alone: nothing else that the provider says is signed."""
        state = request.GET.get("state", "")
        try:
            claims = self.verified(app, response.get("id_token"))
        except jwt.PyJWTError as error:
            raise Refused("The ID token is not valid.") from error
        # Meant for others as well, it could have been got by one of them.
        if claims["aud"] not in (app.client_id, [app.client_id]):
            raise Refused("The ID token is not for us alone.")
        if not constant_time_compare(claims["nonce"], nonce_of(state)):
            raise Refused("The ID token answers another question.")
        if not 0 < len(claims["sub"]) <= app_settings.UID_MAX_LENGTH:
            raise Refused("The subject cannot be kept.")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def verified(self, app, id_token):
        """The claims, if one published key alone can have signed them and has."""
        kid = jwt.get_unverified_header(id_token).get("kid")
        published = fetched(self.openid_config["jwks_uri"]).get("keys")
        fitting = (
            [key for key in published if fits(key, kid)] if isinstance(published, list) else []
        )
        if len(fitting) != 1:
            raise Refused("Not one published key belongs to the ID token.")
        return jwt.decode(
            id_token,
            key=jwt.PyJWK(fitting[0]),
            algorithms=ALGORITHMS,
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            leeway=LEEWAY,
            options={"require": CLAIMS, "enforce_minimum_key_length": True},
        )


def fits(key, kid):
    """A token may leave out whose key it is if there is only one."""
    return (
        isinstance(key, dict)
        and key.get("use", "sig") == "sig"
        and key.get("alg") in (None, *ALGORITHMS)
        and kid in (None, key.get("kid"))
    )


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Adapter

    def wk_server_url(self, url):
        """OpenID Connect Discovery 4: an issuer's last slash is left out."""
        return super().wk_server_url(url.removesuffix("/"))

    def get_redirect_from_request_kwargs(self, request):
        """What is asked of the provider stands in the settings: no link adds to it."""
        return super(OAuth2Provider, self).get_redirect_from_request_kwargs(request)


def is_first(request, question):
    """Of answers that come at once each has read the session before another wrote to it."""
    whose = f"{request.session.session_key} {question}"
    name = salted_hmac("members.answers", whose, algorithm="sha256").hexdigest()
    return cache.add(f"answer-{name}", True, timeout=statekit.STATE_TTL)


@allowed(EVERYONE)
def login(request, provider_id):
    return answer(request, provider_id, OAuth2LoginView)


@allowed(EVERYONE)
def callback(request, provider_id):
    return answer(request, provider_id, AnswerView)


class AnswerView(OAuth2CallbackView):
    def dispatch(self, request, *args, **kwargs):
        question = request.GET.get("state")
        if question in statekit.get_states(request) and not is_first(request, question):
            raise Refused("The question was answered already.")
        return super().dispatch(request, *args, **kwargs)


@unless_it_ended
def answer(request, provider_id, view):
    """The answer of django-allauth's view, or the page that says that it did not work."""
    adapter = Adapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if not isinstance(provider, Provider):
        raise Http404
    try:
        return view.adapter_view(adapter)(request)
    except OAuth2Error as error:
        return render_authentication_error(request, provider, exception=error)
