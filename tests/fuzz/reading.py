"""The forms of a page, as a browser reads them: where each goes, and all that it sends."""

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

# What a browser sends without having shown it to anybody, or never shows again.
NOT_TYPED = {"hidden", "password", "file", "checkbox", "radio", "select"}
BUTTONS = {"submit", "button", "image", "reset"}


class Form:
    """`values` has the texts of each control as the page shows it; `choices` what else it takes."""

    def __init__(self, attributes):
        self.id = attributes.get("id")
        self.method = (attributes.get("method") or "get").upper()
        self.action = attributes.get("action") or ""
        self.values, self.kinds, self.choices = {}, {}, {}
        # {name: kind} of the row that a script copies where somebody adds one.
        self.row = {}
        # (name, value) of the buttons that send it, by where they send it to.
        self.buttons = {}

    def add(self, name, kind, shown):
        """A control of the page; a box that is not ticked shows nothing."""
        if "-__prefix__-" in name:
            self.row[name] = kind
            return
        self.values.setdefault(name, []).extend(shown)
        self.kinds.setdefault(name, kind)

    def push(self, attributes, action):
        pair = (attributes.get("name"), attributes.get("value") or "")
        self.buttons.setdefault(action, []).append(pair if pair[0] else None)

    @property
    def names(self):
        return {
            *self.values,
            *(each[0] for all_of in self.buttons.values() for each in all_of if each),
        }

    def typed(self):
        """{name: what is shown in it} of the controls into which a person types."""
        return {
            name: shown[-1]
            for name, shown in self.values.items()
            if self.kinds[name] not in NOT_TYPED and shown
        }


class Reader(HTMLParser):
    """Collects the forms of a page, and the addresses that it leads to."""

    def __init__(self):
        super().__init__()
        self.forms, self.links, self.stray = [], [], []
        self.form = self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name = attributes.get("name")
        if attributes.get("hx-post") and self.form:
            # htmx sends what is in the form around an element to an address of its own.
            self.form.push({}, attributes["hx-post"])
        if tag == "form":
            self.form = Form(attributes)
            self.forms.append(self.form)
        elif tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag == "select" and name:
            self.select = self.owner(attributes), name
            self.control(attributes, "select", [])
        elif tag == "option" and self.select:
            self.option(attributes)
        elif tag == "textarea" and name:
            self.textarea = (attributes, [])
        elif tag == "button" and attributes.get("type", "submit") == "submit":
            self.button(attributes)
        elif tag == "input":
            self.input(attributes, attributes.get("type") or "text")

    def input(self, attributes, kind):
        value = attributes.get("value") or ""
        if kind == "submit":
            self.button(attributes)
        elif kind in ("checkbox", "radio"):
            value = attributes.get("value") or "on"
            self.control(attributes, kind, [value] if "checked" in attributes else [])
            self.choice(self.owner(attributes), attributes.get("name"), value)
        elif kind not in BUTTONS:
            self.control(attributes, kind, [] if kind == "file" else [value])

    def option(self, attributes):
        owner, name = self.select
        value = attributes.get("value") or ""
        self.choice(owner, name, value)
        if "selected" in attributes:
            self.keep(owner, name, "select", [value])

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            attributes, parts = self.textarea
            # A browser leaves the first line break of a text out.
            self.control(attributes, "textarea", ["".join(parts).removeprefix("\n")])
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.textarea[1].append(data)

    def owner(self, attributes):
        return attributes.get("form") or self.form

    def control(self, attributes, kind, shown):
        if attributes.get("name") and "disabled" not in attributes:
            self.keep(self.owner(attributes), attributes["name"], kind, shown)

    def keep(self, owner, name, kind, shown):
        self.stray.append((owner, lambda form: form.add(name, kind, shown)))

    def choice(self, owner, name, value):
        def add(form):
            form.choices.setdefault(name, []).append(value)

        self.stray.append((owner, add))

    def button(self, attributes):
        def add(form):
            form.push(attributes, attributes.get("formaction") or form.action)

        self.stray.append((self.owner(attributes), add))

    def close(self):
        super().close()
        by_id = {form.id: form for form in self.forms if form.id}
        for owner, add in self.stray:
            form = by_id.get(owner) if isinstance(owner, str) else owner
            if form:
                add(form)
        for form in self.forms:
            # A script may send what has no button.
            form.buttons = form.buttons or {form.action: [None]}


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def place(address, action):
    """Where a form of the page at `address` goes."""
    return urldefrag(urljoin(address, action or address)).url
