"""All that an answer says: its headers, and its content unpacked as far as it goes."""

import contextlib
import html
import io
import json
import zipfile
from unittest import mock

from reporting.briefs import typesetting

DEEPEST = 3


def words_of(response):
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = "\n".join(each.OutputString() for each in response.cookies.values())
    return "\n".join([headers, cookies, unpacked(content_of(response))])


def content_of(response):
    if response.streaming:
        # At its end the test client closes it, and leaves the connection to the data base open.
        return b"".join(response.streaming_content)
    return response.content


def unpacked(content, depth=0):
    """A workbook or an archive part by part; the rest as text."""
    if content[:4] == b"PK\x03\x04" and depth < DEEPEST:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [unpacked(archive.read(name), depth + 1) for name in archive.namelist()]
            return "\n".join([*archive.namelist(), *parts])
    return html.unescape(content.decode("utf-8", "replace"))


@contextlib.contextmanager
def briefs_as_text():
    """A brief as the data that typst sets, for the letters of a PDF stand in pieces."""

    def as_text(_source, *, sys_inputs, **_options):
        brief = json.loads(sys_inputs["brief"])
        return b"%PDF\n" + json.dumps(brief, ensure_ascii=False, indent=1).encode()

    with mock.patch.object(typesetting.typst, "compile", as_text):
        yield
