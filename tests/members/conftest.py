import pytest

from members.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.members.signing_in import PASSWORD


@pytest.fixture
def rosa(db, quick_passwords):
    return UserFactory(email="rosa@example.org", name="Rosa", password=PASSWORD)


@pytest.fixture
def colleague(db):
    return MembershipFactory(user__name="Carl Colleague", role=Role.REVIEWER).user
