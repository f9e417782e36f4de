"""Everything that can be fetched as figures, read as statements: a sum, and of what it is one."""

import csv
import io
import itertools
import json
import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from urllib.parse import urlencode

import openpyxl

from reporting.models import Rating
from tests.pages import elements, text, walk
from tests.sweep.figures import REGIONS, REGIONS_BY_NAME

API = "/api/v1/frameworks/figures/"
PAGES = "/frameworks/figures/"
RATINGS = [rating.value for rating in Rating]
# Of each kind of figure: whose reports it is a sum of.
BEHIND_IT = {
    "ratings": lambda said: True,
    "percentages": lambda said: said.percent is not None,
    "challenges": lambda said: bool(said.challenge),
    "next steps": lambda said: bool(said.step),
    "challenges of those behind": lambda said: bool(said.challenge) and said.is_behind,
    "next steps of those behind": lambda said: bool(said.step) and said.is_behind,
}
# What two kinds of figures are both sums of.
SAME = {"challenges of those behind": "challenges", "next steps of those behind": "next steps"}


class Scope(NamedTuple):
    """A filter: the snapshot, or None for today, the round, and the region, or None for all."""

    look: int | None
    round: str
    region: str | None

    @property
    def query(self):
        asked = {"snapshot": self.look, "round": self.round, "region": self.region}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


class Line(NamedTuple):
    """What a line shows; `figures` holds nothing that is withheld.

    `subject` is an objective's code, a goal's number, or "" for all objectives.
    """

    address: str
    scope: Scope
    subject: str
    expected: int | None
    reported: int | None
    figures: dict


class Statement(NamedTuple):
    kind: str
    about: frozenset
    address: str


class Unread(Exception):
    """A figure that is not the sum of anything it could be of."""


def figures_of(ratings=None, mean=None, **named):
    """{kind: what is shown}; an empty figure is none."""
    found = {}
    if ratings is not None:
        found["ratings"] = tuple(map(int, ratings))
    if mean not in (None, ""):
        found["percentages"] = Decimal(str(mean))
    found |= {kind: int(count) for kind, count in named.items() if count not in (None, "")}
    return found


def scopes(world):
    """Every filter: each round that there is of each look, and each region."""
    for look, said in world.looks.items():
        for slug in sorted({each.round for each in said}):
            for region in [None, *REGIONS]:
                yield Scope(look, slug, region)


def fetched(client, address):
    response = client.get(address)
    if response.status_code != 200:
        raise Unread(f"{response.status_code} from {address}")
    return response


def lines(client, world, ways):
    """Each line of figures that the `ways` lead to, with every filter."""
    goals = sorted({each.goal.number for each in world.objectives})
    codes = [each.code for each in world.objectives]
    subjects = ["", *(f"goals/{each}/" for each in goals), *(f"objectives/{c}/" for c in codes)]
    for scope in scopes(world):
        for subject in subjects:
            for way in ways:
                yield from way(client, scope, subject)
        if scope.region and scope.round == max(each.slug for each in world.rounds):
            yield from (
                line for way in ways for line in BY_REGION.get(way, no_lines)(client, scope)
            )


def no_lines(client, scope):
    return []


# The read API


def read_api(client, scope, subject):
    address = f"{API}{subject}progress{scope.query}"
    found = json.loads(fetched(client, address).content, parse_float=Decimal)
    several = found.get("lines", []) + [
        found[name] for name in ("line", "total") if found.get(name)
    ]
    for each in several:
        yield api_line(address, scope, each, subject)
    for each in found.get("regions", []):
        yield api_line(address, scope._replace(region=each["region"]), each, subject)
    for each in found.get("trend", []):
        of_round = scope._replace(round=each["round"])
        shown = figures_of(mean=each["mean_percent"])
        yield Line(address, of_round, number_of(subject), each["expected"], each["reported"], shown)


def api_line(address, scope, said, subject):
    ratings = said["ratings"] and [said["ratings"][name] for name in RATINGS]
    named = {
        kind: said[name] and said[name]["reports"]
        for kind, name in (("challenges", "challenges"), ("next steps", "next_steps"))
    }
    about = said["objective"] or str(said["goal"] or "") or number_of(subject)
    shown = figures_of(ratings, said["mean_percent"], **named)
    return Line(address, scope, about, said["expected"], said["reported"], shown)


