"""What changed between two texts, word by word.

Pure: two texts in, segments out; a page decides how to mark them. The segments that are
same or added make up the later text, letter by letter. Runs of spaces do not count as a
difference, line breaks do.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from difflib import Match, SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

PARTS = re.compile(r"\r?\n|[^\S\n]+|\S+")
# They end a word without being of it: "held." and "held," are the same word.
MARKS = ".,;:!?)]}»”’\"'،؛؟۔"
# How many words, and pairs of equal words, are looked at: half a second's worth. Two real texts
# of 10,000 characters need a twentieth of it, two made to be slow would take minutes.
MOST_STEPS = 2_000_000


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Segment(NamedTuple):
    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Segment]:
    old, new = words(before), words(after)
    old_keys, new_keys = [key(word) for word in old], [key(word) for word in new]
    head = common_length(old_keys, new_keys)
    tail = common_length(old_keys[head:][::-1], new_keys[head:][::-1])
    same = matches(old_keys[head : len(old) - tail], new_keys[head : len(new) - tail])
    segments = [Segment(Kind.SAME, "".join(new[:head]))]
    i = k = head
    for match in same:
        old_start, new_start = head + match.a, head + match.b
        segments.append(Segment(Kind.REMOVED, "".join(old[i:old_start])))
        segments.append(Segment(Kind.ADDED, "".join(new[k:new_start])))
        i, k = old_start + match.size, new_start + match.size
        segments.append(Segment(Kind.SAME, "".join(new[new_start:k])))
    segments.append(Segment(Kind.SAME, "".join(new[k:])))
    return list(merged(segments))


def replaced(before: str, after: str) -> list[Segment]:
    """The one value in place of the other: for a choice or a number, of which no half stays."""
    if before == after:
        return list(merged([Segment(Kind.SAME, after)]))
    return list(merged([Segment(Kind.REMOVED, before), Segment(Kind.ADDED, after)]))


def words(text: str) -> list[str]:
    """The text in pieces: words and marks with the spaces after them, and line breaks."""
    pieces: list[str] = []
    for part in PARTS.findall(text):
        if "\n" in part:
            pieces.append(part)
        elif part.isspace():
            if pieces and "\n" not in pieces[-1]:
                pieces[-1] += part
            else:
                pieces.append(part)
        else:
            word = part.rstrip(MARKS)
            pieces.extend(piece for piece in [word, part[len(word) :]] if piece)
    return pieces


def key(piece: str) -> str:
    return "\n" if "\n" in piece else piece.strip()


def common_length(one: list[str], other: list[str]) -> int:
    for length, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return length
    return min(len(one), len(other))


def matches(old: list[str], new: list[str]) -> list[Match]:
    """The runs that both have, in order; the longest is found first, then those beside it."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    counts = Counter(new)
    found = [Match(len(old), len(new), 0)]
    ranges = deque([(0, len(old), 0, len(new))])
    steps = 0
    while ranges:
        i, old_end, k, new_end = ranges.popleft()
        steps += sum(1 + counts[word] for word in old[i:old_end])
        if steps > MOST_STEPS:
            break
        match = matcher.find_longest_match(i, old_end, k, new_end)
        if match.size:
            found.append(match)
            ranges.append((i, match.a, k, match.b))
            ranges.append((match.a + match.size, old_end, match.b + match.size, new_end))
    return sorted(found)


def merged(segments: list[Segment]) -> Iterator[Segment]:
    """Without empty ones, and with neighbours of one kind put together."""
    last: Segment | None = None
    for segment in segments:
        if not segment.text:
            continue
        if last and last.kind == segment.kind:
            last = Segment(last.kind, last.text + segment.text)
            continue
        if last:
            yield last
        last = segment
    if last:
        yield last
