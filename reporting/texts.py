"""Keeps the folded text of each report beside it, for the search."""

from collections.abc import Iterable

from members.folding import fold
from reporting.models import FoldedText, ProgressReport

FIELDS = ["achievements", "challenges", "next_steps", "lessons", "not_applicable_reason"]
BATCH = 500


def fold_report(report: ProgressReport) -> None:
    """Call it in the transaction that has written the report's text, behind the write."""
    _store(ProgressReport.objects.filter(pk=report.pk).values_list("pk", *FIELDS))


def fold_all() -> int:
    """Folds every report anew; returns how many."""
    rows = ProgressReport.objects.order_by("pk").values_list("pk", *FIELDS)
    number, batch = 0, []
    for row in rows.iterator(BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            number += _store(batch)
            batch = []
    return number + _store(batch)


def _store(rows: Iterable[tuple]) -> int:
    folded = [
        FoldedText(report_id=pk, text=fold("\n".join(filter(None, said)))) for pk, *said in rows
    ]
    FoldedText.objects.bulk_create(
        folded, update_conflicts=True, unique_fields=["report"], update_fields=["text"]
    )
    return len(folded)
