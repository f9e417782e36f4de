"""Files under the SHA-256 of what is in them: ab/cd/abcd…, never below the web root.

A file is whole and on the disk before a row speaks of it. What a crash leaves behind,
`sweep` takes away an hour later.
"""

import errno
import fcntl
import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

CHUNK = 64 * 1024
INCOMING = "incoming"


class NotStored(Exception):
    """The disk did not take the file. Nothing of it is left."""


def root() -> Path:
    return Path(settings.EVIDENCE_DIR)


def path_of(sha256: str) -> Path:
    return root() / sha256[:2] / sha256[2:4] / sha256


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Writes a file and returns its SHA-256 and its size."""
    try:
        return write(chunks)
    except OSError as error:
        logger.exception("A file of evidence could not be written.")
        raise NotStored from error


def write(chunks: Iterable[bytes]) -> tuple[str, int]:
    make_folder(root() / INCOMING)
    require_room()
    partial = root() / INCOMING / uuid.uuid4().hex
    digest, size = hashlib.sha256(), 0
    try:
        with open(partial, "xb", opener=for_us_alone) as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        sha256 = digest.hexdigest()
        make_folder(path_of(sha256).parent)
        # In place of one that is there: so it is as young as it looks to the sweeper, and sound.
        with locked(fcntl.LOCK_SH):
            os.rename(partial, path_of(sha256))
        sync(path_of(sha256).parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return sha256, size


def for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def make_folder(folder: Path) -> None:
    """With all above it up to the root, each as lasting as a file that is written into it."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = folder.relative_to(root()).parts
    for number in range(len(parts)):
        place = root().joinpath(*parts[: number + 1])
        try:
            place.mkdir(mode=0o700)
        except FileExistsError:
            continue
        sync(place.parent)


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(how: int) -> Iterator[None]:
    """Of those who put a file in its place and the sweeper who takes one away, one at a time."""
    descriptor = os.open(root(), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def require_room() -> None:
    disk = shutil.disk_usage(root())
    if disk.free * 100 < disk.total * settings.EVIDENCE_MIN_FREE_PERCENT:
        raise OSError(errno.ENOSPC, "Less of the disk is free than EVIDENCE_MIN_FREE_PERCENT")


def fingerprint(path: Path) -> tuple[str, int]:
    """The SHA-256 and the size of what lies there."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()


def kept_files() -> Iterator[Path]:
    """Every file in its place."""
    return (path for path in root().glob("[0-9a-f][0-9a-f]/*/*") if path == path_of(path.name))


def partial_files() -> Iterator[Path]:
    return (root() / INCOMING).glob("*")
