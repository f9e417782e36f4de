import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from goals.models import Framework
from reporting.models import ReportingRound
from tests.factories import (
    ExtensionFactory,
    FrameworkFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, text, texts

PAGE = "/review/rounds/"
ADDRESSES = [PAGE, f"{PAGE}new/", *(f"{PAGE}2025-H2/{verb}/" for verb in ["edit", "open", "close"])]


@pytest.fixture
def in_paris(secretariat):
    secretariat.time_zone = "Europe/Paris"
    secretariat.save()
    return secretariat


@pytest.fixture
def coming(framework):
    """A round of the framework that has not opened yet."""
    return ReportingRoundFactory(
        framework=framework, ahead=True, slug="coming", starts_on=date(2025, 1, 1)
    )


def typed(instant, zone="UTC"):
    return instant.astimezone(zoneinfo.ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def as_posted(found, **changed):
    instants = {name: typed(getattr(found, name)) for name in ["opens_at", "due_at", "closes_at"]}
    return {"name": found.name, "stamp": found.stamp} | instants | changed


def initial(page):
    fields = elements(page, "input", class_="form-control") + elements(
        page, "input", class_="instant"
    )
    values = [dict(each.attributes) for each in fields]
    return {each["name"]: each.get("value", "") for each in values}


def test_round_list_says_how_many_of_how_many_are_in(client_of, secretariat, approved, japan):
    page = client_of(secretariat).get(PAGE)
    assert texts(page, "h2")[0] == "Second half of 2025 Open"
    assert [each for each in texts(page, "dd") if "reports" in each] == ["1 of 8 reports"]


@pytest.mark.parametrize("number", [1, 3])
def test_round_list_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, framework, django_assert_num_queries, number
):
    ReportingRoundFactory.create_batch(number, framework=framework)
    client = client_of(secretariat)
    with django_assert_num_queries(6):
        client.get(PAGE)


def test_round_create_fills_in_the_round_that_follows(client_of, in_paris, open_round):
    Framework.objects.update(ends_on=date(2030, 12, 31))
    open_round.opens_at = datetime(2026, 1, 1, 9, tzinfo=UTC)
    open_round.due_at = datetime(2026, 2, 28, 22, 59, tzinfo=UTC)
    open_round.closes_at = datetime(2026, 8, 31, 21, 59, 30, tzinfo=UTC)
    open_round.save()
    page = client_of(in_paris).get(f"{PAGE}new/")
    assert initial(page) == {
        "name": "First half of 2026",
        "slug": "2026-H1",
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        # By the clocks of Paris; the last day of a month stays the last.
        "opens_at": "2026-07-01T10:00",
        "due_at": "2026-08-31T23:59",
        "closes_at": "2027-02-28T23:59",
    }


def new_round(**changed):
    return {
        "name": "First half of 2024",
        "slug": "2024-H1",
        "starts_on": "2024-01-01",
        "ends_on": "2024-06-30",
        "opens_at": "2026-07-01T10:00",
        "due_at": "2026-08-31T23:59",
        "closes_at": "2027-02-28T23:59",
    } | changed


@pytest.mark.usefixtures("edit_history")
def test_round_create_stores_the_round_and_its_history(client_of, in_paris, open_round):
    response = client_of(in_paris).post(f"{PAGE}new/", new_round())
    created = ReportingRound.objects.get(slug="2024-H1")
    assert (response.status_code, response.url) == (302, PAGE)
    assert created.due_at == datetime(2026, 8, 31, 21, 59, tzinfo=UTC)
    assert created.framework == open_round.framework
    assert created.history.get().history_user == in_paris


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"starts_on": "2025-07-01", "ends_on": "2025-12-31"}, ["__all__"]),
        ({"slug": "2025-H2"}, ["slug"]),
        ({"ends_on": "2026-01-01"}, ["ends_on"]),
        ({"ends_on": "2023-12-31"}, ["__all__"]),
        ({"due_at": "2026-06-01T00:00"}, ["__all__"]),
        ({"due_at": "nonsense\0", "closes_at": "0001-01-01T00:00"}, ["closes_at", "due_at"]),
        ({"opens_at": "2026-07-01T10:00Z", "due_at": "2026-08-31"}, ["due_at", "opens_at"]),
        ({"opens_at": "", "name": "x" * 200}, ["name", "opens_at"]),
    ],
)
def test_round_create_says_what_is_wrong(client_of, in_paris, open_round, changed, errors):
    page = client_of(in_paris).post(f"{PAGE}new/", new_round(**changed))
    assert (page.status_code, sorted(page.context["form"].errors)) == (200, errors)
    assert ReportingRound.objects.count() == 1


