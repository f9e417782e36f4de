import fcntl
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from reporting.evidence.storage import INCOMING, keep, kept_files, locked, path_of
from tests import files
from tests.factories import EvidenceFactory

DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def kept(content, age=DAY):
    sha256, size = keep([content])
    return sha256, size, aged(path_of(sha256), age)


def aged(path, age=DAY):
    os.utime(path, (time.time() - age,) * 2)
    return path


def partial(folder, name):
    path = folder / INCOMING / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half a")
    return path


@pytest.fixture
def places(folder, draft):
    """What is to stay and what is to go."""
    sha256, size, named = kept(b"named")
    EvidenceFactory(report=draft, sha256=sha256, size=size)
    stay = [named, kept(b"young", age=0)[2], partial(folder, "young"), folder / "README"]
    stay[-1].write_text("Not ours to delete.")
    go = [kept(b"orphan")[2], kept(files.PDF)[2], aged(partial(folder, "old"))]
    return stay, go


def there(paths):
    return [path.exists() for path in paths]


def test_sweep_takes_away_old_files_without_a_row(places, capsys):
    stay, go = places
    call_command("sweep_evidence")
    assert (there(stay), there(go)) == ([True] * 4, [False] * 3)
    assert capsys.readouterr().out == "Deleted 2 of 4 files, and 1 of 2 unfinished ones.\n"


def test_sweep_can_only_count(places, capsys):
    stay, go = places
    call_command("sweep_evidence", "--dry-run")
    assert there(stay + go) == [True] * 7
    assert capsys.readouterr().out == "Would delete 2 of 4 files, and 1 of 2 unfinished ones.\n"


def test_sweep_of_a_portal_without_files(db, capsys):
    call_command("sweep_evidence")
    assert capsys.readouterr().out == "Deleted 0 of 0 files, and 0 of 0 unfinished ones.\n"


def test_sweep_leaves_an_orphan_that_comes_again_meanwhile(db, monkeypatch):
    """The same content arrives after the sweeper has looked at the rows."""
    place = kept(b"orphan")[2]

    def comes_again(how):
        keep([b"orphan"])
        return locked(how)

    monkeypatch.setattr("reporting.evidence.sweep.locked", comes_again)
    call_command("sweep_evidence")
    assert place.exists()


def test_nobody_puts_a_file_in_its_place_while_the_sweeper_decides(folder):
    keep([files.PDF])
    with ThreadPoolExecutor(1) as pool:
        with locked(fcntl.LOCK_EX):
            arriving = pool.submit(keep, [files.PNG])
            with pytest.raises(TimeoutError):
                arriving.result(timeout=0.05)
            assert len(list(kept_files())) == 1
        arriving.result()
    assert len(list(kept_files())) == 2
