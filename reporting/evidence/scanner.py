"""Asks ClamAV, where it is set up. No answer is a refusal."""

import logging
from typing import BinaryIO

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def scan(file: BinaryIO, name: str) -> None:
    """Raises ValidationError unless the scanner finds the file clean, or there is no scanner."""
    client = scanner()
    if client is None:
        return
    file.seek(0)
    try:
        status, found = client.instream(file)["stream"]
    except (ClamdError, OSError, LookupError, ValueError):
        logger.exception("The virus scanner does not answer.")
        status, found = "ERROR", None
    if status == "FOUND":
        logger.warning("The virus scanner found %s in an upload.", found)
        raise ValidationError(
            _("“%(name)s” was not taken: the virus scanner found “%(found)s” in it."),
            code="infected",
            params={"name": name, "found": found},
        )
    if status != "OK":
        raise ValidationError(
            _(
                "“%(name)s” was not taken, because the virus scanner does not answer now. "
                "Please try again in a few minutes."
            ),
            code="not_scanned",
            params={"name": name},
        )


def scanner() -> ClamdNetworkSocket | None:
    timeout = settings.CLAMD_TIMEOUT
    if settings.CLAMD_SOCKET:
        return ClamdUnixSocket(settings.CLAMD_SOCKET, timeout)
    if settings.CLAMD_HOST:
        return ClamdNetworkSocket(settings.CLAMD_HOST, settings.CLAMD_PORT, timeout)
    return None
