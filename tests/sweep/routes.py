"""Every address of the site, with values of the world for each of its parts.

A route with a part that nobody has named here is an error: a new one is swept from the start.
"""

import itertools
import random
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver, reverse

from goals.models import Framework
from members.models import Delegation, Invitation, MemberCountry, Proposal, Region, Role, User
from objectives.models import Indicator, Objective
from reporting.models import (
    Book,
    Evidence,
    Extension,
    ProgressReport,
    Quotation,
    ReportingRound,
    Snapshot,
    Submission,
    WorkbookUpload,
)

# What a key of a route means, by how the route's name begins; and whose each is.
KEYS = {
    "book_": (Book, "asked_by__memberships__country__iso2"),
    "delegation_": (Delegation, "country__iso2"),
    "evidence_": (Evidence, "report__country__iso2"),
    "extension_": (Extension, "country__iso2"),
    "handover": (User, "memberships__country__iso2"),
    "invitation_": (Invitation, "country__iso2"),
    "mfa_": (Authenticator, "user__memberships__country__iso2"),
    "person_": (User, "memberships__country__iso2"),
    "proposal_": (Proposal, "country__iso2"),
    "quotation_choose": (ProgressReport, "country__iso2"),
    "quotation_": (Quotation, "submission__report__country__iso2"),
    "report_": (ProgressReport, "country__iso2"),
    "review_": (ProgressReport, "country__iso2"),
    "session_": (UserSession, "user__memberships__country__iso2"),
    "snapshot_": (Snapshot, None),
    "workbook_": (WorkbookUpload, "country__iso2"),
}
PLAIN = {
    "name": ["Nobody"],
    "provider": ["nobody"],
    "provider_id": ["nobody"],
    "rest": ["nothing-here"],
    "role": [role.value for role in Role],
    "token": ["set-password", "x-y"],
    "uidb64": ["MQ", "Mg"],
    "url": ["nothing-here/"],
}


class UnknownPart(Exception):
    """A route has a part for which the sweep knows no values."""


class Value(NamedTuple):
    value: object
    country: str | None = None


class Route(NamedTuple):
    name: str
    parts: dict
    callback: object


def all_routes(patterns=None, namespace="", parts=()):
    """Each with {part: name of its converter, or None}."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        own = dict(parts) | parts_of(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield Route(f"{namespace}{pattern.name}", own, pattern.callback)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from all_routes(pattern.url_patterns, inner, own)


def parts_of(pattern):
    """Groups without a name count as `0`, `1`; only the history of the admin has such."""
    converters = {name: type(each).__name__ for name, each in pattern.converters.items()}
    unnamed = pattern.regex.groups - len(pattern.regex.groupindex)
    names = [*map(str, range(unnamed)), *pattern.regex.groupindex]
    return dict.fromkeys(names) | converters


class Addresses:
    """Draws addresses: of those that name a country's own thing, half are of `country`."""

    def __init__(self, seed=0):
        self.random = random.Random(seed)
        self.shared = {
            "round_slug": slugs(ReportingRound),
            "iso2": [Value(code, code) for code in codes(MemberCountry, "iso2")],
            "receipt_number": whose(Submission, "receipt_number", "report__country__iso2"),
            "table": [Value(each) for each in ("progress", "indicators", "regions", "rounds")],
            "app_label": [Value(each) for each in ("members", "goals", "objectives", "reporting")],
            "content_type_id": [Value(each.pk) for each in ContentType.objects.all()],
        }
        self.shared["other"] = self.shared["receipt_number"]
        for name, found in PLAIN.items():
            self.shared[name] = [Value(each) for each in found]
        self.by_converter = {
            ("code", "ObjectiveCodeConverter"): [
                Value(code) for code in sorted({each.code for each in objectives()})
            ],
            ("code", "IndicatorCodeConverter"): [
                Value(code) for code in sorted({each.code for each in indicators()})
            ],
            ("code", "StringConverter"): [Value(code) for code in codes(Region, "code")],
        }
        self.frameworks, self.rounds = slugs(Framework), slugs(ReportingRound)
        self.numbers = [Value(number) for number in (1, 2, 3)]
        self.keys = {}
        self.routes = {route.name: route for route in all_routes()}
        self.values = {
            name: {part: self.values_of(route, part) for part in route.parts}
            for name, route in self.routes.items()
        }

    def values_of(self, route, part):
        name = route.name.rpartition(":")[2]
        if route.name.startswith("admin:") and part in ("object_id", "id", "0"):
            return self.keys_of(*admin_model(name))
        if route.name.startswith("admin:") and part == "1":
            return self.numbers
        if part == "slug":
            return self.rounds if name.startswith("round_") else self.frameworks
        if part == "number":
            return self.numbers
        if part in ("pk", "id"):
            return self.keys_of(*meaning_of(route))
        found = self.shared.get(part) or self.by_converter.get((part, route.parts[part]))
        if not found:
            raise UnknownPart(f"{route.name}: what stands for “{part}”? Say so in {__name__}.")
        return found

    def keys_of(self, model, country):
        if (model, country) not in self.keys:
            # Where there is none, a key that is missing.
            found = whose(model, "pk", country) or [Value(999_999)]
            self.keys[model, country] = found
        return self.keys[model, country]

    def draw(self, name, country=None):
        """An address of the route; `country` is whose own things half of them name."""
        values = self.values[name]
        own = country and self.random.random() < 0.5
        chosen = {}
        for part, found in values.items():
            mine = [each for each in found if each.country == country] if own else []
            chosen[part] = self.random.choice(mine or found).value
        return address(name, chosen)

    def all_of(self, name):
        """Every address of the route."""
        parts = self.values[name]
        for chosen in itertools.product(*parts.values()):
            values = dict(zip(parts, (each.value for each in chosen), strict=True))
            yield address(name, values)


def address(name, values):
    if "0" in values:
        return reverse(name, args=[values[part] for part in sorted(values)])
    return reverse(name, kwargs=values)


def meaning_of(route):
    name = route.name.rpartition(":")[2]
    for beginning, meaning in KEYS.items():
        if name.startswith(beginning):
            return meaning
    raise UnknownPart(f"{route.name}: a key of what? Say so in {__name__}.")


def admin_model(name):
    """The model of `reporting_progressreport_change`."""
    if name == "view_on_site":
        return ProgressReport, None
    for model in admin.site._registry:
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model, None
    if name.startswith("auth_user_"):
        return User, None
    raise UnknownPart(f"admin:{name}: a key of what? Say so in {__name__}.")


def slugs(model):
    return [Value(each) for each in codes(model, "slug")]


def codes(model, name):
    return list(model.objects.order_by(name).values_list(name, flat=True))


def whose(model, name, country):
    if country is None:
        return [Value(each) for each in codes(model, name)]
    return [Value(*each) for each in model.objects.order_by("pk").values_list(name, country)]


def objectives():
    return Objective.objects.select_related("goal")


def indicators():
    return Indicator.objects.select_related("objective__goal")
