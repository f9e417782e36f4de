"""Sets a brief as PDF. What people wrote goes in as data and is never read as markup."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import typst

from reporting.briefs.content import Brief

SOURCE = Path(__file__).with_name("brief.typ").read_bytes()


def brief_pdf(brief: Brief, made_at: datetime) -> bytes:
    """The same brief gives the same bytes: only the fonts that come with typst are used.

    They have Latin, Greek, Cyrillic and Arabic letters; others are printed as empty boxes. For
    their sake no standard is asked for that refuses these.
    """
    return typst.compile(
        SOURCE,
        sys_inputs={"brief": json.dumps(asdict(brief))},
        ignore_system_fonts=True,
        timestamp=made_at.replace(microsecond=0),
    )
