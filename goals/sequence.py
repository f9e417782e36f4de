from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def neighbours(items: Sequence[Item], item: Item) -> tuple[Item | None, Item | None]:
    """What stands before and after `item`; None at either end."""
    position = items.index(item)
    before = items[position - 1] if position else None
    after = items[position + 1] if position + 1 < len(items) else None
    return before, after
