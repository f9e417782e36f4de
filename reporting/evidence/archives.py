"""The parts of a zip archive by their names, without unpacking it."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

MAX_PARTS = 5_000
MAX_DIRECTORY = 1024 * 1024
MAX_READ = 1024 * 1024
END = struct.Struct("<4s4H2LH")
END_64 = b"PK\x06\x07"
END_64_LENGTH = 20


class Macros(Exception):
    """The document holds programs."""


class Parts:
    def __init__(self, archive: ZipFile):
        self.archive = archive
        self.names = archive.namelist()
        if not 0 < len(self.names) <= MAX_PARTS:
            raise BadZipFile

    def any(self, *words: str) -> bool:
        """Whether one of these words is in the name of a part."""
        names = "\n".join(self.names).lower()
        return any(word in names for word in words)

    def read(self, name: str) -> bytes:
        info = self.archive.getinfo(name)
        # The others cannot be read up to a limit.
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile
        with self.archive.open(info) as part:
            return part.read(MAX_READ)


@contextmanager
def opened(file: BinaryIO) -> Iterator[Parts]:
    """Only an archive whose list of parts is short: the library reads all of it at once."""
    file.seek(0, os.SEEK_END)
    if file.tell() < END.size + END_64_LENGTH:
        raise BadZipFile
    file.seek(-END.size - END_64_LENGTH, os.SEEK_END)
    before = file.read(END_64_LENGTH)
    signature, *_, directory, _, comment = END.unpack(file.read(END.size))
    if signature != b"PK\x05\x06" or comment or directory > MAX_DIRECTORY:
        raise BadZipFile
    if before.startswith(END_64):
        raise BadZipFile
    with ZipFile(file) as archive:
        yield Parts(archive)
