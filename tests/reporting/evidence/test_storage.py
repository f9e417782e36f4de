import hashlib
import stat

import pytest

from reporting.evidence import NotStored, stored
from reporting.evidence.storage import keep, path_of
from tests import files
from tests.files import small_disk, upload


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def everything(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_is_kept_under_the_hash_of_its_content(folder):
    sha256 = hashlib.sha256(files.PDF).hexdigest()
    assert keep([files.PDF[:10], files.PDF[10:]]) == (sha256, len(files.PDF))
    assert everything(folder) == [folder / sha256[:2] / sha256[2:4] / sha256]
    assert path_of(sha256).read_bytes() == files.PDF


def test_the_same_content_twice_is_one_file(folder):
    assert keep([files.PDF]) == keep([files.PDF])
    assert len(everything(folder)) == 1


def test_a_damaged_file_is_mended_by_the_same_content(folder):
    sha256, _ = keep([files.PDF])
    path_of(sha256).write_bytes(b"damaged")
    keep([files.PDF])
    assert path_of(sha256).read_bytes() == files.PDF


def test_nobody_else_on_the_machine_reads_it(folder):
    sha256, _ = keep([files.PDF])
    place = path_of(sha256)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in [place, place.parent, folder]]
    assert modes == [0o600, 0o700, 0o700]


def test_an_upload_that_breaks_off_leaves_nothing(folder):
    def broken():
        yield files.PDF
        raise OSError("The line is dead.")

    with pytest.raises(NotStored):
        keep(broken())
    assert everything(folder) == []


def test_a_full_disk_keeps_nothing_of_a_file_and_takes_a_smaller_one(folder):
    """R15."""
    with small_disk(100_000):
        with pytest.raises(NotStored):
            keep([bytes(60_000)] * 2)
        assert everything(folder) == []
        keep([files.PDF])
    assert len(everything(folder)) == 1


def test_a_disk_that_is_nearly_full_takes_nothing(folder, settings):
    settings.EVIDENCE_MIN_FREE_PERCENT = 101
    with pytest.raises(NotStored):
        keep([files.PDF])
    assert everything(folder) == []


def test_stored_returns_evidence_that_is_not_saved_yet():
    item = stored(upload("C:\\Annex.PDF", files.PDF), title=" The letter\u202e ")
    assert (item.pk, item.title, item.file_name, item.media_type, item.size) == (
        None,
        "The letter",
        "Annex.PDF",
        "application/pdf",
        len(files.PDF),
    )
    assert path_of(item.sha256).read_bytes() == files.PDF


def test_stored_takes_the_title_from_the_name():
    assert stored(upload("Annex 1.pdf", files.PDF)).title == "Annex 1"
