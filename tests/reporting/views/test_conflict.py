import pytest

from reporting import actions
from reporting.models import IndicatorValue, ProgressReport
from tests.factories import IndicatorFactory
from tests.pages import elements, texts
from tests.reporting.views.test_reports import EDIT, TYPED

TEXTS = TYPED | {"lessons": "Mine.", "next_steps": "Mine too."}


@pytest.fixture
def indicator(objective):
    return IndicatorFactory(objective=objective, aggregation="sum", unit="persons")


@pytest.fixture
def overtaken(draft, focal_point, indicator):
    """The draft, which a colleague has saved meanwhile: version 2, and 3 persons."""
    content = {"lessons": "The colleague's.", "next_steps": "The colleague's too."}
    values = {indicator: IndicatorValue(kind="number", value=3)}
    actions.save_draft(report=draft, version=1, content=content, values=values, by=focal_point)
    return draft


def differences(page):
    return {each.name: each for each in page.context["differences"]}


def test_conflict_page_shows_each_field_that_differs(client_of, reporter, overtaken):
    page = client_of(reporter).post(EDIT, TEXTS | {"1.1.1-value": "4", "confidence": "high"})
    found = differences(page)
    assert (page.status_code, list(found)) == (
        409,
        ["achievements", "next_steps", "lessons", "1.1.1"],
    )
    assert (found["lessons"].saved, found["lessons"].field.value()) == ("The colleague's.", "Mine.")
    answer = found["1.1.1"]
    assert (answer.saved, answer.answer["value"].value()) == ("3\N{NO-BREAK SPACE}persons", "4")


def test_conflict_page_saves_field_by_field_what_was_chosen(client_of, reporter, overtaken):
    chosen = {"keep-lessons": "saved", "keep-next_steps": "mine", "keep-1.1.1": "saved"}
    typed = {"lessons": "Mine.", "next_steps": "Mine, edited.", "1.1.1-value": "4"}
    response = client_of(reporter).post(EDIT, chosen | typed | {"version": "2"})
    stored = ProgressReport.objects.get()
    assert (response.status_code, stored.version) == (302, 3)
    assert (stored.lessons, stored.next_steps) == ("The colleague's.", "Mine, edited.")
    assert (stored.indicator_values.get().value, stored.achievements) == (
        3,
        "Two training courses were held.",
    )


def test_conflict_page_can_choose_ones_own_number(client_of, reporter, overtaken):
    typed = {"keep-1.1.1": "mine", "1.1.1-value": "4", "1.1.1-kind": "", "version": "2"}
    client_of(reporter).post(EDIT, typed)
    assert overtaken.indicator_values.get().value == 4


def test_further_conflict_shows_all_that_was_typed_again(
    client_of, reporter, focal_point, overtaken
):
    actions.save_draft(
        report=overtaken, version=2, content={"next_steps": "A third text."}, by=focal_point
    )
    chosen = {"keep-lessons": "saved", "keep-next_steps": "mine"}
    typed = {"lessons": "Mine.", "next_steps": "Mine, edited."}
    page = client_of(reporter).post(EDIT, chosen | typed | {"version": "2"})
    found = differences(page)
    assert page.context["form"]["version"].value() == 3
    assert {name: (each.field.value(), each.keeps_saved) for name, each in found.items()} == {
        "next_steps": ("Mine, edited.", False),
        "lessons": ("Mine.", True),
    }
    assert found["next_steps"].saved == "A third text."


def test_conflict_page_puts_nothing_empty_before_what_a_colleague_wrote(
    client_of, reporter, overtaken
):
    typed = {"lessons": "", "1.1.1-value": "", "confidence": "high"}
    page = client_of(reporter).post(EDIT, TEXTS | typed)
    assert {name: each.keeps_saved for name, each in differences(page).items()} == {
        "achievements": False,
        "next_steps": False,
        "lessons": True,
        "1.1.1": True,
    }


def test_conflict_page_with_an_error_stays_the_conflict_page(client_of, reporter, overtaken):
    typed = {"keep-percent_complete": "mine", "percent_complete": "120", "version": "2"}
    page = client_of(reporter).post(
        EDIT, typed | {"keep-lessons": "saved", "lessons": "Mine.", "1.1.1-value": "1,5"}
    )
    assert {"percent_complete", "lessons", "1.1.1"} == set(differences(page))
    assert ProgressReport.objects.get().version == 2


def test_conflict_over_the_same_text_says_that_all_is_saved(client_of, reporter, overtaken):
    page = client_of(reporter).post(EDIT, {"version": "1", "lessons": "The colleague's."})
    assert page.context["differences"] == []
    assert texts(page, "p", class_="notice")[0].startswith("The two texts are the same")


def test_conflict_with_a_partial_return_does_not_offer_what_is_closed(
    client_of, reporter, focal_point, secretariat, draft
):
    actions.submit_report(report=draft, version=1, by=focal_point)
    actions.return_report(
        report=draft,
        version=2,
        by=secretariat,
        comment="Only the lessons.",
        field_comments={"lessons": "Which ones?"},
        only_commented=True,
    )
    page = client_of(reporter).post(EDIT, TEXTS | {"version": "1"})
    found = differences(page)
    assert (found["lessons"].is_open, found["next_steps"].is_open) == (True, False)
    assert found["next_steps"].field.value() == "Mine too."
    typed = {"version": "3", "keep-lessons": "mine", "lessons": "Mine."}
    assert client_of(reporter).post(EDIT, typed).status_code == 302


