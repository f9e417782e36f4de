"""What is said of a filter that shows nothing where no page around it can say so: of a file."""

from urllib.parse import urlsplit

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The words of the pages: `_no_figures.html`.
MEMBERS_ONLY = gettext_lazy(
    "The results of this framework are shown to its members. Sign in to see them."
)
NO_ROUND = gettext_lazy(
    "No reporting round of this framework has opened yet, so there are no figures."
)
NO_OBJECTIVES = gettext_lazy(
    "The objectives have not been published yet, so nobody reports on them."
)


class NothingToShow(Http404):
    """`told` is what a person reads in place of the page for whatever there is not: why, and
    the page that shows what there is, whatever filter is in its `address`.
    """

    def __init__(self, reasons, address):
        super().__init__(" ".join(map(str, reasons)))
        self.told = {"reasons": reasons, "page": urlsplit(address).path}


def no_figures(scope):
    """Why a dashboard has none."""
    if not scope.shown:
        return [MEMBERS_ONLY]
    return no_rows(scope.form, scope.rounds)


def no_rows(form, rounds):
    if not rounds:
        return [NO_ROUND]
    return faults_of(form) or [NO_OBJECTIVES]


def faults_of(form):
    """What is wrong with a filter, each with the field that its page says it beside."""
    return [
        fault
        if name == NON_FIELD_ERRORS
        else _("%(field)s: %(fault)s") % {"field": form[name].label, "fault": fault}
        for name, faults in form.errors.items()
        for fault in faults
    ]
