"""The browser of a sign-in in words, for whoever looks whether it was his own."""

from django.utils.translation import gettext as _

LONGEST = 120

# What a browser sends names others too: the first that is found is the one it is.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def in_words(agent):
    """Such as "Firefox on Windows"; what is not known stays as it was sent."""
    browser, system = named(agent, BROWSERS), named(agent, SYSTEMS)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return agent[:LONGEST] or _("not known")


def named(agent, names):
    return next((name for mark, name in names if mark in agent), None)
