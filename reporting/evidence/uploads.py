from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from reporting.evidence.archives import Macros
from reporting.evidence.kinds import KINDS
from reporting.evidence.names import extension_of, plain_line, plain_name
from reporting.evidence.scanner import scan
from reporting.evidence.storage import keep
from reporting.models import Evidence


def stored(upload, title=""):
    """Keeps an uploaded file and returns its Evidence, which is not saved yet.

    Call it outside of a transaction: it writes a file and may wait for the virus scanner.
    Raises ValidationError with words for people, or NotStored when the disk is full.
    """
    check(upload)
    name = plain_name(upload.name)
    scan(upload.file, name)
    sha256, size = keep(upload.chunks())
    return Evidence(
        title=plain_line(title)[:200] or name.rpartition(".")[0],
        file_name=name,
        media_type=KINDS[extension_of(name)].media_type,
        sha256=sha256,
        size=size,
    )


def check(upload):
    """Raises ValidationError unless its size, its name and its content may be taken."""
    name = plain_name(upload.name)
    extension = extension_of(name)
    said = {"name": name, "extension": extension}
    if extension not in KINDS:
        raise ValidationError(
            _("“%(name)s”: files of this type are not taken. These are: %(extensions)s."),
            code="type",
            params=said | {"extensions": ", ".join(KINDS)},
        )
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty."), code="empty", params=said)
    if upload.size > settings.EVIDENCE_FILE_MAX_SIZE:
        raise ValidationError(
            _("“%(name)s” has %(size)s; a file may have at most %(limit)s."),
            code="size",
            params=said
            | {
                "size": filesizeformat(upload.size),
                "limit": filesizeformat(settings.EVIDENCE_FILE_MAX_SIZE),
            },
        )
    try:
        fits = KINDS[extension].fits(upload.file)
    except Macros:
        raise ValidationError(
            _("“%(name)s” has macros in it. Please save it without them."),
            code="macros",
            params=said,
        ) from None
    if not fits:
        raise ValidationError(mismatch(extension), code="content", params=said)


def mismatch(extension):
    if extension in ("txt", "csv"):
        return _("“%(name)s” is not a plain text. Please save it as text in UTF-8.")
    return _(
        "“%(name)s” is called .%(extension)s, and its content is something else, "
        "damaged or locked by a password."
    )
