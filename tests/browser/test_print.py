import re
import zlib

import pytest

from tests.browser.steps import sign_in

# So many pixels longer each time: in that many steps the end goes down a whole sheet.
STEPS = range(0, 1000, 50)
LONGER = """height => {
    const block = document.createElement("div");
    block.style.height = `${height}px`;
    document.querySelector("main > :nth-last-child(1 of :not(.d-print-none))").before(block);
}"""
FOOTER_ALONE = """document.querySelectorAll("main > *, nav").forEach(each => each.remove())"""


def last_sheet(page):
    """How many pieces of text the last sheet of a print has."""
    pdf = page.pdf(format="A4")
    number = re.findall(rb"/Type /Page\b.*?/Contents (\d+) 0 R", pdf, re.DOTALL)[-1]
    [packed] = re.findall(rb"\n%s 0 obj\n.*?stream\n(.*?)\nendstream" % number, pdf, re.DOTALL)
    return len(re.findall(rb"T[jJ]\b", zlib.decompress(packed)))


@pytest.mark.parametrize("address", ["goals/1/", "countries/FR/"])
def test_no_print_ends_with_a_sheet_of_the_footer_alone(page, organisation, address):
    sign_in(page, "reviewer")
    page.goto(f"/frameworks/2022-2025/{address}")
    ends = []
    for _step in STEPS:
        page.evaluate(LONGER, STEPS.step)
        ends.append(last_sheet(page))
    page.evaluate(FOOTER_ALONE)
    assert min(ends) > last_sheet(page) > 0, ends
