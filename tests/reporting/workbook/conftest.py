import pytest

from reporting.workbook.layout import Definition, Heading, Identity, Question, Takes
from reporting.workbook.writing import workbook_bytes

RATINGS = (("on_track", "On track"), ("at_risk", "At risk"))


def asked(name, takes, value=None, **more):
    return Question(objective="1.1", name=name, label=name, takes=takes, value=value, **more)


def written(*rows, right_to_left=False):
    return workbook_bytes(
        title="France: Second half of 2025",
        identity=Identity("2022-2025", "2025-H2", "FR", {"1.1": 3}),
        rows=[Heading("1.1", "Objective"), *rows],
        definitions=[Definition("Rating", "How it stands")],
        right_to_left=right_to_left,
    )


@pytest.fixture(scope="session")
def workbook():
    """Four questions, three of them answered."""
    return written(
        asked("rating", Takes.CHOICE, "on_track", choices=RATINGS),
        asked("percent_complete", Takes.PERCENT, 60),
        asked("achievements", Takes.TEXT, "=1+1 is what we achieved."),
        asked("lessons", Takes.TEXT, closed="The report is with the secretariat."),
    )
