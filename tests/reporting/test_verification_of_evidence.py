import pytest
from django.core.management import call_command

from reporting import actions
from reporting.evidence import stored
from reporting.evidence.storage import path_of
from reporting.models import Evidence
from tests import files
from tests.files import upload
from tests.reporting.test_verification import first_misfit


@pytest.fixture
def item(settings, tmp_path, draft, focal_point):
    """A file, handed in with its report and with a link."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    items = [
        stored(upload("annex.pdf", files.PDF)),
        Evidence(title="Link", url="https://a.example"),
    ]
    # The events that the factory has left out.
    draft.delete()
    draft.pk = None
    content = {name: getattr(draft, name) for name in draft.CONTENT_FIELDS}
    actions.save_draft(report=draft, version=0, content=content, by=focal_point)
    actions.add_evidence(report=draft, version=1, items=items, by=focal_point)
    actions.submit_report(report=draft, version=2, by=focal_point)
    return draft.evidence.files().get()


def test_verify_history_counts_the_files_that_fit(item, capsys):
    call_command("verify_history")
    assert capsys.readouterr().out == "The history fits: 2 events, 1 submissions, 1 files.\n"


def test_verify_history_names_a_file_with_one_flipped_bit(item):
    place = path_of(item.sha256)
    content = bytearray(place.read_bytes())
    content[40] ^= 1
    place.write_bytes(content)
    assert first_misfit().startswith(
        f"evidence {item.pk} (annex.pdf): its file has {item.size} bytes and the SHA-256 "
    )


def test_verify_history_names_a_file_that_is_gone(item):
    path_of(item.sha256).unlink()
    assert first_misfit() == (
        f"evidence {item.pk} (annex.pdf): its file cannot be read: No such file or directory."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.filter(url="").delete(),
        lambda rows: rows.filter(url="").update(title="Another"),
        lambda rows: rows.exclude(url="").update(url="https://b.example"),
        lambda rows: rows.update(submitted=False),
    ],
)
def test_verify_history_names_a_submission_whose_evidence_was_changed(item, change):
    submission = item.report.submissions.get()
    change(Evidence.objects.order_by())
    assert first_misfit().startswith(f"submission {submission.pk} (2025-H2-FR-1.1-1): its evidence")
