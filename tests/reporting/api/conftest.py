import pytest
import time_machine

from tests.reporting.api.world import NOW, World


@pytest.fixture
def noon():
    """The instant at which the world stands still."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def world(db, noon):
    return World()


@pytest.fixture
def frozen(world):
    """The same with snapshot 1, and corrected since: more is told of 1.2 and of 2.1 now."""
    world.snapshot = world.freeze()
    world.report("2025-H2", (2, 1), "AFR", [10, 20, 30, 40, 50])
    return world
