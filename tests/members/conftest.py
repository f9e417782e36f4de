import oidc_provider_mock
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry

from members.models import Role
from members.saml import Provider
from tests.factories import MembershipFactory, UserFactory
from tests.members.saml_provider import HERE, app
from tests.members.signing_in import PASSWORD
from tests.reporting.notifications.conftest import post  # noqa: F401, a fixture


@pytest.fixture
def rosa(db, quick_passwords):
    return UserFactory(email="rosa@example.org", name="Rosa", password=PASSWORD)


@pytest.fixture
def colleague(db):
    return MembershipFactory(user__name="Carl Colleague", role=Role.REVIEWER).user


@pytest.fixture
def servers():
    """Two issuers that know the same subjects."""
    with (
        oidc_provider_mock.run_server_in_thread() as first,
        oidc_provider_mock.run_server_in_thread() as second,
    ):
        yield {"first": first, "second": second}


@pytest.fixture
def offered(settings, servers):
    """Both, as the settings would name them; their addresses."""
    addresses = {name: f"http://localhost:{server.server_port}" for name, server in servers.items()}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        | {
            "APPS": [
                {
                    "provider_id": name,
                    "name": name.title(),
                    "client_id": "portal",
                    "secret": "of the portal",
                    "settings": {"server_url": address},
                }
                for name, address in addresses.items()
            ],
        }
    }
    return addresses


@pytest.fixture
def saml_offered(settings, monkeypatch):
    monkeypatch.setitem(registry.provider_map, "saml", Provider)
    settings.PUBLIC_BASE_URL = HERE
    settings.SOCIALACCOUNT_PROVIDERS = {"saml": {"APPS": [app("first"), app("second")]}}
    return settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"]


@pytest.fixture
def saml_linked(rosa):
    return SocialAccount.objects.create(user=rosa, provider="first", uid="rosa-17")
