import pytest

from tests.factories import UserFactory
from tests.members.signing_in import PASSWORD


@pytest.fixture
def rosa(db, quick_passwords):
    return UserFactory(email="rosa@example.org", name="Rosa", password=PASSWORD)
