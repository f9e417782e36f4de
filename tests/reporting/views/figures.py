"""Reports to make figures of, and the figures that a page shows."""

from reporting.tallies import recount
from tests.factories import ProgressReportFactory
from tests.pages import elements, text, texts, walk

FRAMEWORK = "/frameworks/2022-2025/"
GOAL = f"{FRAMEWORK}goals/1/"
OBJECTIVE = f"{FRAMEWORK}objectives/1.1/"
CSV = f"{GOAL}progress.csv"
DASHBOARDS = ["/", GOAL, OBJECTIVE]


def report(objective, reporting_round, region, *percents, **fields):
    """An approved report for each percentage, each of another country of the region.

    They are counted as the action counts them that approves.
    """
    reports = [
        ProgressReportFactory(
            objective=objective,
            round=reporting_round,
            country__region=region,
            percent_complete=percent,
            **{"approved": True} | fields,
        )
        for percent in percents
    ]
    recount(reports)


def table(response, position=0):
    """The body of a table of figures: a list of texts a row."""
    body = [each for each in walk(elements(response, "table")[position]) if each.name == "tbody"][0]
    return [[text(cell) for cell in row.children] for row in body.children]


def numbers(response):
    """What stands below each bar."""
    return texts(response, "div", class_="standing-numbers")


def key_figures(response):
    return texts(response, "dl", class_="key-figures")
