"""docs/asvs.md is whole and true: each requirement once, each test that it names there."""

import ast
import functools
import re
from collections import Counter

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ["framework_portal", "members", "goals", "objectives", "reporting"]
STATES = ["met", "not met", "does not apply"]
# Counted in the CSV of ASVS 5.0.0: how many of levels 1 and 2 each chapter has, and each section.
PER_CHAPTER = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7,
    10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5,
4.1 3, 4.2 1, 4.3 2, 4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5,
6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2, 7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3,
9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2, 11.2 3, 11.3 3,
11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2,
14.2 4, 14.3 3, 15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1,
17.2 4, 17.3 2, 3.7 2
"""
LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1
3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5
6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2
8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1
12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILES = re.compile(r"`((?:docs|members|framework_portal|reporting|templates|static)/[\w./-]+)`")
RUNS = {"eval", "exec", "compile", "__import__", "system", "popen"}
LOADS = {"subprocess", "pickle", "marshal", "shelve", "yaml", "ctypes", "pty", "code"}


@functools.cache
def page():
    return (ROOT / "docs" / "asvs.md").read_text()


def rows():
    """(number, level, what is asked, state, what shows it or why not) of each requirement."""
    lines = [line for line in page().splitlines() if re.match(r"\| \d+\.\d+\.\d+ \|", line)]
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]


def expected():
    """In each section the numbers of levels 1 and 2 come first; those of level 3 follow."""
    sections = [each.split() for each in SECTIONS.replace("\n", " ").split(",")]
    return {f"{section}.{number + 1}" for section, most in sections for number in range(int(most))}


def test_each_requirement_is_there_once():
    numbers = Counter(number for number, *_rest in rows())

    assert {number: count for number, count in numbers.items() if count > 1} == {}
    assert set(numbers) == expected()
    assert Counter(int(number.split(".")[0]) for number in numbers) == PER_CHAPTER


def test_levels_are_those_of_the_standard():
    assert {number for number, level, *_rest in rows() if level == "1"} == set(LEVEL_1.split())
    assert {level for _number, level, *_rest in rows()} == {"1", "2"}


def test_counts_at_the_head_are_right():
    counted = Counter((state, level) for _number, level, _asks, state, _why in rows())
    for state in STATES:
        one, two = counted[state, "1"], counted[state, "2"]
        assert f"\n| {state} | {one} | {two} | {one + two} |\n" in page()
    assert {state for state, _level in counted} == set(STATES)
    assert "\n| all | 70 | 183 | 253 |\n" in page()


@pytest.mark.parametrize("state", STATES)
def test_every_row_says_why(state):
    found = [(number, why) for number, _level, _asks, is_in, why in rows() if is_in == state]
    assert [number for number, why in found if not why] == []
    if state == "met":
        shown = [number for number, why in found if NAMED.search(why) or FILES.search(why)]
        assert shown == [number for number, _why in found]


def test_every_test_that_is_named_is_there():
    named = set(NAMED.findall(page()))

    assert len(named) > 90
    # Nothing that looks like the name of a test escapes the pattern.
    assert page().count("::") == len(NAMED.findall(page()))
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in names_in(path)] == []


def test_every_file_that_is_named_is_there():
    assert [path for path in sorted(set(FILES.findall(page()))) if not (ROOT / path).exists()] == []


@functools.cache
def names_in(path):
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_module_runs_what_it_is_told():
    """ASVS 1.2.5, 1.3.2, 1.5.2: no program is started, no text is run, no object is unpickled."""
    found = []
    for path in [path for app in APPS for path in (ROOT / app).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            found += [(path.name, name) for name in dangerous(node)]

    assert found == []


def dangerous(node):
    if isinstance(node, ast.Import):
        return LOADS & {each.name.split(".")[0] for each in node.names}
    if isinstance(node, ast.ImportFrom):
        return LOADS & {(node.module or "").split(".")[0]}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return RUNS & {node.func.id}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return RUNS & {node.attr} if node.value.id == "os" else set()
    return set()


def test_scripts_write_no_html_and_keep_nothing():
    """ASVS 3.2.2, 3.5.5, 14.3.3, of the scripts that are ours."""
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    refused = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|"
        r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|[\"']message[\"']"
    )

    assert scripts
    assert [(each.name, refused.findall(each.read_text())) for each in scripts] == [
        (each.name, []) for each in scripts
    ]
