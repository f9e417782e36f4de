"""Fills a form in well, as a person would: what it shows, and something good where it is empty."""

import datetime
from html.parser import HTMLParser

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from reporting.forms.instants import InstantField
from tests.files import PDF

WORDS = "Somebody has written this, and it is long enough."
PASSWORD = "a long and unusual one, 7"


class Fields(HTMLParser):
    """{name: value or values} of the controls of a page, as its browser would send them."""

    def __init__(self):
        super().__init__()
        self.found, self.files, self.empty = {}, set(), set()
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name, value = attributes.get("name"), attributes.get("value") or ""
        if tag == "select" and name:
            self.select = name
            self.found.setdefault(name, [] if "multiple" in attributes else "")
        elif tag == "option" and self.select and "selected" in attributes:
            self.keep(self.select, value)
        elif tag == "textarea" and name:
            self.textarea, self.found[name] = name, ""
        elif tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind == "file":
                self.files.add(name)
            elif kind in ("checkbox", "radio"):
                self.found.setdefault(name, "")
                if "checked" in attributes:
                    self.keep(name, attributes.get("value") or "on")
            elif kind not in ("submit", "button", "image", "reset"):
                self.keep(name, value)

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            # A browser leaves the first line break of a text out.
            self.found[self.textarea] = self.found[self.textarea].removeprefix("\n")
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.found[self.textarea] += data

    def keep(self, name, value):
        if isinstance(self.found.get(name), list):
            self.found[name].append(value)
        elif self.found.get(name):
            self.found[name] = [self.found[name], value]
        else:
            self.found[name] = value


def fields_of(html):
    """What a page would send: boxes that are not ticked count as empty text."""
    parser = Fields()
    parser.feed(html)
    return parser.found


def filled(form):
    """The fields of an unbound form: what it shows, and something good where one is needed."""
    return filled_in(form, lambda field: field.required)


def filled_on(form):
    """Something good for the fields that `filled` leaves empty."""
    less = filled(form)
    more = filled_in(form, lambda field: True)
    return {name: said for name, said in more.items() if name not in less}


def filled_in(form, is_needed):
    shown = fields_of("".join(str(bound) for bound in form))
    data = {}
    for bound in form:
        said = {name: shown.get(name, "") for name in names_of(bound)}
        if not any(said.values()) and is_needed(bound.field) and not bound.field.disabled:
            said = dict(zip(said, good(bound.field, bound.name), strict=False))
        data |= said
    return {name: said for name, said in data.items() if said not in ("", [])}


def names_of(bound):
    widget = bound.field.widget
    if isinstance(widget, forms.MultiWidget):
        return [bound.html_name + suffix for suffix in widget.widgets_names]
    return [bound.html_name]


# Of what has a form that its field does not tell of, or must fit others.
GOOD = {
    "slug": ["another"],
    "code": ["NEW"],
    "iso2": ["QQ"],
    "iso3": ["QQQ"],
    "member_since_as_listed": ["07/09/1923"],
    "number": ["99"],
    "upper_value": ["90"],
    "numerator": ["12"],
    "denominator": ["24"],
    "starts_on": ["2025-07-01"],
    "ends_on": ["2025-12-31"],
}


# In which order the instants of a round follow each other.
AHEAD = {"opens_at": 50, "due_at": 70, "closes_at": 90}


def good(field, name):
    """What a field takes, one for each of its controls."""
    if name in GOOD:
        return GOOD[name]
    if isinstance(field, forms.FileField):
        return [SimpleUploadedFile("annex.pdf", PDF)]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [[str(field.prepare_value(each)) for each in field.queryset[:1]]]
    if isinstance(field, forms.ModelChoiceField):
        return [str(field.prepare_value(each)) for each in field.queryset[:1]]
    if isinstance(field, forms.ChoiceField):
        return [next(iter(values_of(field.choices)), "")]
    if isinstance(field, forms.BooleanField):
        return ["on"]
    ahead = timezone.now() + datetime.timedelta(days=AHEAD.get(name, 100))
    if isinstance(field, InstantField):
        return [f"{ahead:%Y-%m-%dT%H:%M}"]
    if isinstance(field, forms.SplitDateTimeField):
        return [f"{ahead:%Y-%m-%d}", "12:00"]
    if isinstance(field, forms.DateField):
        return [f"{ahead:%Y-%m-%d}"]
    if isinstance(field, (forms.IntegerField, forms.DecimalField)):
        return ["7"]
    return [text_for(field, name)]


def text_for(field, name):
    if isinstance(field, forms.EmailField):
        return "somebody@example.org"
    if isinstance(field, forms.URLField):
        return "https://police.example/annual-report"
    if isinstance(field, forms.JSONField):
        return '{"id": "x"}'
    if "password" in name:
        return PASSWORD
    return WORDS[: getattr(field, "max_length", None)]


def values_of(choices):
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from values_of(label)
        elif value not in ("", None):
            yield str(value)
