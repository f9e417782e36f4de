import re
import struct
import tracemalloc
import zipfile
from io import BytesIO
from unittest.mock import patch

import pytest
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from reporting.workbook.layout import HIDDEN_SHEET
from reporting.workbook.limits import MAX_SIZE, OLD_OR_ENCRYPTED, Unreadable
from reporting.workbook.reading import MAX_COLUMNS, MAX_ROWS, read
from tests.workbooks import answers_in, opened, repacked, saved, zipped

NO_WORKBOOK = "This is not an .xlsx workbook, or it is damaged. Please download it once more."
TOO_LARGE = "This file is much larger than a workbook of the portal can be."
SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
# What is unpacked of a file before it is refused; the largest one here would be 20 MB.
MOST_UNPACKED = 1_000_000


def refusal(content):
    unpacked = []
    unpack = zipfile.ZipExtFile.read

    def counted(part, size=-1):
        found = unpack(part, size)
        unpacked.append(len(found))
        return found

    with patch.object(zipfile.ZipExtFile, "read", counted), pytest.raises(Unreadable) as refused:
        read(content)
    assert sum(unpacked) < MOST_UNPACKED
    return str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"code;rating\n1.1;On track\n",
        bytes(range(256)) * 40,
        zipped({}),
        zipped({"letter.txt": "Hello"}),
        zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "no"}),
        zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
    ],
)
def test_what_is_no_workbook_is_refused(content):
    assert refusal(content) == NO_WORKBOOK


def test_old_and_encrypted_files_are_told_apart():
    assert "old format" in refusal(OLD_OR_ENCRYPTED + bytes(512))


def test_large_file_is_refused_unopened():
    assert refusal(bytes(MAX_SIZE + 1)) == "This file is larger than 5 MB."


def test_part_that_unpacks_to_a_hundredfold_is_refused(workbook):
    assert refusal(repacked(workbook, {"xl/media/bomb.xml": bytes(20_000_000)})) == TOO_LARGE


def test_many_parts_are_refused(workbook):
    many = {f"xl/media/{number}.png": b"x" for number in range(1_001)}
    assert refusal(repacked(workbook, many)) == TOO_LARGE


def test_parts_that_unpack_to_more_than_50_mb_are_refused(workbook):
    content = repacked(workbook, {"xl/media/a.png": b"x"})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        at = archive.start_dir
    # The sizes that the archive states of its last part: nothing is unpacked to find out.
    last = content.rindex(b"PK\x01\x02", at)
    stated = struct.pack("<LL", 1_000_000, 60_000_000)
    assert refusal(content[: last + 20] + stated + content[last + 28 :]) == TOO_LARGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "docProps/notes.bin"])
def test_document_type_is_refused_in_any_encoding(workbook, part, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE}<x>&a;</x>'
    assert refusal(repacked(workbook, {part: text.encode(encoding)})) == NO_WORKBOOK


def test_deeply_nested_part_is_refused(workbook):
    deep = b"<a>" * 70 + b"</a>" * 70
    assert refusal(repacked(workbook, {"docProps/deep.xml": deep})) == TOO_LARGE


def test_part_of_countless_elements_is_refused(workbook):
    styles = b"<a>" + b"".join(b"<b c='%d'/>" % number for number in range(20_001)) + b"</a>"
    assert refusal(repacked(workbook, {"xl/styles.xml": styles})) == TOO_LARGE


def test_endless_list_of_ranges_is_refused(workbook):
    def validated(text):
        ranges = b"D1 " * 70_000
        return text.replace(b'sqref="D6"', b'sqref="' + ranges + b'"')

    ranges = repacked(workbook, {SHEET: validated})
    # Stored as it is: a list that packs badly gets past the rule about unpacking.
    with zipfile.ZipFile(BytesIO(ranges)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert refusal(zipped(parts, zipfile.ZIP_STORED)) == TOO_LARGE


def test_of_a_dimension_bomb_no_more_is_read_than_a_workbook_may_have(workbook, monkeypatch):
    """A few kilobytes that say they are a million rows of sixteen thousand columns."""
    widths = []
    walk = ReadOnlyWorksheet.iter_rows

    def counted(sheet, **limits):
        for row in walk(sheet, **limits):
            widths.append(len(row))
            yield row

    monkeypatch.setattr(ReadOnlyWorksheet, "iter_rows", counted)

    def bomb(text):
        text = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', text)
        row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return text.replace(b"</sheetData>", row)

    content = repacked(workbook, {SHEET: bomb})
    tracemalloc.start()
    filled = read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(filled.cells), filled.problems) == (4, [])
    # All of this sheet that may be there, and a little of the hidden one.
    assert MAX_ROWS < len(widths) < MAX_ROWS + 100
    assert max(widths) == MAX_COLUMNS
    assert peak < 50_000_000


def test_sheet_that_is_named_many_times_is_refused(workbook):
    def many(text):
        name = b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>'
        return text.replace(
            b"</sheets>", b"".join(name % (n, n) for n in range(9, 20)) + b"</sheets>"
        )

    assert refusal(repacked(workbook, {"xl/workbook.xml": many})) == TOO_LARGE


def test_truncated_files_are_refused(workbook):
    for tenths in range(10):
        assert refusal(workbook[: len(workbook) * tenths // 10]) == NO_WORKBOOK


def test_sheets_of_ones_own_do_no_harm(workbook):
    book = opened(workbook)
    book.create_sheet("Notes", 0)["A1"] = "Ask the ministry."
    answers_in_place = book[HIDDEN_SHEET]
    assert answers_in_place["A1"].value == HIDDEN_SHEET
    assert answers_in(book).title == "Notes"
    assert len(read(saved(book)).cells) == 4
