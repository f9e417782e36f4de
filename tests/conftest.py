import datetime
import os

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, SimpleTestCase, TransactionTestCase, override_settings

from members.models import Role
from reporting import actions
from tests.factories import (
    FrameworkFactory,
    GoalFactory,
    MemberCountryFactory,
    MembershipFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    RegionFactory,
    ReportingRoundFactory,
    UserFactory,
)
from tests.row_security import build_wall

# On a busy machine a slow example is no failure; and what one run of the checks lets through,
# the next one must not refuse. Whoever works on the code still gets new examples each time.
hypothesis.settings.register_profile("work", deadline=None)
hypothesis.settings.register_profile("checks", deadline=None, derandomize=True)
hypothesis.settings.load_profile("checks" if os.environ.get("CI") else "work")


def pytest_collection_modifyitems(config, items):
    """What touches no data base has nothing new to show on the second one."""
    if connection.vendor != "postgresql":
        return
    wanted = [item for item in items if touches_the_data_base(item)]
    if settings.ROW_SECURITY:
        wanted = [item for item in wanted if is_the_same_behind_the_wall(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
    items[:] = wanted


def touches_the_data_base(item):
    if item.cls and issubclass(item.cls, SimpleTestCase):
        return True
    fixtures = {"db", "transactional_db"} & set(item.fixturenames)
    return bool(fixtures or item.get_closest_marker("django_db"))


def is_the_same_behind_the_wall(item):
    """Saying who asks is a query more; and some guards hold there though they are taken out."""
    counting = {"django_assert_num_queries", "django_assert_max_num_queries"}
    marked = item.get_closest_marker("counting") or item.get_closest_marker("unguarded")
    return not counting & set(item.fixturenames) and not marked


def person(email, name, role, country=None):
    return MembershipFactory(
        user__email=f"{email}@example.org", user__name=name, role=role, country=country
    ).user


APPEND_ONLY = ["reporting_submission", "reporting_reportevent", "reporting_snapshot"]
APPEND_ONLY += ["reporting_statusoverride", "members_membershipevent"]


def lift_refusals():
    """Takes the triggers away that guard the history; returns the SQL that brings them back."""
    if connection.vendor == "postgresql":
        lift = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
        restore = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
        # No table is altered while a foreign key of its new rows waits to be checked.
        connection.check_constraints()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        lift = [f"DROP TRIGGER {name}" for name, _ in triggers]
        restore = [sql for _, sql in triggers]
    run_sql(lift)
    return restore


def run_sql(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def flush_empties_the_history():
    """A test that commits is cleaned up after by emptying every table, the history too."""
    flush = TransactionTestCase._fixture_teardown

    def flush_all(case):
        restore = lift_refusals()
        try:
            flush(case)
        finally:
            run_sql(restore)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_all)
        yield


@pytest.fixture
def open_history(db):
    """The history as it is for the database's owner, until the test's transaction rolls back."""
    lift_refusals()


@pytest.fixture(autouse=True)
def numbers_from_the_start():
    """What a test numbers has the same names whichever tests ran before."""
    for each in (MemberCountryFactory, GoalFactory, ObjectiveFactory):
        each.reset_sequence(0)


@pytest.fixture(autouse=True)
def evidence_of_tests(settings, tmp_path_factory):
    """A file under its content's hash harms no other test: one folder serves them all."""
    settings.EVIDENCE_DIR = tmp_path_factory.getbasetemp() / "evidence"


@pytest.fixture(scope="session", autouse=True)
def no_edit_history():
    """A row for each edit of the framework doubles what a test writes; few tests read them."""
    # And without that history a page that is kept would outlive an edit.
    with override_settings(SIMPLE_HISTORY_ENABLED=False, KEEP_PAGES=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_limits():
    """Tests ask as fast as they can, and count the queries of the page itself."""
    with override_settings(LIMIT_REQUESTS=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def row_security(request):
    """With ROW_SECURITY=1 every request of the tests is answered from behind the wall."""
    if not settings.ROW_SECURITY or connection.vendor != "postgresql":
        yield
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        build_wall()
    middleware = ["tests.row_security.portal_role", *settings.MIDDLEWARE]
    with override_settings(MIDDLEWARE=middleware):
        yield


@pytest.fixture
def edit_history(settings):
    """For tests that look at who has edited what."""
    settings.SIMPLE_HISTORY_ENABLED = True


@pytest.fixture
def quick_passwords(settings):
    """For tests that check a password: the real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client_of():
    """`client_of(reporter)` is a browser in which the reporter has signed in."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def france(db):
    return MemberCountryFactory(
        iso2="FR",
        iso3="FRA",
        name_en="France",
        name_fr="France",
        name_es="Francia",
        name_ar="فرنسا",
        region=RegionFactory(code="EUR", name="Europe"),
    )


@pytest.fixture
def japan(db):
    return MemberCountryFactory(
        iso2="JP",
        iso3="JPN",
        name_en="Japan",
        name_fr="Japon",
        name_es="Japón",
        name_ar="اليابان",
        region=RegionFactory(code="ASI", name="Asia"),
    )


@pytest.fixture
def reporter(france):
    return person("reporter.fr", "Renée Reporter", Role.REPORTER, france)


@pytest.fixture
def focal_point(france):
    return person("focal.fr", "Fabrice Focal", Role.FOCAL_POINT, france)


@pytest.fixture
def neighbour(japan):
    """The focal point of another country."""
    return person("focal.jp", "Noriko Neighbour", Role.FOCAL_POINT, japan)


@pytest.fixture
def secretariat(db):
    """A reviewer."""
    return person("reviewer", "Selma Secretariat", Role.REVIEWER)


@pytest.fixture
def editor(db):
    return person("editor", "Edward Editor", Role.FRAMEWORK_EDITOR)


@pytest.fixture
def viewer(db):
    return person("viewer", "Vera Viewer", Role.VIEWER)


@pytest.fixture
def administrator(db):
    return UserFactory(email="admin@example.org", name="Ada Administrator", is_superuser=True)


@pytest.fixture
def framework(db):
    """The framework in force: two goals, two objectives in each."""
    framework = FrameworkFactory(slug="2022-2025")
    for goal in GoalFactory.create_batch(2, framework=framework):
        ObjectiveFactory.create_batch(2, goal=goal)
    return framework


@pytest.fixture
def open_round(framework):
    return ReportingRoundFactory(
        framework=framework,
        slug="2025-H2",
        name="Second half of 2025",
        starts_on=datetime.date(2025, 7, 1),
        ends_on=datetime.date(2025, 12, 31),
    )


@pytest.fixture
def objective(framework):
    """Objective 1.1."""
    return framework.goals.get(number=1).objectives.get(number=1)


@pytest.fixture
def draft(open_round, objective, france, reporter):
    """France's complete draft on objective 1.1, version 1."""
    return ProgressReportFactory(
        round=open_round, objective=objective, country=france, changed_by=reporter
    )


@pytest.fixture
def submitted(draft, focal_point):
    """The same, handed in through the very action: version 2."""
    actions.submit_report(report=draft, version=1, by=focal_point)
    return draft


@pytest.fixture
def approved(submitted, secretariat):
    actions.approve_report(report=submitted, version=2, by=secretariat)
    return submitted


@pytest.fixture
def returned(submitted, secretariat):
    actions.return_report(
        report=submitted, version=2, by=secretariat, comment="Please name the training courses."
    )
    return submitted
