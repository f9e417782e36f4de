"""Tells a browser that a page it keeps is still the same, and makes one page for all strangers.

Only for readers who are signed out: theirs is the same page for all. Its ETag names all that
the page is made of, read in one query before the page is; what changes in between makes the
next reader ask again, and never keeps an old page alive. docs/performance.md says the rest.
"""

import hashlib
from functools import cache, wraps

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition

from goals.models import Framework, Goal, Milestone
from members.models import MemberCountry, Region
from objectives.models import Indicator, Objective, Target
from reporting.models import FiguresVersion, ReportingRound, SecretariatValue, Snapshot

EDITED = [
    Framework,
    Goal,
    Milestone,
    Objective,
    Indicator,
    Target,
    ReportingRound,
    SecretariatValue,
    MemberCountry,
]
# What these folders hold makes the pages, and so does what requirements.txt names.
SOURCES = ["framework_portal", "goals", "locale", "members", "objectives", "reporting", "templates"]


def told_when_unchanged(view):
    """Answers 304 where the reader's copy is as good, and one that was made for another stranger
    where it is; goes directly above the view.
    """
    conditional = condition(etag_func=etag)(kept_or_made(view))

    @wraps(view)
    def answer(request, **kwargs):
        if settings.DEBUG or not reads_as_a_stranger(request):
            return view(request, **kwargs)
        response = conditional(request, **kwargs)
        if response.status_code not in (200, 304):
            del response["ETag"]
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return answer


def kept_or_made(view):
    """Every stranger is shown the same, so one made for another is as good under the same ETag.

    Kept in the worker's own memory, and of no reader of whom the portal knows anything.
    """

    @wraps(view)
    def answer(request, **kwargs):
        if not settings.KEEP_PAGES:
            return view(request, **kwargs)
        pages = caches["pages"]
        if found := pages.get(request.etag):
            content, headers = found
            return HttpResponse(content, headers=headers)
        response = view(request, **kwargs)
        if response.status_code == 200 and not response.streaming and not response.cookies:
            pages.set(request.etag, (response.content, dict(response.headers)))
        return response

    return answer


def reads_as_a_stranger(request):
    """Whether nothing on the page is about this reader: no account, no session, no message."""
    harmless = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    return request.user.is_anonymous and not request.COOKIES.keys() - harmless


def etag(request, **kwargs):
    parts = [fingerprint(), request.get_full_path(), get_language(), timezone.localdate(), *state()]
    request.etag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
    return request.etag


def state():
    """Rows that differ as soon as a figure, an edit, a region or the hour changes a page."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(state_query(), [now] * 3)
        return sorted(cursor.fetchall(), key=repr)


@cache
def state_query():
    """Of each history its length and its end: two edits at once may end in either order."""
    version, snapshot = FiguresVersion._meta.db_table, Snapshot._meta.db_table
    rounds, region = ReportingRound._meta.db_table, Region._meta.db_table
    rows = [
        f"SELECT '{table}', COUNT(*), CAST(MAX(history_id) AS TEXT) FROM {table}"  # nosec B608
        for table in (model.history.model._meta.db_table for model in EDITED)
    ]
    rows += [
        f"SELECT '{instant}', COUNT(*), NULL FROM {rounds} WHERE {instant} <= %s"  # nosec B608
        for instant in ("opens_at", "due_at", "closes_at")
    ]
    rows.append(f"SELECT 'figures', framework_id, CAST(number AS TEXT) FROM {version}")  # nosec B608
    rows.append(f"SELECT 'snapshots', COUNT(number), CAST(MAX(id) AS TEXT) FROM {snapshot}")  # nosec B608
    rows.append(f"SELECT code, id, name FROM {region}")  # nosec B608
    return " UNION ALL ".join(rows)


@cache
def fingerprint():
    """Of the code, templates, translations and settings: another deployment, another page."""
    digest = hashlib.sha256(repr([settings.DEMONSTRATION, settings.LANGUAGES]).encode())
    files = [path for folder in SOURCES for path in (settings.BASE_DIR / folder).rglob("*")]
    files += [settings.BASE_DIR / "requirements.txt", settings.STATIC_ROOT / "staticfiles.json"]
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()
