"""What was submitted, read from its frozen copy in the words of a reader."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from members.models import SignOff
from objectives.models import Indicator
from reporting.differences import differences, replaced
from reporting.models import IndicatorValue, ProgressReport

CHOSEN = ["rating", "percent_complete", "confidence", "main_challenge", "main_next_step"]


class Line(NamedTuple):
    """A field of a frozen copy, as it is read."""

    key: str
    label: str
    value: str
    is_text: bool = True


def capacity(content):
    """As what the person handed it in; copies from before that was written down say nothing."""
    return dict(SignOff.choices).get(content.get("signed_as"), "")


def lines(content):
    """The statement and the fields of the report, in the reader's words."""
    found = [Line("statement", _("Objective"), content["statement"])]
    if content.get("confirms"):
        found.append(Line("confirms", _("Confirmed unchanged since"), content["confirms"], False))
    for name in ProgressReport.CONTENT_FIELDS:
        field = ProgressReport._meta.get_field(name)
        # Copies from before a field was asked for lack it.
        value = content.get(name, "")
        if field.choices:
            value = dict(field.flatchoices).get(value, value)
        elif name == "percent_complete" and value is not None:
            value = f"{value}\N{NO-BREAK SPACE}%"
        found.append(Line(name, field.verbose_name, str(value or ""), name not in CHOSEN))
    return found


def answers(submission):
    """The answers about the indicators: a value each, and below it the note.

    The copy holds numbers; what they are numbers of, the indicator says.
    """
    indicators = {each.code: each for each in submission.report.objective.indicators.all()}
    found = []
    for answer in submission.content["indicators"]:
        code = answer["indicator"]
        numbers = {name: answer[name] and Decimal(answer[name]) for name in IndicatorValue.NUMBERS}
        stored = IndicatorValue(
            indicator=indicators.get(code, Indicator()), kind=answer["kind"], **numbers
        )
        text = "\n".join(filter(None, [str(stored.in_words), answer["note"]]))
        found.append(Line(code, f"{code} {answer['name']}", text))
    for asked in submission.content.get("not_answered", []):
        code = asked["indicator"]
        found.append(Line(code, f"{code} {asked['name']}", _("Not answered"), is_text=False))
    return found


def compared(before, after):
    """Each line of either, with its segments and whether it is another now."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in after}
    found = []
    for key, line in (old | new).items():
        segments = marked(old.get(key), new.get(key))
        found.append((line.label, segments, any(segment.kind != "same" for segment in segments)))
    return found


def marked(before, after):
    """The segments of a line, either side of which may be missing."""
    values = [line.value if line else "" for line in (before, after)]
    # The later one says what it is, as an answer that was not given may be given now.
    line = after or before
    return differences(*values) if line and line.is_text else replaced(*values)
