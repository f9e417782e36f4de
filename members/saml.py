"""An organisation's own provider, by SAML 2.0: imported only where one is set up.

python3-saml checks signature, issuer and times. It passes over what an assertion leaves out, and
takes an address that only begins like ours: so who it is for, where and in answer to what is asked
for here once more, of the signed assertion (SAML Profiles 4.1.4.2 and 4.1.4.3).
"""

import re

from allauth.socialaccount import app_settings
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base.utils import respond_to_login_on_get
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import get_app_or_404
from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from members.access import EVERYONE, allowed
from members.limits import limited
from members.openid_connect import Refused, is_first
from members.saml_encryption import check_encryption, hides_more
from members.sessions import unless_it_ended

CONFIRMATION = (
    "/samlp:Response/saml:Assertion/saml:Subject/saml:SubjectConfirmation"
    "/saml:SubjectConfirmationData"
)
CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
# The provider's form comes without our session: what it proved waits here for the next request.
COOKIE = "__Host-saml" if settings.HTTPS else "saml"
SALT, SECONDS = "members.saml", 60
# In base64. One with hundreds of groups in it has a fifth of that; to look at more takes seconds.
LONGEST = 1_000_000


class Provider(SAMLProvider):
    def address(self, name):
        return settings.PUBLIC_BASE_URL + reverse(name, args=[self.app.client_id])

    @property
    def asked(self):
        """The request as python3-saml wants it, at the address that the portal is known by."""
        scheme, host = settings.PUBLIC_BASE_URL.split("://")
        return {
            "https": "on" if scheme == "https" else "off",
            "http_host": host,
            "script_name": reverse("saml_acs", args=[self.app.client_id]),
            "get_data": {},
            "post_data": {},
        }

    @property
    def config(self):
        idp = self.app.settings["idp"]
        by_name_id = not self.app.settings.get("subject_attribute")
        own = self.app.settings.get("sp", {})
        return {
            "strict": True,
            "sp": {
                "entityId": self.address("saml_metadata"),
                "assertionConsumerService": {"url": self.address("saml_acs")},
                "NameIDFormat": Constants.NAMEID_PERSISTENT
                if by_name_id
                else Constants.NAMEID_UNSPECIFIED,
                "x509cert": own.get("x509cert", ""),
                "privateKey": own.get("private_key", ""),
            },
            "idp": {
                "entityId": idp["entity_id"],
                "singleSignOnService": {"url": idp["sso_url"]},
                "x509certMulti": {"signing": certificates_in(idp["x509cert"])},
            },
            "security": {
                "wantAssertionsSigned": True,
                "wantNameId": by_name_id,
                "wantAttributeStatement": False,
                "allowRepeatAttributeName": True,
                "rejectDeprecatedAlgorithm": True,
                "requestedAuthnContext": False,
                "allowSingleLabelDomains": True,
            },
        }

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        auth = OneLogin_Saml2_Auth(self.asked, self.config)
        there = auth.login(return_to="")
        question = auth.get_last_request_id()
        self.stash_redirect_state(request, process, next_url, data, state_id=question, **kwargs)
        return HttpResponseRedirect(there)

    def verified(self, answer):
        """The subject and the question that are proved; words of others stay out of the log."""
        if len(answer) > LONGEST:
            raise Refused("The SAML response is too long.")
        try:
            check_encryption(answer)
            response = OneLogin_Saml2_Response(OneLogin_Saml2_Settings(self.config), answer)
            response.is_valid(self.asked, raise_exceptions=True)
            document = response.get_xml_document()
            if hides_more(document):
                raise Refused("Something in the assertion is encrypted once more.")
            confirmations = OneLogin_Saml2_XML.query(document, CONFIRMATION)
            audiences = response.get_audiences()
            subject = self.subject(response)
        except Refused:
            raise
        # What is no response at all breaks it in many places.
        except Exception as error:
            raise Refused("The SAML response is not valid.") from error
        here, question = self.address("saml_acs"), document.get("InResponseTo")
        if self.address("saml_metadata") not in audiences:
            raise Refused("The assertion is not for us.")
        if document.get("Destination") != here:
            raise Refused("The SAML response is for another address.")
        if not question:
            raise Refused("The SAML response answers no question.")
        for data in confirmations:
            if data.get("Recipient") != here or not data.get("NotOnOrAfter"):
                raise Refused("The assertion is not confirmed for this address and time.")
            if data.get("InResponseTo") != question:
                raise Refused("The assertion answers another question.")
        if not 0 < len(subject) <= app_settings.UID_MAX_LENGTH:
            raise Refused("The subject cannot be kept.")
        return {"subject": subject, "question": question}

    def subject(self, response):
        """What stays the person's: a persistent NameID, or the attribute that the settings name."""
        attribute = self.app.settings.get("subject_attribute")
        if not attribute:
            if response.get_nameid_format() != Constants.NAMEID_PERSISTENT:
                raise Refused("The subject is not a persistent one.")
            return response.get_nameid()
        values = response.get_attributes().get(attribute, [])
        if len(values) != 1:
            raise Refused("The subject's attribute is not there once.")
        return values[0]

    def extract_uid(self, data):
        return data["subject"]

    def extract_extra_data(self, data):
        return {}

    def extract_common_fields(self, data):
        return {}


def certificates_in(text):
    """One, or those of before and after a change one behind the other; a bare one is its own."""
    return CERTIFICATE.findall(text) or [text]


def provider_of(request, slug):
    return get_app_or_404(request, slug).get_provider(request)


@allowed(EVERYONE)
@unless_it_ended
def login(request, organization_slug):
    provider = provider_of(request, organization_slug)
    page = respond_to_login_on_get(request, provider)
    return page or provider.redirect_from_request(request)


@allowed(EVERYONE)
@csrf_exempt
@require_POST
@limited("identities")
def acs(request, organization_slug):
    """Another site sends this form: what it says is checked, and nobody is signed in yet."""
    provider = provider_of(request, organization_slug)
    try:
        proved = provider.verified(request.POST.get("SAMLResponse", ""))
    except Refused as error:
        return render_authentication_error(request, provider, exception=error)
    response = HttpResponseRedirect(reverse("saml_finish_acs", args=[organization_slug]))
    response.set_cookie(
        COOKIE,
        signing.dumps(proved | {"provider": provider.sub_id}, salt=SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@allowed(EVERYONE)
@require_safe
@unless_it_ended
def finish_acs(request, organization_slug):
    """Whoever was sent away with the question, in this browser, is answered: once."""
    provider = provider_of(request, organization_slug)
    response = finished(request, provider)
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def finished(request, provider):
    try:
        proved = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        proved = {}
    state = (
        proved.get("provider") == provider.sub_id
        and is_first(request, proved["question"])
        and statekit.unstash_state(
            request, provider_id=provider.sub_id, state_id=proved["question"]
        )
    )
    if not state:
        error = Refused("The SAML response answers no question of this browser.")
        return render_authentication_error(request, provider, exception=error)
    found = provider.sociallogin_from_response(request, proved)
    found.state = state
    return complete_social_login(request, found)


@allowed(EVERYONE)
@require_safe
def metadata(request, organization_slug):
    config = provider_of(request, organization_slug).config
    # With a key both are taken; only whoever says that he wants them encrypted names the key.
    config["security"]["wantAssertionsEncrypted"] = bool(config["sp"]["privateKey"])
    described = OneLogin_Saml2_Settings(config, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(described, content_type="application/samlmetadata+xml")
