"""Small files for evidence, made of a few lines of text or of numbers."""

import struct
import zlib

BAR, GAP, HIGHEST = 24, 12, 120
WHITE, BLUE = b"\xff\xff\xff", b"\x1f\x4e\x8c"


def document(file_name: str, lines: list[str]) -> bytes:
    """The content of a file of this name; of a picture, the lines are heights of bars."""
    return MAKERS[file_name.rpartition(".")[2]](lines)


def text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def pdf(lines: list[str]) -> bytes:
    """One page; its table of objects must name the byte at which each begins."""
    shown = "".join(f"({escaped(line)}) Tj T*\n" for line in lines)
    page = f"BT /F1 12 Tf 18 TL 72 760 Td\n{shown}ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, b"".join(places))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return content + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(content)


def escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def bars(lines: list[str]) -> bytes:
    """A bar chart as PNG: each row of pixels begins with a byte that says it is not filtered."""
    heights = [int(line) for line in lines]
    rows = b"".join(
        b"\0" + b"".join((BLUE if each > level else WHITE) * BAR + WHITE * GAP for each in heights)
        for level in reversed(range(HIGHEST))
    )
    size = struct.pack(">IIBBBBB", len(heights) * (BAR + GAP), HIGHEST, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", size), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


MAKERS = {"pdf": pdf, "png": bars, "txt": text, "csv": text}
