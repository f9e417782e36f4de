import pytest

from reporting.evidence.names import extension_of, plain_line, plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Annex 1.pdf", "Annex 1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\annex.pdf", "annex.pdf"),
        ("annual\u202efdp.exe", "annualfdp.exe"),
        ("\u2067تقرير\u2069.pdf", "تقرير.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("a\0.pdf", "a.pdf"),
        ("  .hidden.pdf. ", "hidden.pdf"),
        ("e\u0301tat.pdf", "état.pdf"),
        ("\u202e\u200b", "file"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_plain_name(name, plain):
    assert plain_name(name) == plain


def test_plain_line_is_one_line():
    assert plain_line(" two\nlines\u202e ") == "two lines"


def test_extension_of_a_name():
    assert [extension_of(name) for name in ["a.PDF", "a.tar.gz", "a", "a."]] == [
        "pdf",
        "gz",
        "",
        "",
    ]
