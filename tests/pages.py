"""Reads a page as its reader does: `texts(response, "h1")` are the words of its headings."""

from django.test.html import parse_html


def elements(response, name, **attributes):
    """All elements `name` that have these attributes; `class_` asks for one class of them."""
    return [
        element
        for element in walk(parse_html(response.content.decode()))
        if element.name == name and has(dict(element.attributes), **attributes)
    ]


def texts(response, name, **attributes):
    return [text(element) for element in elements(response, name, **attributes)]


def links(response, name, **attributes):
    """Where the links inside these elements lead."""
    found = elements(response, name, **attributes)
    inner = [each for element in found for each in walk(element) if each.name == "a"]
    return [dict(each.attributes)["href"] for each in inner]


def text(element):
    """The words of an element, one space between any two."""
    parts = [child if isinstance(child, str) else text(child) for child in element.children]
    return " ".join(" ".join(parts).split())


def walk(element):
    if not isinstance(element, str):
        yield element
        for child in element.children:
            yield from walk(child)


def has(attributes, class_="", **others):
    classes = attributes.get("class", "").split()
    return (not class_ or class_ in classes) and others.items() <= attributes.items()
