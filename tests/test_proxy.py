"""docs/nginx.conf as it stands there, in nginx, before a portal that runs as in production."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parent.parent
HOST = "portal.example"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HSTS = "max-age=31536000; includeSubDomains; preload"
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 500; }}
http {{
  # As Debian has it.
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on; gzip on;
  log_format told '$request_method $upstream_status';
  access_log {folder}/access.log told;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
  {site}
}}
"""

pytestmark = pytest.mark.skipif(
    not NGINX and "CI" not in os.environ, reason="nginx is not installed"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def certificate(folder):
    """Of portal.example, as the file that a reader trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "fullchain.pem"


@pytest.fixture(scope="module")
def portal(folder):
    """The port of a portal whose log lies in `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "framework_portal.settings",
        "DEBUG": "0",
        "PUBLIC_BASE_URL": f"https://{HOST}",
        "SECRET_KEY": Fernet.generate_key().decode() * 2,
        "MFA_KEYS": Fernet.generate_key().decode(),
        "VAR_DIR": str(folder / "var"),
        "WEB_CONCURRENCY": "1",
    }
    (folder / "var").mkdir()
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        subprocess.run(
            [sys.executable, "manage.py", *command, "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
    port = free_port()
    server = [sys.executable, "-m", "gunicorn", "framework_portal.wsgi"]
    server += ["--bind", f"127.0.0.1:{port}", "--config", "framework_portal/gunicorn.py"]
    with (
        (folder / "portal.log").open("wb") as log,
        running(server, port, cwd=ROOT, env=environment, stderr=log),
    ):
        yield port


@pytest.fixture(scope="module")
def proxy(folder, certificate, portal):
    with nginx(folder, portal) as ports:
        yield ports


@contextlib.contextmanager
def nginx(folder, behind):
    """(the port of HTTP, the port of HTTPS) of the proxy before a portal at the port `behind`."""
    plain, secure = free_port(), free_port()
    site = (ROOT / "docs" / "nginx.conf").read_text()
    for word, ours in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("listen 443", f"listen 127.0.0.1:{secure}"),
        ("/etc/ssl/portal", str(folder)),
    ):
        assert word in site
        site = site.replace(word, ours)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user, site=site))
    with running([NGINX, "-c", folder / "nginx.conf", "-p", folder], secure):
        yield plain, secure


@contextlib.contextmanager
def running(command, port, **options):
    with subprocess.Popen(command, **options) as process:
        try:
            while process.poll() is None:
                with contextlib.suppress(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.05)
            assert process.poll() is None
            yield
        finally:
            process.terminate()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def trusting(certificate):
    return ssl.create_default_context(cafile=certificate)


def secured(port, certificate, address="127.0.0.1", host=HOST, context=None):
    """A reader's connection with the proxy, from an address of loopback."""
    plain = socket.create_connection(("127.0.0.1", port), 30, source_address=(address, 0))
    return (context or trusting(certificate)).wrap_socket(plain, server_hostname=host)


@pytest.fixture
def in_the_clear(proxy):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxy[0])) as connection:
        yield connection


@contextlib.contextmanager
def talk(port, certificate, address="127.0.0.1"):
    connection = http.client.HTTPConnection(HOST)
    connection.sock = secured(port, certificate, address)
    with contextlib.closing(connection):
        yield connection


@pytest.fixture
def ask(proxy, certificate):
    """A function that asks the proxy by HTTPS and gives the answer, read to its end."""

    def ask(method, path, body=None, headers=None, address="127.0.0.1"):
        with talk(proxy[1], certificate, address) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            answer.words = answer.read().decode()
        return answer

    return ask


def test_page_comes_with_its_headers_once(ask):
    answer = ask("GET", "/frameworks/")

    assert answer.status == 200
    assert answer.headers.get_all("Strict-Transport-Security") == [HSTS]
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1
    assert answer.headers.get_all("Server") == ["nginx"]


def test_plain_http_leads_to_https(in_the_clear):
    in_the_clear.request("GET", "/frameworks/?page=2", headers={"Host": HOST})
    answer = in_the_clear.getresponse()

    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/frameworks/?page=2"


def test_other_host_gets_no_answer(in_the_clear, proxy, certificate):
    in_the_clear.request("GET", "/", headers={"Host": "evil.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        in_the_clear.getresponse()

    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        secured(proxy[1], certificate, host="evil.example")


def test_host_that_is_not_the_one_of_the_handshake_gets_no_answer(ask):
    with pytest.raises(http.client.RemoteDisconnected):
        ask("GET", "/", headers={"Host": "evil.example"})


@pytest.mark.parametrize(
    ("ciphers", "newest"),
    [
        ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
        ("ECDHE-ECDSA-AES128-SHA256", ssl.TLSVersion.TLSv1_2),
        ("ECDHE-ECDSA-AES256-SHA", ssl.TLSVersion.TLSv1_2),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_what_is_no_longer_safe_is_not_spoken(proxy, certificate, ciphers, newest):
    context = trusting(certificate)
    context.minimum_version = context.maximum_version = newest
    context.set_ciphers(ciphers)

    with pytest.raises(ssl.SSLError, match="ALERT"):
        secured(proxy[1], certificate, context=context)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_is_safe_is_spoken(proxy, certificate, version):
    context = trusting(certificate)
    context.minimum_version = context.maximum_version = version

    with secured(proxy[1], certificate, context=context) as connection:
        assert "GCM" in connection.cipher()[0]


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-Proto": "http"},
        {"X_Forwarded_Proto": "http"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "proto=http;host=evil.example"},
        {"X-Forwarded-Proto": "http", "x-forwarded-proto ": "http"},
    ],
    ids=str,
)
def test_reader_cannot_say_what_the_proxy_says(ask, forged):
    answer = ask("GET", "/frameworks/", headers=forged)

    # A portal that believed it would lead to HTTPS, or to the other host.
    assert answer.status in (200, 400)
    assert "evil.example" not in answer.words


def test_forged_address_gains_no_guesses(ask):
    looked_at = [
        "too many attempts" not in guess(ask, number, f"198.51.100.{number}") for number in range(8)
    ]

    assert looked_at == [True] * 5 + [False] * 3


def guess(ask, number, forged):
    headers = {
        "Cookie": f"__Host-csrf={'c' * 32}",
        "X-CSRFToken": "c" * 32,
        "Origin": f"https://{HOST}",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": forged,
    }
    body = f"login=nobody%40{HOST}&password=guess+{number}"
    answer = ask("POST", "/accounts/login/", body, headers, address="127.0.0.7")
    assert answer.status == 200
    return answer.words


HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: portal.example\r\n\r\n"
CHUNKED, LENGTH = b"Transfer-Encoding: chunked\r\n", b"Content-Length: %d\r\n"


def posted(*headers, body=HIDDEN, version=b"1.1"):
    first = b"POST /frameworks/ HTTP/%b\r\nHost: portal.example\r\n" % version
    return first + b"".join(headers) + b"\r\n" + body


@pytest.mark.parametrize(
    "sent",
    [
        posted(LENGTH % len(HIDDEN)),
        posted(CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
        posted(LENGTH % (5 + len(HIDDEN)), CHUNKED, body=b"0\r\n\r\n" + HIDDEN),
        posted(CHUNKED, LENGTH % 4, body=b"2e\r\n" + HIDDEN + b"\r\n0\r\n\r\n"),
        posted(LENGTH % 0, LENGTH % len(HIDDEN)),
        posted(LENGTH % len(HIDDEN), LENGTH % 0),
        posted(b"Content-Length: 0, %d\r\n" % len(HIDDEN)),
        posted(b"Content-Length: +%d\r\n" % len(HIDDEN)),
        posted(b"Content-Length: -1\r\n"),
        posted(b"Content-Length : %d\r\n" % len(HIDDEN)),
        posted(b"Content_Length: %d\r\n" % len(HIDDEN)),
        posted(b" Content-Length: %d\r\n" % len(HIDDEN)),
        posted(b"X: a\r\n Content-Length: %d\r\n" % len(HIDDEN)),
        posted(b"X: a\nContent-Length: %d\r\n" % len(HIDDEN)),
        posted(b"X: a\rContent-Length: %d\r\n" % len(HIDDEN)),
        posted(b"X: \0\r\n", LENGTH % len(HIDDEN)),
        posted(b"Transfer-Encoding: xchunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
        posted(b"Transfer-Encoding: identity, chunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
        posted(CHUNKED, b"Transfer-Encoding: identity\r\n", body=b"0\r\n\r\n" + HIDDEN),
        posted(b"Transfer-Encoding:\x0bchunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
        posted(b"Transfer-Encoding : chunked\r\n", body=b"0\r\n\r\n" + HIDDEN),
        posted(CHUNKED, body=b"0x2e\r\n" + HIDDEN + b"\r\n0\r\n\r\n"),
        posted(CHUNKED, body=b"-1\r\n" + HIDDEN),
        posted(CHUNKED, body=b"1" + b"0" * 16 + b"\r\n" + HIDDEN),
        posted(CHUNKED, body=b"2;a=\n\r\nxx\r\n0\r\n\r\n" + HIDDEN),
        posted(CHUNKED, body=b"1\r\nxx\r\n0\r\n\r\n" + HIDDEN),
        posted(CHUNKED, body=b"0\r\nContent-Length: 9\r\n\r\n" + HIDDEN),
        posted(CHUNKED, body=b"0\r\n\r\n" + HIDDEN, version=b"1.0"),
        posted(b"Expect: 100-continue\r\n", LENGTH % len(HIDDEN)),
        posted(b"Connection: Content-Length\r\n", LENGTH % len(HIDDEN)),
        posted(b"Host: evil.example\r\n", LENGTH % len(HIDDEN)),
        b"GET https://evil.example/ HTTP/1.1\r\nHost: portal.example\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: portal.example\r\n\r\n",
        b"GET / HTTP/1.1 \r\nHost: portal.example\r\n" + HIDDEN,
    ],
    ids=repr,
)
def test_proxy_and_portal_agree_where_a_message_ends(folder, proxy, certificate, sent):
    """One hidden in another would be answered by a portal whose proxy never looked at it."""
    passed_on, answered = len(passed(folder)), len(lines(folder))
    with secured(proxy[1], certificate) as connection:
        connection.sendall(sent + b"GET /about/ HTTP/1.0\r\nHost: portal.example\r\n\r\n")
        with contextlib.suppress(ConnectionResetError, ssl.SSLError):
            while connection.recv(65536):
                pass

    # Each is written down after it is answered: the last of all tells that the others are.
    with secured(proxy[1], certificate) as connection:
        connection.sendall(b"OPTIONS /healthz HTTP/1.0\r\nHost: portal.example\r\n\r\n")
        while connection.recv(65536):
            pass
    said = until_last(lambda: passed(folder)[passed_on:])
    done = until_last(lambda: lines(folder)[answered:])
    # gunicorn refuses some by itself, before the portal hears of them.
    assert done == [each for each in said if each[1] != "400" or each in done]


def passed(folder):
    """[(method, status of the portal's answer)] of all that the proxy has passed on."""
    told = [line.split() for line in (folder / "access.log").read_text().splitlines()]
    return [(method, status) for method, status in told if status != "-"]


def lines(folder):
    """[(method, status)] of all that the portal has answered."""
    log = (folder / "portal.log").read_text().splitlines()
    found = [json.loads(line) for line in log if line.startswith("{")]
    return [(line["method"], str(line["status"])) for line in found if line["message"] == "request"]


def until_last(told):
    for _wait in range(200):
        found = told()
        if found and found[-1][0] == "OPTIONS":
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def test_flood_from_one_address_is_kept_from_the_others(ask, proxy, certificate):
    found = set()
    with talk(proxy[1], certificate, "127.0.0.9") as connection:
        for _request in range(900):
            connection.request("GET", "/.well-known/security.txt")
            answer = connection.getresponse()
            words = answer.read().decode()
            found.add(answer.status)
            if answer.status == 429:
                break

    assert found == {200, 429}
    assert (answer.headers["Retry-After"], "wait a minute" in words) == ("60", True)
    assert ask("GET", "/frameworks/", address="127.0.0.10").status == 200


def test_more_than_the_portal_takes_is_refused_in_words(ask):
    answer = ask("POST", "/frameworks/", headers={"Content-Length": str(32 * 1024**2)})

    assert answer.status == 413
    assert "send fewer or smaller files" in answer.words
    assert answer.headers["Strict-Transport-Security"] == HSTS


def test_portal_that_is_down_is_told_in_words(tmp_path, certificate):
    for each in ("fullchain.pem", "key.pem"):
        shutil.copy(certificate.with_name(each), tmp_path)
    with (
        nginx(tmp_path, behind=free_port()) as (_plain, secure),
        talk(secure, certificate) as connection,
    ):
        connection.request("GET", "/")
        answer = connection.getresponse()
        words = answer.read().decode()

    assert (answer.status, answer.headers["Retry-After"]) == (502, "60")
    assert "Please come back in a minute" in words
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
