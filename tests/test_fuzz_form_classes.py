"""Whatever a form is given, it says what is wrong and does not fail; and what it lets pass can
be stored.

Every form class of the portal, and every page of the admin with the rows below it, 500 examples
each; FUZZ_EXAMPLES=10000 tries more. PostgreSQL is asked 100 times: what it alone could show is a
value that it does not store.
"""

import os

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import inviting, people
from reporting import actions
from tests.fuzz.admin import AdminForm, admin_pages
from tests.fuzz.filling import filled, filled_on
from tests.fuzz.forms import BUILT, GOOD, asked, form_classes, well
from tests.fuzz.odd import changed, changes_of, received, seeded
from tests.fuzz.world import World

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", {"postgresql": 100}.get(connection.vendor, 500)))
# What the portal answers to those who come too late or too often: no failure.
REFUSED = (ValidationError, actions.Conflict, actions.ClosedField, actions.RoundClosed)
REFUSED += (inviting.AlreadyInvited, inviting.TooMany, people.NotAllowed, people.Changed)
FORMS = sorted(form_classes(), key=lambda each: f"{each.__module__}.{each.__qualname__}")
PAGES = sorted(admin_pages(), key=lambda page: (page[0]._meta.label, page[1]))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    evidence = tmp_path_factory.getbasetemp() / "evidence"
    with (
        override_settings(EVIDENCE_DIR=evidence, PASSWORD_HASHERS=quick),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield World()
        transaction.set_rollback(True)


def id_of(each):
    return each.__name__ if isinstance(each, type) else str(each)


def tried(names, more, try_one):
    """Runs `try_one` with as many changes of these fields as are asked for.

    `more` is what a person may fill in and need not.
    """
    more_of_it = st.lists(st.sampled_from(sorted(more)), max_size=3) if more else st.just([])

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(changes_of(names, max_size=5), more_of_it, st.booleans())
    def run(changes, filled_too, with_row):
        with transaction.atomic():
            try_one({name: more[name] for name in filled_too}, changes, with_row)
            transaction.set_rollback(True)

    seeded(run, sorted(names))()


def stored(save):
    """Stores what was valid, or is told in words why not."""
    try:
        with transaction.atomic():
            save()
    except REFUSED:
        return False
    return True


@pytest.mark.parametrize("form_class", FORMS, ids=id_of)
def test_no_form_fails(db, world, form_class):
    if any(issubclass(each, form_class) for each in admin_classes(world)):
        return
    assert form_class in BUILT, "Say in tests/fuzz/forms.py how its view builds this form."
    how = BUILT[form_class]
    with asked(world):
        empty = how.make(world, None, None)
        names = {bound.html_name for bound in empty}
        good = well(world, form_class, empty)
        begun = how.make(world, *received(*changed(good, {})))
        assert begun.is_valid() != how.asks_for_a_secret, (good, begun.errors)

        def try_one(filled_too, changes, _with_row):
            form = how.make(world, *received(*changed(good | filled_too, changes)))
            if form.is_valid() and how.save:
                stored(lambda: how.save(world, form))
            form.errors.get_json_data()

        with transaction.atomic():
            if how.save:
                assert stored(lambda: how.save(world, begun))
            transaction.set_rollback(True)
        tried(names or {"version"}, filled_on(empty), try_one)


def admin_classes(world):
    """All classes of which the admin's pages are made; what they begin with is none."""
    if not hasattr(world, "admin_classes"):
        pages = [page_of(world, *page) for page in PAGES]
        world.admin_classes = set().union(*(page.classes for page in pages))
    return world.admin_classes


def page_of(world, model, is_change, data=None, files=None):
    row = model._default_manager.order_by("pk").first() if is_change else None
    assert row or not is_change, f"Make a row of {model.__name__} in tests/fuzz/forms.py."
    return AdminForm(world, model, row, data, files)


def filled_page(page, new_row):
    data = filled(page.form)
    for formset in page.formsets:
        data |= filled(formset.management_form)
        for form in formset.initial_forms:
            data |= filled(form)
        if new_row and formset.max_num:
            number = len(formset.initial_forms)
            row = filled(formset.empty_form)
            data |= {name.replace("__prefix__", str(number)): said for name, said in row.items()}
            data[f"{formset.prefix}-TOTAL_FORMS"] = str(number + 1)
    return data


@pytest.mark.parametrize(
    ("model", "is_change"), PAGES, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_no_page_of_the_admin_fails(db, world, model, is_change):
    empty = page_of(world, model, is_change)
    more = GOOD[model](world) if model in GOOD and not is_change else {}
    with_row, without = (filled_page(empty, each) | more for each in (True, False))
    begun = page_of(world, model, is_change, *received(*changed(without, {})))
    assert begun.is_good, (without, begun.form.errors, [each.errors for each in begun.formsets])
    with transaction.atomic():
        begun.save()
        transaction.set_rollback(True)
    names = {*with_row, *(bound.html_name for bound in empty.form)}
    names |= {name.rpartition("-")[0] + "-DELETE" for name in with_row if name.count("-") == 2}

    def try_one(filled_too, changes, has_row):
        good = (with_row if has_row else without) | filled_too
        data = received(*changed(good, changes))
        page = page_of(world, model, is_change, *data)
        if page.is_good:
            page.save()

    tried(names, filled_on(empty.form), try_one)
