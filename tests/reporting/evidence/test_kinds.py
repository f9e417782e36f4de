import itertools

import pytest
from django.core.exceptions import ValidationError

from reporting.evidence import archives, check
from tests import files
from tests.files import OF_EACH_KIND, archive, open_document, open_xml, upload

SAME = [{"jpg", "jpeg"}, {"txt", "csv"}]


def refusal(name, content):
    """The code of the error, or None."""
    try:
        check(upload(name, content))
    except ValidationError as error:
        return error.code
    return None


@pytest.mark.parametrize("extension", OF_EACH_KIND)
def test_a_file_of_each_kind_is_taken(extension):
    assert refusal(f"Annex.{extension.upper()}", OF_EACH_KIND[extension]) is None


def test_no_file_is_taken_as_one_of_another_kind():
    taken = {
        frozenset([called, really])
        for called, really in itertools.permutations(OF_EACH_KIND, 2)
        if refusal(f"annex.{called}", OF_EACH_KIND[really]) != "content"
    }
    assert taken == {frozenset(pair) for pair in SAME}


@pytest.mark.parametrize(
    "name", ["page.html", "page.svg", "run.exe", "old.doc", "letter.docm", "parcel.zip", "pdf"]
)
def test_other_extensions_are_refused(name):
    assert refusal(name, files.PDF) == "type"


def test_an_empty_file_is_refused():
    assert refusal("annex.pdf", b"") == "empty"


def test_a_file_longer_than_the_limit_is_refused(settings):
    settings.EVIDENCE_FILE_MAX_SIZE = len(files.PDF) - 1
    assert refusal("annex.pdf", files.PDF) == "size"


WORD, CALC = "wordprocessingml.document", "spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", open_xml(WORD, **{"word/vbaProject.bin": b"\0"})),
        ("a.xlsx", open_xml(CALC, **{"xl/macrosheets/sheet1.xml": "<a/>"})),
        (
            "a.docx",
            archive({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled"}),
        ),
        ("a.odt", open_document("text", **{"Basic/Standard/Module1.xml": "<a/>"})),
    ],
)
def test_a_document_with_macros_is_refused(name, content):
    assert refusal(name, content) == "macros"


SPOILED = {
    "cut off": files.DOCX[:-10],
    "without its end": files.DOCX[:100],
    "a comment at its end": files.DOCX[:-2] + b"\x01\x00 ",
    "two letters alone": b"PK\x03\x04",
    "no parts": b"PK\x03\x04" + bytes(40) + b"PK\x05\x06" + bytes(18),
    "a list of parts beyond the end": files.DOCX[:-10] + b"\xff\xff\x0f\0" + files.DOCX[-6:],
    "a list of parts of 4 GB": files.DOCX[:-10] + b"\xff\xff\xff\xff" + files.DOCX[-6:],
    "packed in a way that has no limit": files.DOCX.replace(b"\x08\0", b"\x0c\0"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_archive_is_refused(how):
    assert refusal("annex.docx", SPOILED[how]) == "content"


def test_a_document_of_very_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_PARTS", 1)
    assert refusal("annex.docx", files.DOCX) == "content"


def test_a_bomb_in_a_document_is_not_unpacked():
    """Its 300 MB are never read: only the names of its parts, and 1 MB of one of them."""
    bomb = archive({"[Content_Types].xml": bytes(30_000_000)})
    assert (refusal("annex.docx", bomb), len(bomb) < 40_000) == ("content", True)


@pytest.mark.parametrize(
    "content", [b"a\0b", b"\xff\xfea\0", "Müller".encode("latin-1"), b"a\x1bb"]
)
def test_a_text_is_utf_8_without_control_characters(content):
    assert refusal("annex.txt", content) == "content"


def test_a_letter_split_between_two_chunks_is_read():
    assert refusal("annex.txt", b"a" * (64 * 1024 - 1) + "ü".encode()) is None


def test_a_text_that_ends_within_a_letter_is_refused():
    assert refusal("annex.txt", "ü".encode()[:1]) == "content"
