"""The API as OpenAPI 3.1, in the reader's language, made from the operations themselves."""

import json
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reporting.api.problems import KINDS, MEDIA_TYPE
from reporting.api.service import api

EXAMPLES = settings.BASE_DIR / "reporting" / "api" / "examples"


def described():
    """The whole description; whoever changes it changes it for all."""
    return _described(get_language(), reverse("api:index"))


@cache
def _described(language, root):
    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix=root), cls=DjangoJSONEncoder))
    schema["servers"] = [{"url": settings.PUBLIC_BASE_URL}]
    schema["paths"] = {
        path: {"get": with_the_rest(methods["get"])} for path, methods in schema["paths"].items()
    }
    schema["components"]["schemas"]["Problem"] = problem_schema()
    return schema


def with_the_rest(operation):
    """Beside what ninja knows: an example that was really answered, and how it can fail."""
    example = example_of(operation["operationId"])
    operation["responses"]["200"]["content"]["application/json"]["example"] = example["answer"]
    answer = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in sorted({status for status, _title, _meaning in KINDS.values()}):
        said = [str(meaning) for code, _title, meaning in KINDS.values() if code == status]
        operation["responses"][str(status)] = {
            "description": " ".join(said),
            "content": {MEDIA_TYPE: answer},
        }
    return operation


@cache
def example_of(name):
    """{"request": address, "answer": what came back}; tests/reporting/api asks for it anew."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(), parse_float=Decimal)


def problem_schema():
    words = {
        "type": _("The address of what this kind of problem is."),
        "title": _("The same in a few words."),
        "detail": _("What is wrong with this request, and what can be done."),
        "parameter": _("The parameter that is wrong, if it is one."),
    }
    said = {name: {"type": "string", "description": text} for name, text in words.items()}
    said["status"] = {"type": "integer", "description": _("The status of the answer.")}
    said["there_are"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": _("What could have been asked for instead, where it is a short list."),
    }
    required = ["type", "title", "status", "detail"]
    return {"type": "object", "properties": said, "required": required}


@cache
def parameters_of(name):
    """The names that the query string of an operation may have: those that are described."""
    operations = [methods["get"] for methods in described()["paths"].values()]
    of_operation = next(each for each in operations if each["operationId"] == name)
    return [each["name"] for each in of_operation["parameters"] if each["in"] == "query"]
