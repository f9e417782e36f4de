"""What can be worked out from sums over countries by adding and taking away, however often.

A statement is the set of what one published figure is the sum of. Any figure that follows from
statements by addition and subtraction is a combination of them, so what there is to find is found
by elimination, over fractions: nothing depends on how many terms somebody tries.
"""

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple


class Found(NamedTuple):
    """`terms` are (coefficient, statement); together they are about `countries` alone."""

    countries: frozenset
    terms: list


def about_few(statements, country_of, fewest, known=frozenset()):
    """The first combination of `statements` about fewer than `fewest` countries, or None.

    What is `known` already is no part of it: a statement tells as much as what is left of it.
    """
    unknown = list({frozenset(each) - known for each in statements} - {frozenset()})
    atoms = together(unknown)
    countries = [frozenset(country_of(each) for each in atom) for atom in atoms]
    rows = [
        {place: Fraction(1) for place, atom in enumerate(atoms) if atom <= statement}
        for statement in unknown
    ]
    basis = reduced(rows)
    for few in unions([each for each in countries if len(each) < fewest], fewest):
        if inside(basis, {place for place, each in enumerate(countries) if each <= few}):
            return Found(few, terms_of(unknown, rows, countries, few))
    return None


def together(statements):
    """Elements that are in the same statements are never told apart: each group of them is one."""
    places = defaultdict(list)
    for place, statement in enumerate(statements):
        for element in statement:
            places[element].append(place)
    groups = defaultdict(set)
    for element, of in places.items():
        groups[tuple(of)].add(element)
    return [frozenset(group) for group in groups.values()]


def reduced(rows, order=None):
    """The rows in reduced echelon form, those that are zero left out; `order` ranks columns."""
    order = order or (lambda column: column)
    found = {}
    for row in rows:
        row = dict(row)
        for column in [column for column in row if column in found]:
            subtract(row, found[column], row[column])
        if not row:
            continue
        pivot = min(row, key=order)
        by = row[pivot]
        row = {column: value / by for column, value in row.items()}
        for other in found.values():
            if pivot in other:
                subtract(other, row, other[pivot])
        found[pivot] = row
    return list(found.values())


def subtract(row, other, times):
    for column, value in other.items():
        rest = row.get(column, 0) - times * value
        if rest:
            row[column] = rest
        else:
            row.pop(column, None)


def inside(basis, columns):
    """Whether a combination of `basis` has its columns among these: one that has no other."""
    touching = [row for row in basis if not columns.isdisjoint(row)]
    # With the other columns first, what remains has none of them.
    rest = reduced(touching, order=lambda column: (column in columns, column))
    return any(columns.issuperset(row) for row in rest)


def unions(sets, fewest):
    """All unions of these sets of fewer than `fewest`, the smallest first."""
    found, waiting = set(), {frozenset(each) for each in sets}
    while waiting:
        found |= waiting
        waiting = {
            one | other for one in waiting for other in sets if len(one | other) < fewest
        } - found
    return sorted(found, key=lambda each: (len(each), sorted(each)))


def terms_of(statements, rows, countries, few):
    """How the statements are combined: the elimination again, each row with where it is from."""
    columns = {place for place, each in enumerate(countries) if each <= few}
    width = len(countries)
    marked = [row | {width + place: Fraction(1)} for place, row in enumerate(rows)]

    def order(column):
        # First what must vanish, then what the combination is about, then where it is from.
        return (column >= width, column in columns, column)

    for row in reduced(marked, order):
        about = {column for column in row if column < width}
        if about and about <= columns:
            from_ = {column - width: by for column, by in row.items() if column >= width}
            return [(by, statements[place]) for place, by in sorted(from_.items())]
    raise AssertionError("Found once, and not again.")
