"""A browser that is quick and keeps nothing: each request begins with the same cookies."""

import io
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.utils.http import urlencode

from tests.access_world import Writing

BOUNDARY = "b0undary"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
HOST = "testserver"


def raw(text):
    """Lone surrogates too, as UTF-8 that none should send."""
    return str(text).encode("utf-8", "surrogatepass")


def query_of(pairs):
    return urlencode([(raw(name), raw(said)) for name, said in pairs])


def parts_of(pairs, files):
    """A form of several parts, whatever is in it: Django's own client writes no bad one."""
    body = []
    for name, said in pairs:
        head = b'Content-Disposition: form-data; name="' + raw(name) + b'"'
        body += [b"--" + raw(BOUNDARY), head, b"", raw(said)]
    for name, (file_name, content, kind) in files:
        head = b'Content-Disposition: form-data; name="' + raw(name) + b'"; filename="'
        body += [b"--" + raw(BOUNDARY), head + raw(file_name) + b'"']
        body += [b"Content-Type: " + raw(kind), b"", content]
    return b"\r\n".join([*body, b"--" + raw(BOUNDARY) + b"--", b""])


class Browser:
    """Asks the portal through all its middleware. With DEBUG_PROPAGATE_EXCEPTIONS what fails is
    raised, and not answered.
    """

    def __init__(self, world):
        self.world = world
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def ask(self, method, address, cookies=None, body=b"", kind=""):
        """The answer, with the tables that it changed; all of it is undone."""
        writing = Writing()
        with transaction.atomic(), connection.execute_wrapper(writing):
            response = self.answer(method, address, cookies, body, kind)
            response.changed = self.world.changed(writing.tables)
            transaction.set_rollback(True)
        return response

    def answer(self, method, address, cookies=None, body=b"", kind=""):
        response = self.handler.get_response(
            self.request(method, address, cookies or {}, body, kind)
        )
        response.body = b"".join(response)
        for close in response._resource_closers:
            close()
        return response

    def request(self, method, address, cookies, body, kind):
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            # As a server hands it on: unquoted bytes, each as a letter.
            "PATH_INFO": unquoted(path),
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": "; ".join(f"{name}={said}" for name, said in cookies.items()),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
        return WSGIRequest(environ)


def unquoted(path):
    return unquote_to_bytes(path).decode("latin-1")


def cookies_of(response, before):
    """What a browser has after this answer."""
    return before | {name: each.value for name, each in response.cookies.items()}


def signed_in(key):
    return {settings.SESSION_COOKIE_NAME: key}
