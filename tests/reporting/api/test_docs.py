"""The description says of everything that is answered what it is, and of nothing else."""

import json
from decimal import Decimal

import pytest
from django.urls import get_resolver

from reporting.api.fields import UNITS
from reporting.api.openapi import described
from reporting.api.problems import KINDS
from reporting.api.schemas import Ratings
from reporting.models import Rating
from tests.pages import elements, text, texts
from tests.reporting.api.asking import API, answer, problem
from tests.reporting.api.test_examples import ASKED

DOCS, OPENAPI = f"{API}docs", f"{API}openapi.json"
TYPES = {"string": str, "boolean": bool, "object": dict, "array": list}


def fits(schema, value, shapes):
    """What of the value is not as described: a list of places, empty where all is."""
    if "$ref" in schema:
        return fits(shapes[schema["$ref"].rpartition("/")[2]], value, shapes)
    if "anyOf" in schema:
        return [] if any(not fits(each, value, shapes) for each in schema["anyOf"]) else ["anyOf"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{value} is none of {schema['enum']}"]
    kind = schema["type"]
    if kind == "null":
        return [] if value is None else ["not null"]
    if kind in ("integer", "number"):
        is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        return [] if is_number and (kind == "number" or value == int(value)) else [f"no {kind}"]
    if not isinstance(value, TYPES[kind]):
        return [f"{value!r} is no {kind}"]
    if kind == "array":
        return [found for each in value for found in fits(schema["items"], each, shapes)]
    if kind == "object":
        if value.keys() != schema["properties"].keys():
            return [f"fields {value.keys() ^ schema['properties'].keys()}"]
        return [
            f"{name}: {found}"
            for name, each in schema["properties"].items()
            for found in fits(each, value[name], shapes)
        ]
    return []


@pytest.mark.parametrize("name", ASKED)
def test_answer_is_as_described(client, frozen, name):
    schema = answer(client, OPENAPI)
    [operation] = [
        each["get"] for each in schema["paths"].values() if each["get"]["operationId"] == name
    ]
    said = operation["responses"]["200"]["content"]["application/json"]["schema"]

    assert fits(said, answer(client, ASKED[name]), schema["components"]["schemas"]) == []


def test_problem_is_as_described(client, world):
    shape = answer(client, OPENAPI)["components"]["schemas"]["Problem"]
    for query in ("?round=x", "?rund=x", "?page=x"):
        _status, found = problem(client, f"{API}frameworks/2022-2025/progress{query}")

        assert shape["required"] <= list(found)
        assert found.keys() <= shape["properties"].keys()


@pytest.mark.django_db
def test_every_field_and_parameter_has_a_meaning(client):
    schema = described()
    shapes = schema["components"]["schemas"]

    silent = [
        (name, field)
        for name, shape in shapes.items()
        for field, each in shape["properties"].items()
        if not each.get("description") and name != "Problem"
    ]
    silent += [
        (path, each["name"])
        for path, methods in schema["paths"].items()
        for each in methods["get"]["parameters"]
        if not each["description"]
    ]
    assert silent == []
    units = {
        each["x-unit"]
        for shape in shapes.values()
        for each in shape["properties"].values()
        if "x-unit" in each
    }
    assert units == UNITS.keys()


@pytest.mark.django_db
def test_page_tells_of_every_operation_and_field(client):
    page = client.get(DOCS)
    words = text(elements(page, "main")[0])
    schema = answer(client, OPENAPI)

    assert [each for each in schema["paths"] if f"GET {each} " not in words] == []
    for name, shape in schema["components"]["schemas"].items():
        if name in ("Paged", "Filtered", "FilteredPage"):
            continue
        fields = [each for each in shape["properties"] if each not in words]
        meanings = [each["description"] for each in shape["properties"].values()]
        assert (name, fields) == (name, [])
        assert [each for each in meanings if each not in words] == []
    assert len(texts(page, "pre")) == len(ASKED)
    problems = [each for each in KINDS if not elements(page, "div", id=f"problem-{each}")]
    assert problems == []


@pytest.mark.django_db
def test_links_of_the_page_lead_to_places_on_it(client):
    page = client.get(DOCS)
    links = {dict(each.attributes).get("href", "") for each in elements(page, "a")}
    ids = {dict(each.attributes).get("id") for each in elements(page, "section")}

    inner = {link[1:] for link in links if link.startswith("#")} - {"content"}
    assert inner - ids == set()
    assert inner > set(ASKED)


@pytest.mark.django_db
def test_page_keeps_the_policy_for_scripts(client):
    page = client.get(DOCS)

    policy = {each.strip() for each in page["Content-Security-Policy"].split(";")}
    assert {"script-src 'self'", "style-src 'self'", "default-src 'none'"} <= policy
    assert elements(page, "script") == []
    assert page["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.django_db
def test_page_is_found_from_every_page(client):
    for address in ("/about/", "/frameworks/"):
        assert DOCS in {
            dict(each.attributes).get("href") for each in elements(client.get(address), "a")
        }


def test_every_address_is_described():
    [names] = [
        {each.name for each in space.url_patterns}
        for space in get_resolver().url_patterns
        if getattr(space, "namespace", "") == "api"
    ]

    assert names - {"docs", "openapi", "nothing_here"} == set(ASKED)


def test_ratings_are_those_that_there_are():
    assert list(Ratings.model_fields) == Rating.values


@pytest.mark.django_db
def test_description_is_in_the_readers_language(client, settings):
    """Words are looked up when they are asked for, and kept apart by language."""
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    english = client.get(OPENAPI, headers={"Accept-Language": "en"})
    arabic = client.get(OPENAPI, headers={"Accept-Language": "ar"})

    assert (english["Content-Language"], arabic["Content-Language"]) == ("en", "ar")
    assert json.loads(english.content)["paths"].keys() == json.loads(arabic.content)["paths"].keys()
    page = client.get(DOCS, headers={"Accept-Language": "ar"})
    assert dict(elements(page, "html")[0].attributes)["dir"] == "rtl"
