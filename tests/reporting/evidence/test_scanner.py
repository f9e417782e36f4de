"""Against a small server that speaks what clamd speaks: INSTREAM, over a socket."""

import socketserver
import struct
from threading import Thread

import pytest
from django.core.exceptions import ValidationError

from reporting.evidence import stored
from reporting.evidence.storage import kept_files
from tests import files
from tests.files import upload

LONG = b"a,b\n" * 1000


class Clamd(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.readline() == b"nINSTREAM\n"
        if self.server.answer is None:
            return
        while (length := struct.unpack("!L", self.rfile.read(4))[0]) > 0:
            self.server.received += self.rfile.read(length)
        self.wfile.write(self.server.answer)


@pytest.fixture
def clamd(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    settings.CLAMD_TIMEOUT = 1
    with socketserver.UnixStreamServer(settings.CLAMD_SOCKET, Clamd) as server:
        server.received = b""
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def refusal(content=LONG):
    with pytest.raises(ValidationError) as refused:
        stored(upload("annex.csv", content))
    return refused.value


def test_a_clean_file_is_kept_after_all_of_it_was_scanned(clamd):
    clamd.answer = b"stream: OK\n"
    stored(upload("annex.csv", LONG))
    assert (clamd.received, len(list(kept_files()))) == (LONG, 1)


def test_an_infected_file_is_refused_by_name_and_not_kept(clamd):
    clamd.answer = b"stream: Eicar-Test-Signature FOUND\n"
    assert refusal().messages == [
        "“annex.csv” was not taken: the virus scanner found “Eicar-Test-Signature” in it."
    ]
    assert list(kept_files()) == []


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"\xff\xfe\n",
        b"stream: ERROR\n",
        b"INSTREAM size limit exceeded. ERROR\n",
        b"other: OK\n",
        b"all is well\n",
    ],
)
def test_any_other_answer_is_a_refusal(clamd, answer):
    clamd.answer = answer
    assert refusal().code == "not_scanned"
    assert list(kept_files()) == []


def test_a_scanner_that_is_not_there_is_a_refusal(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    assert refusal().code == "not_scanned"


def test_a_scanner_on_another_machine_is_asked_by_host_and_port(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        server.received, server.answer = b"", b"stream: OK\n"
        settings.CLAMD_HOST, settings.CLAMD_PORT = server.server_address
        thread = Thread(target=server.handle_request)
        thread.start()
        stored(upload("annex.pdf", files.PDF))
        thread.join()
    assert server.received == files.PDF


def test_without_a_scanner_files_are_taken(settings):
    assert stored(upload("annex.pdf", files.PDF)).size == len(files.PDF)
