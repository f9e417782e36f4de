"""The browser of a session in words."""

import pytest

from members.browsers import in_words

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}", "Chrome on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/128.0.0.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {CHROME}", "Chrome on Android"),
        (
            f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        (f"{MAC} Gecko/20100101 Firefox/129.0", "Firefox on macOS"),
        (f"{IPHONE} CriOS/128.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("a program of one's own", "a program of one's own"),
        ("x" * 300, "x" * 120),
        ("", "not known"),
    ],
)
def test_browser_is_named_as_its_owner_knows_it(agent, words):
    assert in_words(agent) == words
