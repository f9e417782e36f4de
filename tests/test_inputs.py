"""docs/inputs.md tells what each field takes and what goes together: nothing is missing there.

A row of its tables that is not as the code has it is shown as it must be.
"""

import re

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.forms import BaseForm
from django.test import RequestFactory

from members.admin_fields import validate_one_line
from members.models import User
from tests.fuzz.forms import form_classes

OURS = ("members", "goals", "objectives", "reporting")
PAGE = (settings.BASE_DIR / "docs" / "inputs.md").read_text()
# How the page calls a field, by the nearest of its classes.
KINDS = {
    "BooleanField": "tick",
    "CharField": "text",
    "ChoiceField": "choice",
    "CredentialField": "passkey",
    "DateField": "day",
    "EmailField": "address",
    "EvidenceFilesField": "evidence",
    "FileField": "workbook",
    "FiniteField": "decimal",
    "InstantField": "instant",
    "IntegerField": "whole number",
    "LetterField": "evidence",
    "LineField": "line",
    "LinkField": "link",
    "ModelChoiceField": "choice",
    "NameField": "line",
    "NumberField": "number",
    "PercentField": "percent",
    "ProseField": "prose",
    "SplitDateTimeField": "instant",
    "VersionField": "version",
}


def forms_of_the_portal():
    """{name: fields} of each form that is built of its own fields."""
    found = {each for each in form_classes() if issubclass(each, BaseForm) and each.base_fields}
    return {
        each.__name__: each.base_fields
        for each in found
        if each.__module__.startswith(tuple(f"{app}.forms" for app in OURS))
    }


def forms_of_the_admin():
    """{model: fields} of each page on which something can be changed, with what is listed there."""
    request = RequestFactory().get("/")
    request.user = User(pk=1, is_superuser=True)
    for model, page in admin.site._registry.items():
        if page.has_change_permission(request) or page.has_add_permission(request):
            yield model._meta.label, page.get_form(request).base_fields


def in_words(fields):
    return "; ".join(told(name, field) for name, field in fields.items())


def told(name, field):
    kind = next(KINDS[each.__name__] for each in type(field).__mro__ if each.__name__ in KINDS)
    if isinstance(field.widget, forms.PasswordInput):
        kind = "password"
    if kind == "text" and is_one_line(field):
        kind = "line"
    longest = getattr(field, "max_length", None)
    least = getattr(field, "min_length", None)
    span = f"{least}–{longest}" if least else longest
    return f"`{name}`{'*' if field.required else ''} {kind}{f', {span}' if span else ''}"


def is_one_line(field):
    return validate_one_line in field.validators


def rows_of(heading):
    """{first cell: second} of the table under a heading."""
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {row[0].strip("`"): row[1] for row in rows if row[0] != "---"}


def test_each_form_of_the_portal_is_told_field_by_field():
    told_there = rows_of("Forms of the portal")
    told_there.pop("form")

    assert told_there == {name: in_words(each) for name, each in forms_of_the_portal().items()}


def test_each_form_of_the_admin_is_told_field_by_field():
    told_there = rows_of("Forms of the admin")
    told_there.pop("model")

    assert told_there == {name: in_words(each) for name, each in forms_of_the_admin()}


def test_each_kind_is_explained():
    kinds = set(rows_of("Kinds of fields")) - {"kind"}
    words = "\n".join(
        [*rows_of("Forms of the portal").values(), *rows_of("Forms of the admin").values()]
    )

    assert kinds == set(re.findall(r"`\*? ([a-z ]+)", words))


def test_each_rule_that_the_data_base_holds_is_told():
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    names = {rule.name for model in models for rule in model._meta.constraints}

    assert set(re.findall(r"`((?:members|goals|objectives|reporting)_\w+)`", PAGE)) == names


def rules_of_forms():
    """Those of ours that compare fields with each other, or with what is stored."""
    families = {base for form in form_classes() for base in form.__mro__}
    ours = [each for each in families if each.__module__.split(".")[0] in OURS]
    return {each.__name__ for each in ours if any(name.startswith("clean") for name in vars(each))}


@pytest.mark.parametrize("name", sorted(rules_of_forms()))
def test_each_rule_that_a_form_has_is_told(name):
    assert f"`{name}`" in PAGE.split("\n## What goes together\n")[1]