def number_of(subject):
    """“1.1” of `objectives/1.1/`, “1” of `goals/1/`."""
    return subject.strip("/").rpartition("/")[2]


# Files


def read_csv(client, scope, subject):
    names = ["progress", "rounds"]
    if subject and not scope.region:
        names.append("regions")
    for name in names:
        yield from csv_lines(client, f"{PAGES}{subject}{name}.csv{scope.query}", scope)


def region_csv(client, scope):
    snapshot = f"?snapshot={scope.look}" if scope.look else ""
    address = f"{PAGES}regions/{scope.region}/progress.csv{snapshot}"
    return csv_lines(client, address, scope)


def csv_lines(client, address, scope):
    words = fetched(client, address).content.decode("utf-8-sig")
    return table_lines(address, scope, csv.reader(io.StringIO(words, newline="")))


def read_xlsx(client, scope, subject):
    return xlsx_lines(client, f"{PAGES}{subject}progress.xlsx{scope.query}", scope)


def region_xlsx(client, scope):
    snapshot = f"?snapshot={scope.look}" if scope.look else ""
    address = f"{PAGES}regions/{scope.region}/progress.xlsx{snapshot}"
    return xlsx_lines(client, address, scope)


def xlsx_lines(client, address, scope):
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, address).content))
    for sheet in book:
        yield from table_lines(
            address,
            scope,
            (
                ["" if cell is None else str(cell) for cell in row]
                for row in sheet.iter_rows(values_only=True)
            ),
        )


def table_lines(address, scope, rows):
    """The rows of a table say themselves what they are about; one without goals has none."""
    head = next(rows)
    if "goal" not in head:
        return
    for row in rows:
        said = dict(zip(head, row, strict=True))
        region = None if said["region"] == "all" else said["region"]
        of = scope._replace(round=said["round"], region=region)
        about = said["goal"] if said["objective"] == "all" else said["objective"]
        ratings = [said[name] for name in RATINGS] if said.get(RATINGS[0]) else None
        shown = figures_of(
            ratings,
            said["mean percent complete"],
            **{
                "challenges": said.get("reports that name any challenge"),
                "next steps": said.get("reports that name any next step"),
            },
        )
        yield Line(address, of, about, int(said["countries"]), int(said["reported"]), shown)


# Pages


def read_page(client, scope, subject):
    address = f"{PAGES if subject else '/'}{subject}{scope.query}"
    response = fetched(client, address)
    tables = elements(response, "table")
    for table in tables:
        caption = next((text(each) for each in walk(table) if each.name == "caption"), "")
        rows = [[text(cell) for cell in row.children] for row in body_rows(table)]
        if caption.startswith("The same figures as a table"):
            for row in rows:
                yield rating_row(address, scope, subject, row)
        elif caption.startswith("Mean percent complete in each round"):
            slugs = [text(each) for each in walk(table) if each.name == "th"][1:]
            for row in rows:
                for slug, cell in zip(slugs, row[1:], strict=False):
                    shown = figures_of(mean=percent_in(cell))
                    of_round = scope._replace(round=slug)
                    yield Line(address, of_round, row[0], None, None, shown)
    yield from named_on(address, scope, subject, response)


def body_rows(table):
    return [row for body in walk(table) if body.name == "tbody" for row in body.children]


def rating_row(address, scope, subject, row):
    """The subject is an objective, a goal, or a region of the page's own subject."""
    about, scope = (
        (number_of(subject), scope._replace(region=REGIONS_BY_NAME[row[0]]))
        if row[0] in REGIONS_BY_NAME
        else (row[0], scope)
    )
    withheld = row[1] == "withheld"
    reported, mean = (row[2], row[3]) if withheld else (row[8], row[9])
    reported, expected = numbers_in(reported.removesuffix(" partly withheld"))
    shown = figures_of(None if withheld else row[1:7], percent_in(mean))
    return Line(address, scope, about, expected, reported, shown)


def numbers_in(words):
    """Both of “2,900 of 3,332”."""
    return (int(each.replace(",", "")) for each in words.split(" of "))


def percent_in(words):
    found = re.match(r"([\d.]+)\s*%", words)
    return found and found[1]


