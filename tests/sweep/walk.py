"""Looks at everything as everybody, and keeps what nobody should have seen."""

import random
from collections import Counter, defaultdict
from typing import NamedTuple
from urllib.parse import urlencode

from members.models import MemberCountry, Region, User
from reporting.models import Mail, ProgressReport, ReportingRound, Snapshot
from tests.sweep.marks import marks_in, may_see
from tests.sweep.reading import words_of
from tests.sweep.routes import Addresses
from tests.sweep.world import Reader

# What ends a session, and what only Django's own machinery answers.
NOT_VISITED = {"members:logout", "account_logout", "admin:logout"}
# The methods that only look.
LOOKS = ["GET"] * 30 + ["HEAD", "OPTIONS"]
QUERIED = 0.4


class Leak(NamedTuple):
    reader: str
    address: str
    mark: str

    def __str__(self):
        return f"{self.reader} found {self.mark} at {self.address}"


class Failure(NamedTuple):
    reader: str
    address: str
    status: int

    def __str__(self):
        return f"{self.reader} got {self.status} from {self.address}"


class Sweep:
    """Probes of one world. `seen` counts what was shown to those who may see it."""

    def __init__(self, world, *, seed=0, countries=None, stop=False):
        self.world = world
        self.addresses = Addresses(seed)
        self.random = random.Random(seed)
        self.queries = Queries(self.random)
        self.leaks, self.failures = [], []
        self.probes, self.mails, self.statuses = 0, 0, Counter()
        self.seen, self.visited = Counter(), Counter()
        self.answers, self.admitted = defaultdict(Counter), defaultdict(set)
        members = world.countries[:countries] if countries else world.countries
        readers = [reader for country in members for reader in world.readers_of(country)]
        # As many looks by those without a country as by all that have one.
        others = world.readers
        self.readers = readers + others * max(1, len(readers) // (2 * len(others)))
        self.browsers = {str(each): each.browser() for each in {*readers, *others}}
        self.names = [name for name in self.addresses.routes if name not in NOT_VISITED]

    def run(self, number):
        """`number` addresses asked: each route as often as any other, but for the many of the
        admin. The mails are read beside, and are no probes.
        """
        self.read_mails()
        yield from self.tour()
        while self.probes < number:
            yield from self.round(number)

    def tour(self):
        """An officer of the first country at all that is his: chance may pass something by."""
        [reader, *_others] = self.world.readers_of(self.world.countries[0])
        for name in ("reporting:report_edit", "reporting:report_evidence"):
            for address in self.addresses.all_of(name):
                self.look(reader, address, "GET")
                yield

    def round(self, number):
        self.random.shuffle(self.names)
        for name in self.names:
            if self.probes >= number:
                return
            if name.startswith("admin:") and name in self.visited and self.random.random() < 0.75:
                continue
            # Whoever is no staff sees nothing of the admin: few of those looks are worth it.
            readers = self.readers
            if name.startswith("admin:") and self.random.random() < 0.8:
                readers = [each for each in readers if each.is_signed_in and each.user.is_staff]
            # Half of the looks are of those who got a page here: most others are refused at once.
            if self.admitted[name] and self.random.random() < 0.5:
                readers = [each for each in readers if each.name in self.admitted[name]]
            reader = self.random.choice(readers)
            address = self.addresses.draw(name, reader.country)
            if self.random.random() < QUERIED:
                address += self.queries.draw(name)
            status = self.look(reader, address)
            self.answers[name][status] += 1
            if status == 200:
                self.admitted[name].add(reader.name)
            self.visited[name] += 1
            yield

    def look(self, reader, address, method=None):
        browser = self.browsers[str(reader)]
        browser.raise_request_exception = False
        response = browser.generic(method or self.random.choice(LOOKS), address)
        self.probes += 1
        self.statuses[response.status_code] += 1
        if response.status_code >= 500:
            self.failures.append(Failure(str(reader), address, response.status_code))
        self.judge(reader, address, words_of(response))
        return response.status_code

    def judge(self, reader, address, words):
        for mark in marks_in(words):
            if may_see(reader, mark):
                self.seen[mark.state, mark.kind] += 1
            else:
                self.leaks.append(Leak(str(reader), address, str(mark)))

    def read_mails(self):
        """Each mail of the outbox, as its recipient."""
        people = {each.pk: each for each in User.objects.prefetch_related("memberships__country")}
        for mail in Mail.objects.order_by("pk"):
            person = people[mail.recipient_id]
            reader = Reader("mail to", person, person.country and person.country.iso2)
            words = "\n".join([mail.key, mail.subject, mail.body, mail.html])
            self.mails += 1
            self.judge(reader, f"mail {mail.key}", words)

    @property
    def unseen(self):
        """(state, kind) of what nobody has been shown: a sweep that finds nothing looks nowhere."""
        there = {(mark.state, mark.kind) for mark in marks_of(self.world)}
        return there - set(self.seen)

    @property
    def never_opened(self):
        """{name of a route: its answers} of those that nobody has got a page from."""
        return {name: found for name, found in self.answers.items() if not found[200]}

    @property
    def unvisited(self):
        return set(self.names) - set(self.visited)


def marks_of(world):
    """Of the first country, all that its own officers can find in the portal."""
    [country] = {each.iso2 for each in world.countries[:1]}
    texts = []
    for report in ProgressReport.objects.filter(country__iso2=country):
        texts += [report.achievements, report.challenges]
        texts += report.indicator_values.values_list("note", flat=True)
        texts += report.evidence.values_list("title", flat=True)
        texts += report.events.values_list("comment", flat=True)
    return {mark for text in texts for mark in marks_in(text)}


class Queries:
    """What may stand behind a question mark: each filter with values of the world."""

    def __init__(self, chance):
        self.random = chance
        reports = all_of(ProgressReport, "pk")
        self.filters = {
            "round": all_of(ReportingRound, "slug"),
            "region": all_of(Region, "code"),
            "country": [*all_of(MemberCountry, "iso2"), *all_of(MemberCountry, "pk")],
            "snapshot": all_of(Snapshot, "number"),
            "status": ["draft", "returned", "submitted", "approved"],
            "rating": ["at_risk", "on_track"],
            "since": ["return", "approved"],
            "from": ["last"],
            "report": [f"{pk}:{version}" for pk in reports for version in "23"],
            "next": ["/reporting/"],
            "page": [1, 2],
            "claimed_by": ["me", "nobody"],
            "objective": ["1.1", "1.4"],
        }
        # A search for what is hidden: the words of a query are shown, so it is not a whole mark.
        self.words = sorted({mark.stem for mark in every_mark()})

    def draw(self, name):
        if name == "reporting:search" or name.startswith("admin:"):
            return "?" + urlencode({"q": self.random.choice(self.words)})
        chosen = self.random.sample(sorted(self.filters), self.random.randint(1, 3))
        return "?" + urlencode({each: self.random.choice(self.filters[each]) for each in chosen})


def every_mark():
    found = set()
    for texts in ProgressReport.objects.values_list("achievements", "challenges"):
        found |= marks_in(" ".join(texts))
    return found


def all_of(model, name):
    found = model.objects.exclude(**{name: None}).order_by("pk")
    return list(found.values_list(name, flat=True)) or [1]
