from wsgiref.util import setup_testing_defaults

import pytest

from framework_portal.wsgi import application, plain_content_type


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("", ""),
        ("text/plain", "text/plain"),
        ("application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded"),
        ("text/plain; charset=base64", "text/plain"),
        ("multipart/form-data; boundary=abc; charset=utf-7", "multipart/form-data; boundary=abc"),
        ('multipart/form-data; boundary="a b"', "multipart/form-data; boundary=a b"),
        ("text/plain; boundary*=zzz''a%ff", "text/plain"),
        ("nonsense", ""),
    ],
)
def test_plain_content_type_keeps_the_type_and_the_boundary(sent, read):
    assert plain_content_type(sent) == read


@pytest.mark.parametrize("charset", ["base64", "rot13", "hex", "undefined", "punycode", "utf-7"])
def test_a_charset_from_outside_is_not_followed(db, charset):
    statuses = []
    environ = {
        "PATH_INFO": "/about/",
        "QUERY_STRING": "a=1",
        "HTTP_HOST": "testserver",
        "CONTENT_TYPE": f"text/plain; charset={charset}",
    }
    setup_testing_defaults(environ)
    application(environ, lambda status, headers, error=None: statuses.append(status)).close()
    assert statuses == ["200 OK"]
