"""Takes away what a crash or a removal has left behind: files that no row speaks of."""

import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from reporting.evidence.storage import kept_files, locked, partial_files, root
from reporting.models import Evidence

AGE = 60 * 60


class Swept(NamedTuple):
    """How many of how many: files in their places, and files never written to the end."""

    orphans: int
    files: int
    unfinished: int
    incoming: int


def sweep(*, dry_run: bool = False) -> Swept:
    """Only what is older than an hour: a younger file may be waiting for its row."""
    if not root().exists():
        return Swept(0, 0, 0, 0)
    files, incoming = list(kept_files()), list(partial_files())
    named = set(Evidence.objects.files().values_list("sha256", flat=True))
    unnamed = [path for path in files if path.name not in named]
    orphans = list(removed(unnamed, is_orphan, dry_run))
    unfinished = list(removed(incoming, is_old, dry_run))
    return Swept(len(orphans), len(files), len(unfinished), len(incoming))


def removed(paths: list[Path], is_waste: Callable[[Path], bool], dry_run: bool) -> Iterator[Path]:
    for path in paths:
        # Whoever puts the same file there at this moment makes it young; then it is none.
        with locked(fcntl.LOCK_EX):
            if is_waste(path):
                if not dry_run:
                    path.unlink()
                yield path


def is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - AGE
    except FileNotFoundError:
        return False


def is_orphan(path: Path) -> bool:
    return is_old(path) and not Evidence.objects.filter(sha256=path.name).exists()