def test_neighbour_meets_no_conflict_of_another_country(client_of, neighbour, overtaken):
    response = client_of(neighbour).post(EDIT, TEXTS | {"version": "0"})
    assert (response.status_code, ProgressReport.objects.count()) == (302, 2)


def opened_inputs(page):
    found = [dict(each.attributes) for each in elements(page, "input")]
    return {each["name"]: each["value"] for each in found if each["name"].startswith("opened-")}


@pytest.fixture
def carried(client_of, reporter, draft, indicator):
    """What the reporter's form says of the fields as they were, opened before the colleague's."""
    values = {indicator: IndicatorValue(kind="number", value=2)}
    actions.save_draft(report=draft, version=1, content={}, values=values, by=reporter)
    found = opened_inputs(client_of(reporter).get(EDIT))
    assert set(found) == {f"opened-{name}" for name in [*ProgressReport.CONTENT_FIELDS, "1.1.1"]}
    return found


@pytest.fixture
def rewritten(carried, draft, focal_point, indicator):
    content = {"lessons": "The colleague's.", "next_steps": "The colleague's too."}
    values = {indicator: IndicatorValue(kind="number", value=3)}
    actions.save_draft(report=draft, version=2, content=content, values=values, by=focal_point)
    return draft


def as_opened(**changed):
    return {
        "version": "2",
        "lessons": "Begin with the trainers.",
        "next_steps": "Train ten more trainers.",
        "1.1.1-value": "2",
    } | changed


def choices(page):
    return {each.name: (each.changed, each.keeps_saved) for each in page.context["differences"]}


def test_conflict_page_prefers_what_its_person_has_changed(client_of, reporter, carried, rewritten):
    typed = as_opened(next_steps="Mine\r\ntoo.", achievements="Mine.", challenges="")
    page = client_of(reporter).post(EDIT, carried | typed)
    assert choices(page) == {
        "achievements": ("mine", False),
        "challenges": ("mine", False),
        "next_steps": ("both", False),
        "lessons": ("saved", True),
        "1.1.1": ("saved", True),
    }
    assert texts(page, "span", class_="tag-late") == ["Both of you changed this"]


def test_conflict_page_tells_one_person_of_two_windows(client_of, reporter, carried, draft):
    content = {"lessons": "In the other window."}
    actions.save_draft(report=draft, version=2, content=content, values={}, by=reporter)
    page = client_of(reporter).post(EDIT, carried | as_opened(lessons="In this one."))
    [why] = texts(page, "p", class_="alert")
    assert "because you changed this report elsewhere" in why
    assert texts(page, "span", class_="tag-late") == ["Changed in both"]


def test_conflict_page_says_that_both_answered(client_of, reporter, carried, rewritten):
    mine = carried | as_opened(**{"1.1.1-value": "4"})
    assert choices(client_of(reporter).post(EDIT, mine))["1.1.1"] == ("both", False)
    nothing = carried | as_opened(**{"1.1.1-value": ""})
    assert choices(client_of(reporter).post(EDIT, nothing))["1.1.1"] == ("both", True)


@pytest.mark.parametrize("hash", [None, "", "0" * 15, "Z" * 16, "a" * 100_000, "\0" * 16])
def test_conflict_page_does_without_hashes(client_of, reporter, carried, rewritten, hash):
    garbled = {} if hash is None else dict.fromkeys(carried, hash)
    page = client_of(reporter).post(EDIT, garbled | as_opened())
    assert choices(page) == dict.fromkeys(["next_steps", "lessons", "1.1.1"], (None, False))


def test_form_with_an_error_keeps_what_it_was_opened_with(client_of, reporter, carried, draft):
    typed = as_opened(percent_complete="120", lessons="Mine.")
    kept = carried | {"opened-lessons": "0" * 16}
    assert opened_inputs(client_of(reporter).post(EDIT, kept | typed)) == kept
    assert opened_inputs(client_of(reporter).post(EDIT, typed)) == {}


def test_further_conflict_measures_from_what_was_seen_last(
    client_of, reporter, focal_point, carried, rewritten
):
    client = client_of(reporter)
    page = client.post(EDIT, carried | as_opened(lessons="Mine.", next_steps="Mine too."))
    seen = opened_inputs(page)
    assert set(seen) == {"opened-lessons", "opened-next_steps", "opened-1.1.1"}
    third = {"next_steps": "A third text."}
    actions.save_draft(report=rewritten, version=3, content=third, by=focal_point)
    chosen = dict.fromkeys(["keep-lessons", "keep-next_steps"], "mine")
    typed = {"version": "3", "lessons": "Mine.", "next_steps": "Mine too."}
    assert choices(client.post(EDIT, seen | chosen | typed)) == {
        "lessons": ("mine", False),
        "next_steps": ("both", False),
    }
