"""The conventions of this code, as tests."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

ROOT = settings.BASE_DIR
APPS = ["framework_portal", "members", "goals", "objectives", "reporting"]
TEMPLATES = ROOT / "templates"
OURS = [*APPS, "tests", "templates", "static/css", "fixtures", "docs", "locale", ".ci"]
TOP_LEVEL = [*APPS, "templates", "static", "fixtures", "tests", "docs"]
TOP_LEVEL += ["manage.py", "pyproject.toml", "README.md", "Makefile", "CHANGELOG.md", ".ci/run"]
PUBLIC = {
    "api:index",
    "api:framework_list",
    "api:framework_detail",
    "api:framework_progress",
    "api:goal_progress",
    "api:objective_progress",
    "api:indicator_list",
    "api:region_list",
    "api:snapshot_list",
    "api:docs",
    "api:openapi",
    "api:nothing_here",
    "reporting:security_txt",
    "reporting:home",
    "reporting:about",
    "reporting:healthz",
    "reporting:search",
    "reporting:framework_csv",
    "reporting:framework_pdf",
    "reporting:goal_pdf",
    "reporting:objective_pdf",
    "reporting:framework_xlsx",
    "reporting:framework_dashboard",
    "reporting:goal_detail",
    "reporting:goal_csv",
    "reporting:goal_xlsx",
    "reporting:objective_detail",
    "reporting:objective_csv",
    "reporting:objective_xlsx",
    "reporting:region_list",
    "reporting:region_detail",
    "reporting:region_csv",
    "reporting:region_xlsx",
    "reporting:report_detail",
    "goals:framework_list",
    "goals:framework_detail",
    "objectives:indicator_list",
    "account_login",
    "account_logout",
    "account_inactive",
    # A second step of signing in: without the first they lead back to it.
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "members:invitation_accept",
    "members:invitation_open",
    "members:password_reset",
    "members:password_reset_confirm",
    "admin:login",
}
DEPENDENCIES = {
    "argon2-cffi",
    "crispy-bootstrap5",
    "dj-database-url",
    "django",
    "django-crispy-forms",
    "django-csp",
    "django-simple-history",
    "django-tasks-db",
    "gunicorn",
    "psycopg2-binary",
    "whitenoise",
}
# Django finds these by name.
FOUND_BY_NAME = {"400.html"}
# The same in every language.
PROPER_NAMES = {"UTC", "SHA"}


def python_files(*folders):
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def text_files():
    """Every text file of ours, the hidden ones and those at the top included."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in files if path.suffix not in {".pyc", ".mo", ".sqlite3"}]


def style_sheets():
    return sorted((ROOT / "static" / "css").glob("*.css"))


def templates():
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def name(path):
    return str(path.relative_to(ROOT))


def declared(requirements):
    return {re.match(r"[\w-]+", each)[0].lower() for each in requirements}


def named_views(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern.callback
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_views(pattern.url_patterns, inner)


def without_code(template):
    """A template's own words: no comments, no tags, nothing that is translated or computed."""
    for pattern in [
        r"\{#.*?#\}",
        r"\{% comment.*?endcomment %\}",
        r"\{% blocktranslate.*?endblocktranslate %\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<!--.*?-->",
        r"<!doctype html>",
    ]:
        template = re.sub(pattern, " ", template, flags=re.DOTALL)
    return template


def untranslated(template):
    """Words between tags, and in the attributes that are read out or shown."""
    rest = without_code(template)
    # What a button sends is never shown.
    rest = re.sub(r"(<button[^>]*)\svalue=\"[^\"]*\"", r"\1", rest)
    shown = re.findall(r"\s(?:aria-label|alt|title|placeholder|value)=\"([^\"]*)\"", rest)
    rest = re.sub(r"<[^>]*>", " ", rest)
    rest = re.sub(r"&\w+;|\S+@\S+", " ", rest)
    words = re.findall(r"[^\W\d_]{2,}", " ".join([rest, *shown]))
    return [word for word in words if word not in PROPER_NAMES]


def test_imports_run_one_way():
    lint_imports = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout


def test_no_import_is_hidden_in_a_function():
    hidden = [
        f"{name(path)}:{inner.lineno}"
        for path in python_files(*APPS)
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]

    assert hidden == []


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

    assert capsys.readouterr().out == "No changes detected\n"


def test_public_pages_are_these_and_no_others():
    views = named_views(get_resolver().url_patterns)

    assert {name for name, view in views if not getattr(view, "login_required", True)} == PUBLIC


def test_every_view_says_who_may_open_it():
    """The admin asks its own permissions; views of other packages are in the matrix as they are."""
    views = named_views(get_resolver().url_patterns)

    ours = [(name, view) for name, view in views if view.__module__.partition(".")[0] in APPS]
    silent = [name for name, view in ours if not hasattr(view, "allowed_to")]
    assert [name for name in silent if not name.startswith("admin:")] == []


def test_names_of_pages_are_unique():
    names = [name for name, _ in named_views(get_resolver().url_patterns)]
    ours = [name for name in names if not name.startswith("admin:")]

    assert sorted(set(ours)) == sorted(ours)


def test_modules_stop_at_500_lines():
    files = [*python_files(*APPS, "tests"), *templates(), *style_sheets()]

    assert [name(path) for path in files if len(path.read_text().splitlines()) > 500] == []


def test_every_template_is_used():
    texts = [path.read_text() for path in [*python_files(*APPS), *templates()]]
    names = [str(path.relative_to(TEMPLATES)) for path in templates()]
    # Those of django-allauth are overridden by their names.
    theirs = ("account/", "allauth/", "mfa/", "socialaccount/")
    names = [each for each in names if not each.startswith(theirs)]

    unused = [name for name in names if not any(f'"{name}"' in text for text in texts)]

    assert set(unused) == FOUND_BY_NAME


@pytest.mark.parametrize("path", templates(), ids=name)
def test_every_word_of_a_template_is_marked_for_translation(path):
    assert untranslated(path.read_text()) == []


def test_no_preposition_is_translated_alone():
    """A translator of "of" cannot know of what, nor put the words in another order."""
    alone = re.compile(r"""(?:translate |\b_\()["'](?:of|until|since|closes)["']""")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in [*TEMPLATES.rglob("*.html"), *ROOT.glob("reporting/**/*.py")]
        for match in alone.finditer(path.read_text())
    ]
    assert found == []


