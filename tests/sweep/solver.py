"""Looks for published figures that together tell of fewer than five countries.

    python -m tests.sweep.solver --worlds 20

Reads all figures that a stranger, a viewer and a country's reporter can fetch, on pages, in files,
in briefs and from the API, with every filter and of every snapshot, as statements about the reports
that they are sums of. What follows from them is a linear combination, so elimination finds all of
it: total less total, filter less filter, to any depth. Ends with 1 if there is any.

Known to everybody is what docs/decisions/0002 leaves open: the reports that came in between two
looks. Known to a reporter is his own country, so that of five countries he may learn of four.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from typing import NamedTuple

from tqdm import tqdm

FEWEST = 5


class Told(NamedTuple):
    reader: str
    kind: str
    countries: frozenset
    terms: list

    def __str__(self):
        terms = [
            f"{times:+} × {address} ({number} reports)" for times, address, number in self.terms
        ]
        return "\n    ".join(
            [f"{self.reader}: {self.kind} of {', '.join(sorted(self.countries))}", *terms]
        )


class Solver:
    """Reads what each reader of a world is shown, and solves it."""

    def __init__(self, world, ways=None, names=("stranger", "viewer", "reporter")):
        from tests.sweep import published

        self.world, self.published = world, published
        self.ways = ways or published.WAYS
        self.names = names
        self.told, self.kinds, self.figures, self.statements = [], set(), 0, 0

    def run(self):
        """Yields each reader when he is done with."""
        for name, client, country in self.readers():
            self.solve(name, self.read(client), country)
            yield name

    def readers(self):
        from django.test import Client

        world = self.world
        for name, user in [
            ("stranger", None),
            ("viewer", world.viewer),
            ("reporter", world.officer),
        ]:
            if name not in self.names:
                continue
            client = Client(SERVER_NAME="127.0.0.1")
            if user:
                client.force_login(user)
            yield name, client, user and user.country and user.country.iso2

    def read(self, client):
        lines = list(self.published.lines(client, self.world, self.ways))
        values = list(self.published.values(client, self.world))
        self.figures += sum(len(each.figures) for each in lines)
        self.figures += sum(each.has_value + (each.others is not None) for each in values)
        return [
            *self.published.statements(self.world, lines),
            *self.published.value_statements(self.world, values),
        ]

    def solve(self, reader, statements, country):
        from tests.sweep.algebra import about_few

        known = self.came_in_between() | self.reports_of(country)
        fewest = FEWEST - bool(country)
        addresses = defaultdict(dict)
        for each in statements:
            rounds = {said.round for said in each.about}
            for slug in rounds:
                addresses[each.kind, slug].setdefault(each.about, each.address)
        for (kind, _slug), of in addresses.items():
            self.statements += len(of)
            self.kinds.add(kind)
            found = about_few(of, lambda said: said.country, fewest, known)
            if found:
                terms = [
                    (times, next(of[each] for each in of if each - known == part), len(part))
                    for times, part in found.terms
                ]
                self.told.append(Told(reader, kind, found.countries, terms))

    def came_in_between(self):
        """What is not in every look that has its round."""
        looks = [set(said) for said in self.world.looks.values()]
        return {
            each
            for one in looks
            for each in one
            for other in looks
            if each not in other and any(said.round == each.round for said in other)
        }

    def reports_of(self, country):
        return {
            each for said in self.world.looks.values() for each in said if each.country == country
        }


def main(arguments):
    from tests.sweep.__main__ import prepare

    with tempfile.TemporaryDirectory(prefix="solver-") as folder:
        prepare(folder, arguments.postgres)
        return solved(arguments)


def solved(arguments):
    from django.db import transaction

    from tests.sweep.figures import FiguresWorld
    from tests.sweep.reading import briefs_as_text

    figures = statements = 0
    told = []
    with briefs_as_text(), tqdm(total=arguments.worlds * 3, desc="Solver", unit="reader") as bar:
        for seed in range(arguments.seed, arguments.seed + arguments.worlds):
            with transaction.atomic():
                solver = Solver(FiguresWorld(seed))
                for _reader in solver.run():
                    bar.update()
                transaction.set_rollback(True)
            figures += solver.figures
            statements += solver.statements
            told += [(seed, each) for each in solver.told]
    print(f"{arguments.worlds} worlds: {figures:,} figures are {statements:,} sums;", end=" ")
    print(f"{len(told)} combinations tell of fewer than {FEWEST} countries.")
    for seed, each in told[:30]:
        print(f"World {seed}, {each}")
    return 1 if told else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.sweep.solver", description=__doc__)
    parser.add_argument("--worlds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", action="store_true", help="the one of DATABASE_URL")
    sys.exit(main(parser.parse_args()))
