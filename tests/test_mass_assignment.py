"""No form takes more than it shows: each form of the access matrix is posted as it works, and once
more with every field that any model has beside its own. Both change the same, and no column but
those that tests/forms.yaml says the form is for.
"""

from pathlib import Path

import pytest
import yaml
from django.apps import apps

from tests.access_world import build
from tests.test_access_matrix import (
    ENTRIES,
    PEOPLE,
    STATES,
    address_of,
    expected,
    pages,
    quick_briefs,  # noqa: F401
    sent,
)

FORMS = yaml.safe_load((Path(__file__).parent / "forms.yaml").read_text())
MODELS = {
    model._meta.db_table: model
    for model in apps.get_models(include_auto_created=True)
    if not model._meta.db_table.startswith(("django_", "tasks_"))
}
# An archive says when it was made, to two seconds.
NEVER_THE_SAME = {("+reporting.Book", "content")}
# What somebody would hope for; of all other fields a number, which is a key as well.
FORGED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "role": "reviewer",
    "status": "approved",
    "state": "granted",
    "rating": "completed",
    "results_visibility": "public",
    "email": "forged@example.org",
    "name": "Forged",
    "password": "forged and long enough",
}


def every_field():
    fields = [field for model in MODELS.values() for field in model._meta.get_fields()]
    names = {field.name for field in fields} | {
        field.attname for field in fields if hasattr(field, "attname")
    }
    return dict.fromkeys(sorted(names), "1") | FORGED


def rows_of(table):
    model = MODELS[table]
    names = [field.attname for field in model._meta.concrete_fields]
    return {row[model._meta.pk.attname]: row for row in model._base_manager.values(*names)}


class Effects:
    """What a post has changed, in the place of the matrix's names of tables."""

    def __init__(self, world):
        self.before = {table: rows_of(table) for table in MODELS}

    def __call__(self, tables):
        found = {}
        for table in sorted(tables & MODELS.keys()):
            before, after = self.before[table], rows_of(table)
            label = MODELS[table]._meta.label
            for key in before.keys() - after.keys():
                found[f"-{label}", key, ""] = ""
            for number, key in enumerate(sorted(after.keys() - before.keys())):
                for name, value in after[key].items():
                    found[f"+{label}", number, name] = plain(value)
            for key in before.keys() & after.keys():
                for name, value in after[key].items():
                    if before[key][name] != value:
                        found[f"{label}.{name}", key, name] = plain(value)
        return found


def plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def post(world, route, entry, actor, more=None):
    own = sent(entry, world, actor)
    taken = {*own, *FORMS["own"].get(route.name, [])}
    fields = {name: said for name, said in (more or {}).items() if name not in taken}
    return world.ask(actor, "POST", address_of(route, world.ids, entry.get("id")), fields | own)


def taken(world, route, entry, actor):
    """What the form changes, and what of it is another with every field of all models."""
    first, second = (post(world, route, entry, actor).changed for _time in "12")
    forged = post(world, route, entry, actor, every_field())
    # Keys, instants and codes of the moment are others each time.
    stable = {place: said for place, said in first.items() if second.get(place) == said}
    other = {
        place
        for place in {*first, *forged.changed}
        if place not in first
        or place not in forged.changed
        or (place in stable and forged.changed[place] != stable[place])
        or (place not in stable and str(forged.changed[place]) in FORGED.values())
    }
    return {what for what, _key, _name in first}, {
        (what, name) for what, _key, name in other
    } - NEVER_THE_SAME


def test_no_form_is_declared_that_is_gone():
    assert {*FORMS["own"], *FORMS["changes"]} <= {route.name for route in pages()}


@pytest.mark.parametrize("state", STATES)
def test_no_form_takes_more_than_it_shows(db, state):
    world = build(state)
    world.changed = Effects(world)
    beside, undeclared, idle = [], [], []
    for route in pages():
        if "admin/" in route.path:  # tests/framework_portal/test_admin_attacks.py
            continue
        entry = ENTRIES[route.name]
        acts = False
        for actor in PEOPLE:
            if expected(entry, "POST", actor, state) not in ("acts", "opens"):
                continue
            changes, others = taken(world, route, entry, actor)
            if others:  # A mail names the minute, which may have turned between the posts.
                changes, others = taken(world, route, entry, actor)
            beside += [(route.name, actor, *each) for each in sorted(others)]
            more = changes - set(FORMS["changes"].get(route.name, []))
            undeclared += [(route.name, actor, each) for each in sorted(more)]
            acts = acts or expected(entry, "POST", actor, state) == "acts"
            if changes:
                break
        else:
            # A form that takes more may be refused for what it lacks.
            idle += [route.name] * (acts and route.name in FORMS["changes"])

    assert (beside, undeclared, idle) == ([], [], [])
