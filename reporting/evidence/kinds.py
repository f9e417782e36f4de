"""Which files are taken: told by their extension and by their content, and both must agree.

What a browser says of a file is not asked. A file is never unpacked: of an archive only the
names of its parts are read, and the short part that says what it is.
"""

import codecs
import lzma
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile

import puremagic

from reporting.evidence.archives import Macros, Parts, opened

HEAD = 1024
CHUNK = 64 * 1024
SIGNED = {".pdf", ".png", ".jpg", ".zip"}
NOT_IN_A_TEXT = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f]")
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DAMAGED = (
    *(BadZipFile, EOFError, KeyError, lzma.LZMAError, NotImplementedError),
    *(OverflowError, RuntimeError, ValueError, zlib.error),
)


class Kind(NamedTuple):
    media_type: str
    fits: Callable[[BinaryIO], bool]


def signatures(file: BinaryIO) -> set[str]:
    """What the first bytes are the signature of, of what is taken here."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return set()
    extensions = {each.extension for each in found if each.offset == 0}
    return extensions & SIGNED


def signed(extension: str) -> Callable[[BinaryIO], bool]:
    return lambda file: extension in signatures(file)


def office(is_it: Callable[[Parts], bool]) -> Callable[[BinaryIO], bool]:
    def fits(file: BinaryIO) -> bool:
        if ".zip" not in signatures(file):
            return False
        try:
            with opened(file) as parts:
                return is_it(parts)
        except DAMAGED:
            return False

    return fits


def open_xml(document: str) -> Kind:
    said = f"{OPEN_XML}{document}.main+xml".encode()

    def is_it(parts: Parts) -> bool:
        types = parts.read("[Content_Types].xml")
        if b"macroenabled" in types.lower() or parts.any("vbaproject", "macrosheets/"):
            raise Macros
        return said in types

    return Kind(f"{OPEN_XML}{document}", office(is_it))


def open_document(document: str) -> Kind:
    def is_it(parts: Parts) -> bool:
        said = parts.names[0] == "mimetype" and parts.read("mimetype")
        if parts.any("basic/", "scripts/"):
            raise Macros
        return said == f"{OPEN_DOCUMENT}{document}".encode()

    return Kind(f"{OPEN_DOCUMENT}{document}", office(is_it))


def is_text(file: BinaryIO) -> bool:
    """UTF-8 without control characters, and not another kind that happens to be readable."""
    if signatures(file):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if NOT_IN_A_TEXT.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


JPEG = Kind("image/jpeg", signed(".jpg"))
KINDS = {
    "pdf": Kind("application/pdf", signed(".pdf")),
    "docx": open_xml("wordprocessingml.document"),
    "xlsx": open_xml("spreadsheetml.sheet"),
    "pptx": open_xml("presentationml.presentation"),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "png": Kind("image/png", signed(".png")),
    "jpg": JPEG,
    "jpeg": JPEG,
    "txt": Kind("text/plain; charset=utf-8", is_text),
    "csv": Kind("text/csv; charset=utf-8", is_text),
}
MEDIA_TYPES = {kind.media_type for kind in KINDS.values()}