@pytest.mark.parametrize(
    ("local", "message"),
    [
        (
            "2026-03-29T02:30",
            "There is no 29 March 2026, 02:30 in Europe/Paris: the clocks go forward then. "
            "Choose an earlier or a later time.",
        ),
        (
            "2026-10-25T02:30",
            "25 October 2026, 02:30 comes twice in Europe/Paris: the clocks go back then. "
            "Choose an earlier or a later time.",
        ),
    ],
)
def test_a_time_that_is_no_instant_is_refused(client_of, in_paris, open_round, local, message):
    page = client_of(in_paris).post(f"{PAGE}new/", new_round(opens_at=local))
    assert page.context["form"].errors["opens_at"] == [message]


def test_round_create_starts_a_framework_after_its_predecessor(client_of, secretariat, open_round):
    FrameworkFactory(
        slug="2026-2030",
        state="draft",
        predecessor=open_round.framework,
        starts_on=date(2026, 1, 1),
        ends_on=date(2030, 12, 31),
    )
    page = client_of(secretariat).get(f"{PAGE}new/?framework=2026-2030")
    assert initial(page)["slug"] == "2026-H1"
    assert client_of(secretariat).get(f"{PAGE}new/?framework=none").status_code == 404


@pytest.mark.usefixtures("edit_history")
def test_round_edit_changes_the_dates_and_leaves_a_history(client_of, secretariat, open_round):
    later = open_round.closes_at + timedelta(days=3)
    posted = as_posted(open_round, closes_at=typed(later))
    response = client_of(secretariat).post(f"{PAGE}2025-H2/edit/", posted)
    changed = ReportingRound.objects.get()
    assert response.url == PAGE
    assert changed.closes_at == later.replace(second=0, microsecond=0)
    # What was left as it was shown is the same instant, with its seconds.
    assert changed.due_at == open_round.due_at
    assert changed.history.first().history_user == secretariat


@pytest.mark.usefixtures("edit_history")
def test_round_edit_tells_who_changed_the_round(client_of, secretariat, open_round):
    client = client_of(secretariat)
    client.post(f"{PAGE}2025-H2/edit/", as_posted(open_round, name="Another name"))
    changed, created = elements(client.get(f"{PAGE}2025-H2/edit/"), "ol", class_="events")[
        0
    ].children
    assert "by Selma Secretariat" in text(changed)
    assert "Another name" in text(changed)
    assert "Second half of 2025" in text(created)


def test_round_edit_keeps_an_instant_whose_hour_comes_twice(client_of, in_paris, open_round):
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    ReportingRound.objects.update(
        opens_at=datetime(2026, 9, 1, tzinfo=UTC), due_at=second, closes_at=second
    )
    open_round.refresh_from_db()
    posted = as_posted(open_round, name="Another name")
    posted |= dict.fromkeys(["due_at", "closes_at"], "2026-10-25T02:30")
    posted["opens_at"] = "2026-09-01T02:00"
    client_of(in_paris).post(f"{PAGE}2025-H2/edit/", posted)
    changed = ReportingRound.objects.get()
    assert (changed.name, changed.due_at) == ("Another name", second)


