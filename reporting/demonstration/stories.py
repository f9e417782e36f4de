"""What the reports of the open round show that a newcomer should find without making it first."""

from dataclasses import dataclass, field

from reporting.models import ReportEvent


@dataclass(frozen=True)
class Story:
    """What is told of one report; what it leaves out is left to chance."""

    path: list[ReportEvent.Kind] = field(default_factory=list)
    comment: str = ""
    field_comments: dict[str, str] = field(default_factory=dict)
    only_commented: bool = False
    confirms_last: bool = False
    leaves_one_out: bool = False
    signs_as: str = ""
    claimed_by: str = ""
    # {"title", "url"} or {"title", "file_name", "lines"} each.
    evidence: list[dict] = field(default_factory=list)


UNTOLD = Story()


def parsed_stories(stories: dict[str, dict]) -> dict[str, Story]:
    """By country and objective: `FR-1.3`."""
    return {
        name: Story(**story | {"path": [ReportEvent.Kind(kind) for kind in story.get("path", [])]})
        for name, story in stories.items()
    }
