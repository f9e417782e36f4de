"""Answers as JSON in which a decimal is a number with all its digits.

Python's own writer knows only floats, and a sum of eighteen digits does not fit into one.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring

from ninja.renderers import BaseRenderer

WORDS = {None: "null", True: "true", False: "false"}


class ExactRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request, data, *, response_status):
        return written(data)


def written(value: object, indent: str = "") -> str:
    """The value as JSON: on one line, or below each other where `indent` begins a new line."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else f"{value:d}"
    inner = f"{indent}  " if indent else ""
    if isinstance(value, Mapping):
        colon = ": " if indent else ":"
        parts = [
            f"{encode_basestring(key)}{colon}{written(each, inner)}" for key, each in value.items()
        ]
        return enclosed("{}", parts, indent, inner)
    if isinstance(value, (list, tuple)):
        return enclosed("[]", [written(each, inner) for each in value], indent, inner)
    if isinstance(value, datetime):
        at = value.astimezone(UTC).isoformat(timespec="seconds")
        return encode_basestring(at.replace("+00:00", "Z"))
    # What waits to be translated is text by now.
    return encode_basestring(value.isoformat() if isinstance(value, date) else str(value))


def enclosed(marks: str, parts: list[str], indent: str, inner: str) -> str:
    if not parts or not indent:
        return f"{marks[0]}{','.join(parts)}{marks[1]}"
    return f"{marks[0]}{inner}{f',{inner}'.join(parts)}{indent}{marks[1]}"