def named_on(address, scope, subject, response):
    """How many reports name a kind: of all on a goal's page, of those behind on the first."""
    if subject:
        kinds = iter(("challenges", "next steps"))
        for each in elements(response, "section"):
            if text(each).startswith(("Challenges that", "Next steps that")):
                found = re.search(r"(\d+) of \d+ reports name a kind", text(each))
                shown = figures_of(**{next(kinds): found and found[1]})
                yield Line(address, scope, number_of(subject), None, None, shown)
        return
    for item in elements(response, "li", class_="attention-item"):
        [code] = [text(each) for each in walk(item) if dict(each.attributes).get("class") == "code"]
        why = [text(each) for each in walk(item) if each.name == "dd"]
        heads = [text(each) for each in walk(item) if each.name == "dt"]
        for head, said in zip(heads, why, strict=True):
            kind = "challenges" if head.startswith("Reason") else "next steps"
            named = re.search(r"of the (\d+) that name one", said)[1]
            shown = figures_of(**{f"{kind} of those behind": named})
            yield Line(address, scope, code, None, None, shown)


def region_page(client, scope):
    snapshot = f"?snapshot={scope.look}" if scope.look else ""
    address = f"{PAGES}regions/{scope.region}/{snapshot}"
    [grid] = elements(fetched(client, address), "table", class_="region-grid")
    head = [text(each) for each in walk(grid) if dict(each.attributes).get("scope") == "col"]
    rows = [row for row in walk(grid) if row.name == "tr"]
    for row in rows:
        name, *cells = [text(each) for each in row.children]
        about = name.split()[0] if name[0].isdigit() else ""
        of = scope._replace(region=None) if name.endswith("all regions") else scope
        for slug, cell in zip(head[1:], cells, strict=False):
            if found := re.search(r"[\d,]+ of [\d,]+(?=(, partly)?$)", cell):
                reported, expected = numbers_in(found[0])
                shown = figures_of(mean=percent_in(cell))
                of = of._replace(round=slug)
                yield Line(address, of, about, expected, reported, shown)


# Briefs, read as the data that is printed


def read_brief(client, scope, subject):
    address = f"{PAGES}{subject}brief.pdf{scope.query}"
    content = fetched(client, address).content
    brief = json.loads(content.partition(b"\n")[2])
    for section in brief["sections"]:
        for each in section["lines"]:
            of = scope
            about = each["name"]
            if about in REGIONS_BY_NAME:
                of = scope._replace(region=REGIONS_BY_NAME[about])
                about = number_of(subject)
            yield from brief_line(address, of, about, each, brief["rounds"])
    if brief["whole"]:
        yield from brief_line(address, scope, number_of(subject), brief["whole"], brief["rounds"])


def brief_line(address, scope, about, said, slugs):
    reported, expected = numbers_in(said["reported"])
    counts = [each["count"] for each in said["segments"][:-1]] or None
    yield Line(
        address, scope, about, expected, reported, figures_of(counts, percent_in(said["mean"]))
    )
    for slug, point in zip(slugs, said["trend"], strict=False):
        shown = figures_of(mean=percent_in(point["said"]))
        yield Line(address, scope._replace(round=slug), about, None, None, shown)


WAYS = [read_api, read_csv, read_xlsx, read_page, read_brief]
BY_REGION = {read_csv: region_csv, read_xlsx: region_xlsx, read_page: region_page}


# Indicators


class Value(NamedTuple):
    address: str
    scope: Scope
    indicator: str
    given: int | None
    has_value: bool
    others: tuple | None


def values(client, world):
    for scope in scopes(world):
        address = f"{API}indicators{scope.query}"
        for each in json.loads(fetched(client, address).content)["indicators"]:
            others = None if each["no_data"] is None else (each["no_data"], each["not_applicable"])
            has_value = each["value"] is not None
            yield Value(address, scope, each["code"], each["answered"], has_value, others)
        for subject in ["", *(f"objectives/{each.code}/" for each in world.objectives)]:
            address = f"{PAGES}{subject}indicators.csv{scope.query}"
            words = fetched(client, address).content.decode("utf-8-sig")
            for row in csv.DictReader(io.StringIO(words, newline="")):
                others = (
                    (int(row["no data"]), int(row["not applicable"])) if row["no data"] else None
                )
                of = scope._replace(round=row["round"])
                given = int(row["answered"]) if row["answered"] else None
                yield Value(address, of, row["indicator"], given, bool(row["value"]), others)


