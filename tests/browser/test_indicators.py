"""The indicators of a goal, as wide as the screen is."""

BESIDE_THE_SCREEN = """cells => cells
  .filter(cell => cell.getBoundingClientRect().left < 0
    || cell.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map(cell => cell.textContent)"""


def test_value_and_status_of_each_indicator_are_on_the_screen(page, organisation):
    for width in (320, 380, 600, 800, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/frameworks/2022-2025/goals/1/")
        rows = page.locator(".indicator-table tbody tr")

        assert rows.count() == 11
        cells = rows.locator(".number, .standing-cell")
        assert (width, cells.evaluate_all(BESIDE_THE_SCREEN)) == (width, [])
        assert rows.locator(".standing-mark").first.is_visible()


ANCHORS = "labels => labels.map(label => getComputedStyle(label).textAnchor)"


def test_labels_of_a_scale_stand_under_their_ticks_from_right_to_left_too(page, organisation):
    page.goto("/frameworks/2022-2025/goals/1/")
    page.evaluate("document.documentElement.dir = 'rtl'")
    labels = page.locator(".spread-scale .grid-label")

    assert labels.all_text_contents() == ["0", "25", "50", "75", "100"]
    assert labels.evaluate_all(ANCHORS) == ["middle"] * 5
