"""What a field of an answer may be, and what it is measured in."""

import re
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext, gettext_lazy
from ninja import Schema
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.fields import FieldInfo

# As numbers in JSON, with exactly the decimals that the portal keeps: nothing is rounded again.
Tenths = Annotated[Decimal, WithJsonSchema({"type": "number", "x-decimals": 1})]
Number = Annotated[Decimal, WithJsonSchema({"type": "number", "x-decimals": 4})]


def from_one_to(most: int) -> Any:
    """A whole number of digits from 0 to 9: left to itself, Python also reads 1_0 and ١."""

    def read(value: object) -> object:
        if not re.fullmatch(r"[0-9]{1,6}", str(value), re.ASCII) or not 1 <= int(value) <= most:
            said = gettext("It must be a whole number from 1 to %(most)s.")
            raise ValueError(said % {"most": most})
        return value

    return Annotated[int, Field(ge=1, le=most), BeforeValidator(read)]


UNITS = {
    "percent": gettext_lazy("percent"),
    "points": gettext_lazy("percentage points"),
    "reports": gettext_lazy("reports"),
    "countries": gettext_lazy("countries"),
    "objectives": gettext_lazy("objectives"),
    "unit": gettext_lazy("the indicator’s unit"),
}


class Answer(Schema):
    """Made of values alone: ninja's way of reading them off any object takes as long again."""

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: Any) -> Any:
        return handler(values)


def said(description: object, unit: str | None = None) -> FieldInfo:
    """A field that is always there, null or not; `unit` is one of `UNITS`."""
    return Field(description=description, json_schema_extra={"x-unit": unit} if unit else None)


def plain(number: Decimal | None) -> Decimal | None:
    """80 for 80.0000, and all that there is of 80.1250."""
    return None if number is None else Decimal(f"{number.normalize():f}")