def value_statements(world, found):
    """Of the numbers, and of all who answered."""
    rules = {each.code: each.aggregation for each in world.indicators}
    for each in found:
        kinds = {"number": set(), "no_data": set(), "not_applicable": set()}
        for said in world.looks[each.scope.look]:
            if said.round != each.scope.round or each.scope.region not in (None, said.region):
                continue
            for answer in said.answers:
                of_pairs = rules[each.indicator] == "ratio_of_sums"
                if answer.indicator == each.indicator and not (
                    of_pairs and answer.kind == "number" and not answer.is_pair
                ):
                    kinds[answer.kind].add(said)
        numbers, *others = kinds.values()
        if each.given is not None and each.given != len(numbers):
            raise Unread(f"{each}: of {len(numbers)}")
        if each.has_value:
            yield Statement(f"numbers of {each.indicator}", frozenset(numbers), each.address)
        if each.others is not None:
            if each.others != tuple(map(len, others)):
                raise Unread(f"{each}: of {others}")
            everybody = frozenset().union(*kinds.values())
            yield Statement(f"answers about {each.indicator}", everybody, each.address)


# What each line is a sum of

# Ratings and percentages are of the same objectives as the reports that are counted; what is named
# is of those that keep nothing back of it.
TOGETHER = {"ratings": "ratings", "percentages": "ratings"}


def statements(world, found):
    """Of a total, those objectives whose figures it shows: they must come to what it says."""
    found = list(found)
    shown = {(each.scope, each.subject, kind) for each in found for kind in each.figures}
    codes = [each.code for each in world.objectives]
    index = defaultdict(list)
    for look, said in world.looks.items():
        for each in said:
            for region in (None, each.region):
                index[look, each.round, region, each.objective].append(each)
    tried = {}
    for line in found:
        for kinds in groups_of(line.figures):
            figures = {kind: line.figures[kind] for kind in kinds}
            key = line._replace(address="", figures=tuple(sorted(figures.items())))
            if key not in tried:
                tried[key] = summed(line._replace(figures=figures), codes, shown, index)
            for kind in kinds:
                about = frozenset(filter(BEHIND_IT[kind], tried[key]))
                if about:
                    yield Statement(SAME.get(kind, kind), about, line.address)


def groups_of(figures):
    groups = defaultdict(list)
    for kind in figures:
        groups[TOGETHER.get(kind, kind)].append(kind)
    return groups.values()


def summed(line, codes, shown, index):
    """The reports that the line is a sum of: of one objective, or of some of several."""
    of = [each for each in codes if f"{each}.".startswith(f"{line.subject}.") or not line.subject]
    if line.subject in codes:
        choices = [(line.subject,)]
    else:
        choices = [some for n in range(len(of), 0, -1) for some in itertools.combinations(of, n)]
        choices.sort(key=lambda some: sum(keeps_back(line, code, shown, index) for code in some))
    for some in choices:
        found = [each for code in some for each in index[*line.scope, code]]
        if fits(line, found):
            return found
    raise Unread(f"{line}: the sum of nothing")


def keeps_back(line, code, shown, index):
    """Whether there is something of the objective that its own line does not show."""
    return any(
        (line.scope, code, kind) not in shown
        and any(map(BEHIND_IT[kind], index[*line.scope, code]))
        for kind in line.figures
    )


def fits(line, found):
    # What is named is of fewer objectives than the reports that are counted beside it.
    if not TOGETHER.keys().isdisjoint(line.figures) and line.reported not in (None, len(found)):
        return False
    return all(figure == true_of(kind, found) for kind, figure in line.figures.items())


def true_of(kind, found):
    found = list(filter(BEHIND_IT[kind], found))
    if kind == "ratings":
        counts = Counter(each.rating for each in found)
        return tuple(counts[name] for name in RATINGS)
    if kind == "percentages":
        if not found:
            return None
        mean = Decimal(sum(each.percent for each in found)) / len(found)
        return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return len(found)
