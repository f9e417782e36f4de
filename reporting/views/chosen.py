"""Reports that are chosen among others, each in the version that the page showed."""

import re

from django.http import Http404

MOST_AT_ONCE = 100


def versions_chosen(sent):
    """{report: version} of each `report=12:3`; 404 for what no page sends."""
    pairs = sent.getlist("report")
    if len(pairs) > MOST_AT_ONCE:
        raise Http404("Too many reports at once.")
    versions = {}
    for pair in pairs:
        if not re.fullmatch(r"[0-9]{1,15}:[0-9]{1,9}", pair, re.ASCII):
            raise Http404("Reports are named by number and version.")
        pk, version = pair.split(":")
        versions[int(pk)] = int(version)
    return versions
