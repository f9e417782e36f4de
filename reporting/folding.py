"""What the search compares: words in folded texts, and where they stand in those that are shown."""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from members.folding import FOLDS, fold

SHORTEST_WORD = 2
QUOTATION_MARKS = "\"'«»‹›"
PASSAGE = 240
BEFORE_THE_HIT = 70
MOST_PASSAGES = 3


class Part(NamedTuple):
    """A piece of a text; `marked` where one of the words is."""

    text: str
    marked: bool


def words_of(query: str) -> list[str]:
    """The folded words that a text must hold, each once; those of one character are no help."""
    # Elsewhere quotation marks hold words together; here all words are asked for anyway.
    words = dict.fromkeys(word.strip(QUOTATION_MARKS) for word in fold(query).split())
    return [word for word in words if len(word) >= SHORTEST_WORD]


def holds(folded: str, words: list[str]) -> bool:
    return all(word in folded for word in words)


def marked(text: str, words: list[str]) -> list[Part]:
    """The whole text in pieces, with the words marked."""
    return _cut(text, spans(text, words), 0, len(text))


def passage(text: str, words: list[str], around: list[str]) -> list[Part]:
    """The text around the first of some of the words, with all of them marked."""
    hits = spans(text, around)
    if not hits:
        return []
    start = max(hits[0][0] - BEFORE_THE_HIT, 0)
    if start:
        # From the next whole word on.
        start = text.find(" ", start, hits[0][0]) + 1 or start
    end = max(start + PASSAGE, hits[0][1])
    if end < len(text):
        end = max(text.rfind(" ", start, end), hits[0][1])
    parts = _cut(text, spans(text, words), start, end)
    before = [Part("… ", False)] if start else []
    behind = [Part(" …", False)] if end < len(text) else []
    return before + parts + behind


def passages(texts: dict[str, str], words: list[str]) -> list[tuple[str, list[Part]]]:
    """Under the names of the texts, as few passages as show every word that is in them."""
    found, left = [], words
    while left and len(found) < MOST_PASSAGES:
        held = {name: [word for word in left if word in fold(text)] for name, text in texts.items()}
        name = max(held, key=lambda name: len(held[name]))
        if not held[name]:
            break
        parts = passage(texts[name], words, held[name])
        found.append((name, parts))
        shown = fold("".join(part.text for part in parts))
        left = [word for word in left if word not in shown]
    return found


def spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where the words are in the text as it is shown, in order and without overlap."""
    pieces = [FOLDS[ord(character)] for character in text]
    folded = "".join(pieces)
    starts = [0, *accumulate(map(len, pieces))]
    found: list[tuple[int, int]] = []
    for at, length in sorted(_hits(folded, words)):
        start = bisect_right(starts, at) - 1
        end = bisect_right(starts, at + length - 1)
        # The accent that follows its letter belongs to it.
        while end < len(text) and not pieces[end]:
            end += 1
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _hits(folded: str, words: list[str]) -> list[tuple[int, int]]:
    hits = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            hits.append((at, len(word)))
            at = folded.find(word, at + len(word))
    return hits


def _cut(text: str, found: list[tuple[int, int]], start: int, end: int) -> list[Part]:
    parts, at = [], start
    for first, last in found:
        first, last = max(first, start), min(last, end)
        if first < last:
            parts += [Part(text[at:first], False), Part(text[first:last], True)]
            at = last
    return [part for part in [*parts, Part(text[at:end], False)] if part.text]
