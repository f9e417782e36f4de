"""The parts of an address, as ninja checks and describes them; Django's converters read them."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Path
from pydantic import WithJsonSchema

READ = ["GET", "HEAD"]

Slug = Annotated[str, Path(description=_("A framework’s short name, as 2022-2025."))]
GoalNumber = Annotated[int, Path(description=_("A goal’s number, from 1."))]
ObjectiveCode = Annotated[
    tuple[int, int],
    WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,4}\.[1-9][0-9]{0,4}$"}),
    Path(description=_("An objective’s code, as 1.1; 1.10 comes after 1.9.")),
]
