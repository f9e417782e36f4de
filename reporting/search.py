"""What holds all words of a query, of all that a person may read.

The texts of frameworks are few: they are folded as they are read. Those of reports are
kept folded. Who may read a report is asked before its text is looked into, so what is hidden
changes no result and no count.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Model, Q, TextChoices, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from goals.models import Framework
from members.folding import fold
from members.models import User
from reporting.folding import Part, holds, marked, passages
from reporting.models import ProgressReport, Status
from reporting.texts import FIELDS


class Kind(TextChoices):
    OBJECTIVE = "objective", _("Objectives")
    INDICATOR = "indicator", _("Indicators")
    GOAL = "goal", _("Goals")
    FRAMEWORK = "framework", _("Frameworks")
    REPORT = "report", _("Reports")


@dataclass(frozen=True)
class Hit:
    """A result as a page shows it."""

    address: str
    code: list[Part]
    title: list[Part]
    origin: list[str]
    passages: list[tuple[str, list[Part]]]
    state: str = ""


@dataclass(frozen=True)
class Group:
    """The results of one kind: how many, of how many that the reader may read."""

    kind: Kind
    number: int
    total: int
    hits: list[Hit]


class Entry(NamedTuple):
    """A text of a framework that can be found."""

    subject: Model
    code: str
    title: str
    origin: list[str]
    text: str = ""


class Search:
    """In all of `frameworks`, or in the one that is chosen."""

    def __init__(
        self,
        words: list[str],
        user: User,
        frameworks: list[Framework],
        framework: Framework | None = None,
    ):
        self.words = words
        self.user = user
        self.frameworks = [framework] if framework else frameworks
        self.framework = framework

    def groups(self, kinds: list[Kind], shown: slice) -> list[Group]:
        """The results of each kind, of which a page shows a part."""
        texts = [kind for kind in kinds if kind != Kind.REPORT]
        entries = entries_of(self.frameworks) if texts else {}
        groups = [self._texts(kind, entries[kind], shown) for kind in texts]
        return [*groups, self._reports(shown)] if Kind.REPORT in kinds else groups

    def _texts(self, kind, entries, shown):
        found = [
            entry
            for entry in entries
            if holds(fold(f"{entry.code}\n{entry.title}\n{entry.text}"), self.words)
        ]
        found.sort(key=self._rank)
        hits = [self._hit(entry) for entry in found[shown]]
        return Group(kind, len(found), len(entries), hits)

    def _rank(self, entry):
        """What has the very code or all words in its title comes first."""
        return fold(entry.code) not in self.words, not holds(fold(entry.title), self.words)

    def _hit(self, entry):
        return Hit(
            entry.subject.get_absolute_url(),
            marked(entry.code, self.words),
            marked(entry.title, self.words),
            entry.origin,
            passages({"": entry.text}, self.words),
        )

    def _reports(self, shown):
        readable = ProgressReport.objects.visible_to(self.user)
        if self.framework:
            readable = readable.of(self.framework)
        # The longest word first: it is the rarest.
        said = Q()
        for word in sorted(self.words, key=len, reverse=True):
            said &= Q(folded__text__contains=word)
        # Not a WHERE: which rows may be read is decided before any text is looked into.
        counts = readable.order_by("-round__starts_on").values_list("round__starts_on")
        counts = list(counts.annotate(number=Count("pk", filter=said), total=Count("pk")))
        starts, part = where_they_are([(start, number) for start, number, _ in counts], shown)
        found = readable.filter(said, round__starts_on__in=starts).select_related(
            "round__framework", "objective__goal", "country"
        )
        found = found.order_by(
            "-round__starts_on",
            "country__name_en",
            "objective__goal__number",
            "objective__number",
            "pk",
        )
        return Group(
            Kind.REPORT,
            number=sum(number for _start, number, _total in counts),
            total=sum(total for _start, _number, total in counts),
            hits=[self._report(report) for report in found[part]] if starts else [],
        )

    def _report(self, report):
        texts = {
            report._meta.get_field(name).verbose_name: getattr(report, name) for name in FIELDS
        }
        return Hit(
            report.get_absolute_url(),
            [Part(report.objective.code, False)],
            [Part(f"{report.country.name}: {report.objective.statement}", False)],
            [report.round.framework.title, report.round.name],
            passages(texts, self.words),
            "" if report.status == Status.APPROVED else report.get_status_display(),
        )


def where_they_are(counts: list[tuple[date, int]], shown: slice) -> tuple[list[date], slice]:
    """The starts of the rounds that a page of all hits is in, and which part of theirs it is.

    `counts` are the hits by the start of their round, in the order of the pages: where many say a
    word, a page reads and sorts the reports of one round and not of all.
    """
    begin, end = shown.start or 0, shown.stop
    starts, skipped, before = [], 0, 0
    for start, number in counts:
        if number and before < end and begin < before + number:
            skipped = skipped if starts else before
            starts.append(start)
        before += number
    return starts, slice(begin - skipped, end - skipped)


def entries_of(frameworks) -> dict[Kind, list[Entry]]:
    """What can be found in these frameworks, in their order."""
    prefetch_related_objects(frameworks, "goals__objectives__indicators")
    entries: dict[Kind, list[Entry]] = {kind: [] for kind in Kind}
    for framework in frameworks:
        entries[Kind.FRAMEWORK].append(framework_entry(framework))
        for goal in framework.goals.all():
            entries[Kind.GOAL].append(goal_entry(goal))
            for objective in goal.objectives.all():
                entries[Kind.OBJECTIVE].append(objective_entry(objective))
                for indicator in objective.indicators.all():
                    entries[Kind.INDICATOR].append(indicator_entry(indicator))
    return entries


def framework_entry(framework):
    texts = "\n".join(filter(None, [framework.vision, framework.summary]))
    return Entry(framework, framework.slug, framework.title, [], texts)


def goal_entry(goal):
    origin = [goal.framework.title]
    return Entry(goal, str(goal.number), goal.title, origin, goal.description)


def objective_entry(objective):
    goal = objective.goal
    origin = [goal.framework.title, f"{goal.framework.goal_label} {goal.number}"]
    return Entry(objective, objective.code, objective.statement, origin)


def indicator_entry(indicator):
    objective = indicator.objective
    label = objective.goal.framework.objective_label
    origin = [objective.goal.framework.title, f"{label} {objective.code}"]
    return Entry(indicator, indicator.code, indicator.name, origin, indicator.definition)
