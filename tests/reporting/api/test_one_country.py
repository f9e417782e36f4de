"""Walks through everything that strangers can reach, looking for what one country said."""

import html
import re
from io import BytesIO

import openpyxl
import pytest

from reporting.models import RatingTally, ValueTally
from reporting.tallies import recount
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.reporting.api.test_docs import DOCS
from tests.reporting.api.test_examples import ASKED
from tests.reporting.api.world import World

# What Asia's one country says of 1.1, and nobody else: a percentage, and an indicator's number.
PERCENT, NUMBER = 37, 918273
FILTERS = ["", "?region=ASI", "?region=EUR", "?snapshot=1", "?snapshot=1&region=ASI"]


class LonelyWorld(World):
    def __init__(self):
        super().__init__()
        self.sum = IndicatorFactory(
            objective=self.objectives[1, 1], unit="persons", aggregation="sum", name="Persons"
        )
        [lonely] = self.of("ASI")
        lonely.percent_complete, lonely.rating = PERCENT, "at_risk"
        lonely.main_challenge, lonely.main_next_step = "security", "ask_secretariat"
        lonely.save()
        IndicatorValueFactory(report=lonely, indicator=self.sum, value=NUMBER)
        others = [*self.of("AFR"), *self.of("EUR")]
        for report in others:
            IndicatorValueFactory(report=report, indicator=self.sum, value=11)
        recount([lonely, *others])

    def of(self, region):
        reports = self.rounds["2025-H2"].reports.select_related("country", "round")
        return list(reports.filter(objective=self.objectives[1, 1], country__region__code=region))


@pytest.fixture
def lonely(db, noon):
    world = LonelyWorld()
    world.freeze()
    assert RatingTally.objects.filter(percents=[PERCENT]).count() == 1
    assert ValueTally.objects.filter(values=[str(NUMBER)]).count() == 1
    return world


def reached(client):
    """{address: what it says} of all pages, files and answers, with every filter."""
    starts = ["/", "/frameworks/", DOCS, *(address.partition("?")[0] for address in ASKED.values())]
    waiting, found = list(starts), {}
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in found or not address.startswith("/") or "/static/" in address:
            continue
        response = client.get(address)
        if response.status_code != 200 or address.endswith(".pdf") or ".pdf?" in address:
            found[address] = ""
            continue
        found[address] = words_of(response)
        if response["Content-Type"].startswith("text/html"):
            waiting += re.findall(r'href="([^"]+)"', found[address])
        if "?" not in address and address.startswith(("/frameworks/2022", "/api/v1/frameworks/")):
            waiting += [address + query for query in FILTERS]
    return found


def words_of(response):
    if "spreadsheet" not in response["Content-Type"]:
        return html.unescape(response.content.decode())
    book = openpyxl.load_workbook(BytesIO(response.content))
    return "\n".join(
        " ".join(map(str, row)) for sheet in book for row in sheet.iter_rows(values_only=True)
    )


def test_nothing_that_a_stranger_reaches_says_what_one_country_said(client, lonely):
    found = reached(client)

    assert len(found) > 150
    number = re.compile(rf"\b(?:{NUMBER}|{NUMBER:,})\b")
    percent = re.compile(rf"(?<![\d.,]){PERCENT}(?:\.0)?\s*%|[:,]{PERCENT}\.0\b")
    told = [
        address for address, words in found.items() if number.search(words) or percent.search(words)
    ]
    assert told == []
    # The pages of all regions may say that one of 29 countries names these.
    narrowed = {address: words for address, words in found.items() if "ASI" in address}
    assert len(narrowed) > 15
    kinds = re.compile('The security situation|Ask the secretariat|security"|ask_secretariat"')
    assert [address for address, words in narrowed.items() if kinds.search(words)] == []