def test_templates_have_no_inline_style_or_script():
    refused = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.I)

    assert [name(path) for path in templates() if refused.search(path.read_text())] == []


def test_style_sheet_knows_no_left_and_right():
    sheet = "".join(path.read_text() for path in style_sheets())
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)

    assert re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*", sheet) == []
    assert re.findall(r"[\s{;](?:(?:min-|max-)?(?:width|height)|top|bottom):[^;]*", sheet) == []


def test_style_sheet_gives_no_four_sides_of_which_two_differ():
    """The second is the right side and the fourth the left one, in Arabic too."""
    sheet = "".join(path.read_text() for path in style_sheets())
    sides = re.compile(r"\b(?:margin|padding|inset|border-(?:width|style|color)):([^;}]*)")
    values = [sides_of.split() for sides_of in sides.findall(sheet)]

    assert [each for each in values if len(each) == 4 and each[1] != each[3]] == []


def test_pages_load_nothing_from_another_host():
    elsewhere = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")
    files = [*templates(), *style_sheets()]

    assert [name(path) for path in files if elsewhere.search(path.read_text())] == []


def test_no_file_names_a_package_index_or_a_folder_of_this_machine():
    # In pieces, so that this file does not name them either.
    parts = [("py", "pi.org"), ("files.python", "hosted.org"), ("/ho", "me/"), ("/ro", "ot/")]
    parts += [("/Us", "ers/"), ("--index", "-url"), ("--extra-index", "-url")]
    words = ["".join(pair) for pair in parts] + [f"{ROOT}/"]

    found = [
        (name(path), word)
        for path in text_files()
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert found == []


def test_layout_is_as_designed():
    assert [each for each in TOP_LEVEL if not (ROOT / each).exists()] == []


def test_dependencies_of_the_design_are_declared_and_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = re.findall(r"^([\w-]+)(?:\[.*\])?==", (ROOT / "requirements.txt").read_text(), re.M)

    asked_for = declared(project["dependencies"])
    assert DEPENDENCIES - asked_for == set()
    assert asked_for - {each.lower() for each in locked} == set()


def test_every_variable_of_the_environment_is_explained():
    code = "".join(
        (ROOT / "framework_portal" / name).read_text() for name in ["settings.py", "gunicorn.py"]
    )
    asked = re.findall(r"""(?:environ\.get|env_bool)\(\s*["']([A-Z_]+)""", code)
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page.partition("## Environment variables")[2].partition("\n## ")[0]
    explained = re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\|([^|]*)\|", table, re.M)))

    # That one is read by the library that understands it.
    assert sorted({*asked, "DATABASE_URL"}) == sorted(explained)


def test_what_the_page_on_security_names_is_there():
    page = (ROOT / "docs" / "security.md").read_text()
    named = set(re.findall(r"`((?:tests|members|reporting|framework_portal)/[\w./]*)`", page))

    assert len(named) > 10
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []
