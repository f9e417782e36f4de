"""Reads an OpenAPI description for people: operations and shapes as lists of fields. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reporting.api.fields import UNITS

REFERENCE = "#/components/schemas/"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """`words` say of which type it is; `shape` names what it is made of, where that is fields."""

    name: str
    words: str
    shape: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Shape:
    name: str
    fields: list[Field]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    answer: list[Field]


def operations_of(schema: Json) -> Iterator[Operation]:
    shapes = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        yield Operation(
            name=operation["operationId"],
            method="GET",
            path=path,
            summary=operation["summary"],
            description=operation.get("description", ""),
            parameters=[
                field_of(each["name"], each["schema"] | {"description": each["description"]})
                for each in operation["parameters"]
            ],
            answer=fields_of(shapes[name_of(answer)]),
        )


def shapes_of(schema: Json) -> list[Shape]:
    """Those that fields are made of, in the order in which they are met."""
    shapes = schema["components"]["schemas"]
    met: dict[str, list[Field]] = {}
    waiting = [field for each in operations_of(schema) for field in each.answer]
    while waiting:
        name = waiting.pop(0).shape
        if name and name not in met:
            met[name] = fields_of(shapes[name])
            waiting += met[name]
    met["Problem"] = fields_of(shapes["Problem"])
    return [Shape(name, fields) for name, fields in met.items()]


def fields_of(shape: Json) -> list[Field]:
    return [field_of(name, each) for name, each in shape["properties"].items()]


def field_of(name: str, schema: Json) -> Field:
    words, shape = type_of(schema)
    unit = UNITS.get(schema.get("x-unit"), "")
    return Field(name, words, shape, str(unit), schema.get("description", ""))


def type_of(schema: Json) -> tuple[str, str]:
    """In words, and the name of the shape where it is one or a list of one."""
    if "$ref" in schema:
        return _("object"), name_of(schema)
    if "anyOf" in schema:
        [some] = [each for each in schema["anyOf"] if each.get("type") != "null"]
        words, shape = type_of(some)
        return _("%(type)s or null") % {"type": words}, shape
    if "enum" in schema:
        return ", ".join(schema["enum"]), ""
    if schema["type"] == "array":
        words, shape = type_of(schema["items"])
        return _("list, each: %(type)s") % {"type": words}, shape
    return plain_type(schema), ""


def plain_type(schema: Json) -> str:
    if "format" in schema:
        return {"date": _("date"), "date-time": _("instant")}[schema["format"]]
    if schema["type"] == "number":
        decimals = {"count": schema["x-decimals"]}
        most = _("number with up to %(count)s decimals") % decimals
        return _("number with one decimal") if schema["x-decimals"] == 1 else most
    if "maximum" in schema:
        edges = {"from": schema["minimum"], "to": schema["maximum"]}
        return _("whole number from %(from)s to %(to)s") % edges
    words = {"integer": _("whole number"), "boolean": _("true or false"), "string": _("text")}
    return words[schema["type"]]


def name_of(schema: Json) -> str:
    return schema["$ref"].removeprefix(REFERENCE)
