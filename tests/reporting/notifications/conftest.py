import asyncio
import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller


class PostOffice:
    """A mail server on this machine that can be down, slow, or refuse somebody's mail."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = None
        self.received = []
        self.replies = {}
        self.seconds = 0
        self.hold = None

    def open(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def close(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.replies.get(address, "250 OK")

    async def handle_DATA(self, server, session, envelope):
        while self.hold and not self.hold.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.seconds)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.append(message)
        return self.replies.get("DATA", "250 OK")

    @property
    def subjects(self):
        return [message["Subject"] for message in self.received]


@pytest.fixture
def post(settings):
    """Open; mails go there instead of to Django's outbox."""
    office = PostOffice().open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = office.port
    settings.EMAIL_TIMEOUT = 10
    yield office
    office.close()
