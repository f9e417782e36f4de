"""Looks at an uploaded file before it is opened: small enough, and nothing in it but cells.

Whoever opens a workbook unpacks it. So the sizes that the archive states are added up first
(reading never goes beyond them), and every part is walked through once by a parser that keeps
nothing, refuses document types and entities in any encoding, and counts.
"""

from pathlib import PurePosixPath
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

MAX_SIZE = 5 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_PARTS = 1_000
MAX_SHEETS = 10
# 5,000 rows of six cells with their texts, and as much again for what Excel adds.
MAX_ELEMENTS = 200_000
# Of any other part than sheets and their texts: styles, above all.
MAX_ELEMENTS_ASIDE = 20_000
# Lists of ranges; openpyxl makes an object of every one of them.
LONG_ATTRIBUTE, MAX_LONG_ATTRIBUTES = 1_000, 200_000
MAX_DEPTH = 64
CHUNK = 64 * 1024
XML = {".xml", ".rels", ".vml"}
NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = 0x1


class Unreadable(Exception):
    """The file is refused as a whole: the message says why."""


def not_a_workbook() -> Unreadable:
    return Unreadable(
        _("This is not an .xlsx workbook, or it is damaged. Please download it once more.")
    )


def too_large() -> Unreadable:
    return Unreadable(_("This file is much larger than a workbook of the portal can be."))


def require_harmless(archive: ZipFile) -> None:
    require_sizes(archive.infolist())
    if not set(archive.namelist()) >= NEEDED:
        raise not_a_workbook()
    counted = 0
    for part in archive.infolist():
        if part.is_dir():
            continue
        counted += count_elements(archive, part)
        if counted > MAX_ELEMENTS:
            raise too_large()


def require_sizes(parts: list[ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise too_large()
    for part in parts:
        if part.flag_bits & ENCRYPTED:
            raise Unreadable(_("This file is protected by a password. Please save it without."))
        if part.file_size > MAX_RATIO * max(part.compress_size, 1024):
            raise too_large()


def count_elements(archive: ZipFile, part: ZipInfo) -> int:
    """Walks through a part; what is no XML is walked through up to where that shows."""
    counter = Counter(part.filename)
    with archive.open(part) as content:
        try:
            while chunk := content.read(CHUNK):
                counter.parser.Parse(chunk, False)
            counter.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            if PurePosixPath(part.filename).suffix.lower() in XML:
                raise not_a_workbook() from error
    return counter.elements


class Counter:
    def __init__(self, name: str) -> None:
        self.elements = self.sheets = self.depth = self.long_attributes = 0
        in_sheet = name.startswith("xl/worksheets/") or name.lower() == "xl/sharedstrings.xml"
        self.limit = MAX_ELEMENTS if in_sheet else MAX_ELEMENTS_ASIDE
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        self.sheets += name.rpartition(":")[2] == "sheet"
        lengths = map(len, attributes.values())
        self.long_attributes += sum(length for length in lengths if length > LONG_ATTRIBUTE)
        if (
            self.elements > self.limit
            or self.sheets > MAX_SHEETS
            or self.depth > MAX_DEPTH
            or self.long_attributes > MAX_LONG_ATTRIBUTES
        ):
            raise too_large()

    def end(self, name: str) -> None:
        self.depth -= 1

    def refuse(self, *args: object) -> None:
        raise not_a_workbook()
