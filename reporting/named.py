"""What countries name, and say in their own words, as HTML: joined as in `reporting.standings`."""

from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reporting.charts import share_bar
from reporting.dashboards import Cell
from reporting.models import Quotation
from reporting.themes import FIELDS, Named
from reporting.written import Numerals

MOST_QUOTATIONS = 3


def themes(found: Named | None) -> SafeString:
    """The kinds named most as a table in which each figure has its bar."""
    if found is None:
        said = _(
            "No kinds are shown: too few countries name one. Figures about fewer than five "
            "countries, and those they could be worked out from, are withheld."
        )
        return SafeString(f'<p class="quiet">{said}</p>')  # nosec B703
    whole = Numerals.of_reader().whole
    line = '<tr><th scope="row">{}</th><td class="theme-bar">{}</td><td class="number">{}</td></tr>'
    lines = []
    for kind, count in found.shown:
        label = str(kind.label)
        drawn = share_bar(count, found.count, title=f"{label}: {whole(count)}")
        lines.append(line.format(escape(label), drawn, whole(count)))
    kinds, reports = found.others
    if kinds:
        # Several together may be longer than any, and a bar would make them the first of all.
        others = _("%(number)s other kinds") % {"number": kinds}
        lines.append(line.format(others, "", whole(reports)))
    numbers = {"named": whole(found.named), "reports": whole(found.reports)}
    return SafeString(  # nosec B703
        '<table class="table table-sm figures theme-table">'
        f"<caption>{_('%(named)s of %(reports)s reports name a kind') % numbers}</caption>"
        f'<thead class="visually-hidden"><tr><th scope="col">{_("Kind")}</th>'
        f'<th scope="col">{_("As a bar")}</th><th scope="col">{_("Reports")}</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def passages(cell: Cell, field: str) -> list[tuple[str, str]]:
    """(kind or nothing, words); those of the kinds named most first, then the newest."""
    if cell.withheld or not cell.quotations:
        return []
    kinds = FIELDS[Quotation.KINDS[field]]
    found = cell.named(Quotation.KINDS[field])
    ranks = {kind.value: rank for rank, (kind, _n) in enumerate(found.kinds)} if found else {}
    of_field = [each for each in cell.quotations if each[1] == field]
    of_field.sort(key=lambda each: (ranks.get(each[2], len(kinds)), -each[0]))
    # Where kinds are withheld, a passage would say one after all.
    return [
        (str(kinds(kind).label) if found and kind in kinds else "", text)
        for _key, _field, kind, text in of_field[:MOST_QUOTATIONS]
    ]


def quotations(cell: Cell, field: str) -> SafeString:
    items = []
    for kind, text in passages(cell, field):
        about = f"<figcaption>{escape(kind)}</figcaption>" if kind else ""
        items.append(f"<figure><blockquote>“{escape(text)}”</blockquote>{about}</figure>")
    return SafeString(f'<div class="quotations" dir="auto">{"".join(items)}</div>' if items else "")  # nosec B703
