"""Columns of files, each with its name and how it is read: neither can stand without the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple


class Column(NamedTuple):
    """`read` gives the cell of what a line is about; `lookups` are what it needs of a queryset."""

    name: str
    read: Callable[[Any], object]
    lookups: Sequence[str] = ()


def table(columns: Sequence[Column], things: Iterable[object]) -> Iterator[list[object]]:
    """The names, then a line for each of `things`."""
    yield [column.name for column in columns]
    reads = [column.read for column in columns]
    for thing in things:
        yield [read(thing) for read in reads]
