"""Small files of every kind that is taken as evidence, and ways to spoil them."""

import io
import resource
import signal
import zipfile
from contextlib import contextmanager

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0"
    b"\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def upload(name, content):
    return SimpleUploadedFile(name, content, "application/x-whatever-the-browser-says")


@contextmanager
def small_disk(size):
    """No file may be longer: the kernel refuses that as it refuses to fill a disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def archive(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in parts.items():
            parcel.writestr(name, content)
    return file.getvalue()


def open_xml(document, **more):
    kind = f"application/vnd.openxmlformats-officedocument.{document}.main+xml"
    types = f'<Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": types, "main.xml": "<document/>"} | more)


def open_document(document, **more):
    kind = f"application/vnd.oasis.opendocument.{document}"
    return archive({"mimetype": kind, "content.xml": "<document/>"} | more)


DOCX = open_xml("wordprocessingml.document")
OF_EACH_KIND = {
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": open_xml("spreadsheetml.sheet"),
    "pptx": open_xml("presentationml.presentation"),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
    "txt": "Zwölf Grenzposten, ١٢.\n".encode(),
    "csv": b"\xef\xbb\xbfpost,connected\r\nA,1\r\n",
}
