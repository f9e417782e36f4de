"""The cells of a grid of objectives and rounds as HTML, joined as `reporting.standings` says."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reporting.countries import Entry
from reporting.dashboards import Cell
from reporting.written import Numerals


def mean_cells(cells: Iterable[Cell]) -> SafeString:
    """The cells of a line over the rounds: the mean, below it how many reports are approved."""
    numerals, withheld = Numerals.of_reader(), f'<span class="quiet">{_("withheld")}</span>'
    reported = _("%(reported)s of %(expected)s")
    drawn = []
    for cell in cells:
        mean = withheld
        if not cell.withheld:
            known = cell.mean_percent is not None
            mean = f"<b>{numerals.percent(cell.mean_percent)}</b>" if known else numerals.none
        partly = f", {numerals.partly}" if cell.left_out else ""
        of = {"reported": numerals.whole(cell.reported), "expected": numerals.whole(cell.expected)}
        said = f'<span class="region-reported">{reported % of}{partly}</span>'
        drawn.append(f'<td class="number">{mean} {said}</td>')
    return SafeString("".join(drawn))  # nosec B703


def entry_cells(entries: Iterable[Entry], address: str) -> SafeString:
    """A country's cells of an objective: the rating once approved, before that the state.

    `address` is that of report 0; a report that the reader may read is linked.
    """
    before, _zero, after = map(escape, address.rpartition("0"))
    drawn = []
    for entry in entries:
        said = escape(str(entry.label))
        if entry.rating:
            fill = f'<rect width="14" height="14" fill="url(#fill-{entry.rating})"/>'
            picture = f'<svg width="14" height="14" aria-hidden="true">{fill}</svg>'
            said = f'<span class="country-rating">{picture} {said}</span>'
        else:
            said = f'<span class="state state-{entry.state}">{said}</span>'
        if entry.is_readable:
            said = f'<a href="{before}{entry.report}{after}">{said}</a>'
        if entry.percent is not None:
            said += f' <span class="country-percent">{entry.percent}&nbsp;%</span>'
        drawn.append(f"<td>{said}</td>")
    return SafeString("".join(drawn))  # nosec B703
