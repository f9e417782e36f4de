"""The names of all fields that any form of the portal has, and of what stands beside forms."""

from django.forms import BaseForm

from members import forms as members_forms
from reporting import forms as reporting_forms

OURS = {members_forms.__name__, reporting_forms.__name__}
BESIDE = ["version", "token", "report", "replace", "continue", "country", "without_comments"]
BESIDE += ["comment-rating", "comment-achievements", "comment-evidence", "next", "files"]
BESIDE += [
    "1.1.1-kind",
    "1.1.1-value",
    "1.1.1-note",
    "keep-rating",
    "opened-rating",
    "code",
    "login",
]


def form_classes(of=BaseForm):
    for each in of.__subclasses__():
        if any(each.__module__.startswith(package) for package in OURS):
            yield each
        yield from form_classes(each)


FIELDS = sorted({*BESIDE, *(name for each in form_classes() for name in each.base_fields)})