def test_round_edit_of_what_a_colleague_has_changed_is_a_conflict(
    client_of, secretariat, open_round
):
    posted = as_posted(open_round, name="Mine")
    ReportingRound.objects.update(name="Theirs")
    page = client_of(secretariat).post(f"{PAGE}2025-H2/edit/", posted)
    assert (page.status_code, ReportingRound.objects.get().name) == (409, "Theirs")
    assert initial(page)["name"] == "Mine"
    assert "Theirs" in texts(page, "dd")
    again = posted | {"stamp": ReportingRound.objects.get().stamp}
    assert client_of(secretariat).post(f"{PAGE}2025-H2/edit/", again).status_code == 302


@pytest.mark.usefixtures("edit_history")
def test_round_open_says_what_is_open_too_and_opens(client_of, secretariat, open_round, coming):
    client = client_of(secretariat)
    page = client.get(f"{PAGE}coming/open/")
    assert list(page.context["open_too"]) == [open_round]
    before = timezone.now()
    client.post(f"{PAGE}coming/open/", {"stamp": coming.stamp})
    coming.refresh_from_db()
    assert abs(coming.opens_at - before) < timedelta(seconds=30)
    assert coming.history.first().history_user == secretariat


def test_round_close_says_what_stays_behind_and_closes(
    client_of, secretariat, open_round, submitted, france
):
    ProgressReportFactory(round=open_round, country=france)
    ExtensionFactory(round=open_round, country=france)
    client = client_of(secretariat)
    page = client.get(f"{PAGE}2025-H2/close/")
    counts = [page.context[name] for name in ["waiting", "asked"]]
    assert (*counts, page.context["round"].in_work) == (1, 1, 1)
    client.post(f"{PAGE}2025-H2/close/", {"stamp": open_round.stamp})
    open_round.refresh_from_db()
    assert open_round.phase(timezone.now()) == "closed"
    assert open_round.due_at == open_round.closes_at


@pytest.mark.parametrize("verb", ["open", "close"])
@pytest.mark.parametrize("stamp", ["", "x" * 64, None])
def test_a_round_that_is_another_by_now_is_left_alone(
    client_of, secretariat, coming, open_round, verb, stamp
):
    slug = {"open": "coming", "close": "2025-H2"}[verb]
    posted = {} if stamp is None else {"stamp": stamp}
    instants = list(ReportingRound.objects.values_list("opens_at", "closes_at"))
    page = client_of(secretariat).post(f"{PAGE}{slug}/{verb}/", posted)
    assert page.status_code == 409
    assert list(ReportingRound.objects.values_list("opens_at", "closes_at")) == instants


def test_a_round_in_another_phase_is_neither_opened_nor_closed(
    client_of, secretariat, coming, open_round
):
    client = client_of(secretariat)
    for found, verb in [(coming, "close"), (open_round, "open")]:
        address = f"{PAGE}{found.slug}/{verb}/"
        assert client.get(address).status_code == 200
        assert client.post(address, {"stamp": found.stamp}).status_code == 409


@pytest.mark.parametrize("name", ["reporter", "neighbour", "editor", "viewer"])
def test_rounds_are_the_secretariats(request, client_of, open_round, name):
    client = client_of(request.getfixturevalue(name))
    codes = {client.get(address).status_code for address in ADDRESSES}
    codes |= {client.post(address, as_posted(open_round)).status_code for address in ADDRESSES}
    assert codes == {403}
    assert ReportingRound.objects.get().closes_at == open_round.closes_at


def test_rounds_ask_to_sign_in(client, open_round):
    assert {client.get(address).status_code for address in ADDRESSES} == {302}


def test_round_keeps_its_short_name_once_there_are_reports(open_round, objective):
    open_round.slug = "2025-2"
    open_round.clean()

    ProgressReportFactory(round=open_round, objective=objective)

    with pytest.raises(ValidationError) as error:
        open_round.clean()
    words = "Receipts and snapshots call this round 2025-H2: it stays so."
    assert error.value.message_dict == {"slug": [words]}
