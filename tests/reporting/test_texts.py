from io import StringIO

import pytest
from django.core.management import call_command

from reporting import actions
from reporting.models import FoldedText, ProgressReport
from tests.factories import ProgressReportFactory


def kept():
    return list(FoldedText.objects.order_by("report").values_list("text", flat=True))


def test_draft_is_kept_folded(open_round, objective, france, reporter):
    report = ProgressReport(round=open_round, objective=objective, country=france)
    content = {"achievements": "Une Enquête", "lessons": "À suivre"}
    actions.save_draft(report=report, version=0, content=content, by=reporter)
    assert kept() == ["une enquete\na suivre"]
    actions.save_draft(report=report, version=1, content={"lessons": ""}, by=reporter)
    assert kept() == ["une enquete"]


def test_draft_that_is_refused_leaves_what_was_kept(draft, reporter):
    actions.save_draft(report=draft, version=1, content={"lessons": "Größe"}, by=reporter)
    before = kept()
    stale = ProgressReport.objects.get(pk=draft.pk)
    with pytest.raises(actions.Conflict):
        actions.save_draft(report=stale, version=1, content={"lessons": "other"}, by=reporter)
    assert kept() == before


def test_command_folds_every_report_anew(open_round):
    ProgressReportFactory.create_batch(3, round=open_round, achievements="ÉTÉ", challenges="")
    out = StringIO()
    call_command("fold_texts", stdout=out)
    call_command("fold_texts", stdout=out)
    assert out.getvalue() == "3 reports folded.\n" * 2
    assert {text.splitlines()[0] for text in kept()} == {"ete"}
