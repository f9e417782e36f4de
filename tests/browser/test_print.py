import re
import zlib

import pytest

from members.models import MemberCountry
from objectives.models import Objective
from reporting.models import ReportingRound
from tests.browser.steps import sign_in
from tests.factories import ProgressReportFactory, SubmissionFactory

# So many pixels longer each time: in that many steps the end goes down a whole sheet.
STEPS = range(0, 1000, 50)
LONGER = """height => {
    const block = document.createElement("div");
    block.style.height = `${height}px`;
    document.querySelector("main > h1").after(block);
}"""
# A colour that nothing else has tells what the page says from what is printed around it.
COLOURED = """document.styleSheets[0].insertRule("main, main * { color: #010203 !important; }")"""
COLOUR = b".0039 .0078 .0118 rg"


def sheets(page, paper):
    """What is drawn on each sheet of a print."""
    pdf = page.pdf(format=paper)
    found = []
    for number in re.findall(rb"/Type /Page\b.*?/Contents (\d+) 0 R", pdf, re.DOTALL):
        pattern = rb"\n%s 0 obj\n.*?stream\n(.*?)\nendstream" % number
        [packed] = re.findall(pattern, pdf, re.DOTALL)
        found.append(zlib.decompress(packed))
    return found


def many_wait():
    """So many that the table of what waits is as long as a page has it."""
    reporting_round = ReportingRound.objects.get()
    objective = Objective.objects.get_by_natural_key("2022-2025", 1, 1)
    for country in MemberCountry.objects.filter(reports=None).exclude(iso2="FR")[:25]:
        report = ProgressReportFactory(
            round=reporting_round, objective=objective, country=country, submitted=True
        )
        SubmissionFactory(report=report)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    "address", ["/frameworks/2022-2025/goals/1/", "/frameworks/2022-2025/countries/FR/", "/review/"]
)
def test_every_sheet_of_a_print_says_something_of_the_page(page, organisation, address, paper):
    many_wait()
    sign_in(page, "reviewer")
    page.goto(address)
    page.evaluate(COLOURED)
    for step in STEPS:
        last = sheets(page, paper)[-1]
        assert COLOUR in last, f"{step} pixels longer"
        page.evaluate(LONGER, STEPS.step)
