"""What a mail says, as text and as HTML."""

import textwrap
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.models import User
from reporting.models import Mail, ProgressReport

COLUMNS = 78
QUOTED = "    "
# A day more or less decides here: such a mail does not wait for the one of the day.
CANNOT_WAIT = timedelta(days=2)


@dataclass(frozen=True)
class Item:
    """One of several things that a mail tells of."""

    what: str
    url: str
    facts: Iterable[tuple[str, str]] = ()


@dataclass(frozen=True)
class Letter:
    """What happened, in whose words, what to do next, and why it is told to this person."""

    subject: str
    opening: str
    quote: str = ""
    comments: Iterable[tuple[str, str]] = ()
    facts: Iterable[tuple[str, str]] = ()
    owed: Iterable[tuple[str, str]] = ()
    items: Iterable[Item] = ()
    next_step: str = ""
    link: str = ""
    url: str = ""
    because: str = ""


def as_mail(
    letter: Letter,
    *,
    key: str,
    recipient: User,
    report: ProgressReport | None = None,
    urgent: bool = False,
    elsewhere: str = "",
) -> Mail:
    """The row to be sent; of one that waits for the mail of the day, what that will tell."""
    waits = recipient.wants_digest and not urgent
    core_text = text_of(letter)
    core_html = render_to_string("reporting/mail/_letter.html", {"letter": letter})
    mail = Mail(
        key=key,
        recipient=recipient,
        address=elsewhere,
        report=report,
        subject=one_line(letter.subject),
        waits_for_digest=waits,
    )
    if waits:
        mail.body, mail.html = core_text, core_html
    else:
        because = letter.because
        has_choice = recipient.is_active and not elsewhere
        if has_choice and recipient.wants_digest:
            because += " " + _("It could not wait for your mail of the day.")
        mail.body, mail.html = framed(
            mail.subject, core_text, core_html, recipient, because, has_choice=has_choice
        )
    return mail


@dataclass(frozen=True)
class News:
    """What somebody is to be told at once. Its letter is only written if it was not told before."""

    key: str
    recipient: User
    letter: Callable[[], Letter]
    elsewhere: str = ""

    def as_mail(self) -> Mail:
        return as_mail(
            self.letter(),
            key=self.key,
            recipient=self.recipient,
            urgent=True,
            elsewhere=self.elsewhere,
        )


def framed(
    subject: str, text: str, html: str, recipient: User, because: str, *, has_choice: bool = True
) -> tuple[str, str]:
    """With a greeting, and why it comes and how to have it otherwise, as text and as HTML."""
    greeting = _("Dear %(name)s,") % {"name": recipient.name}
    profile = address("members:profile")
    if not has_choice:
        how = profile = ""
    elif recipient.wants_digest:
        how = _("You have chosen one mail a day. You can change that in your profile:")
    else:
        how = _("You can have one mail a day instead. Choose that in your profile:")
    foot = "-- \n" + wrapped(f"{because} {how}") + f"\n{profile}"
    blocks = [wrapped(greeting), text, foot.rstrip("\n")]
    page = render_to_string(
        "reporting/mail/mail.html",
        {
            "subject": subject,
            "greeting": greeting,
            "html": html,
            "because": because,
            "how": how,
            "profile": profile,
        },
    )
    return "\n\n".join(blocks) + "\n", page


def text_of(letter: Letter) -> str:
    blocks = [wrapped(letter.opening)]
    if letter.quote:
        blocks.append(wrapped(letter.quote, first=QUOTED))
    for label, comment in letter.comments:
        blocks.append(f"{wrapped(label)}:\n{wrapped(comment, first=QUOTED)}")
    if letter.facts:
        facts = [wrapped(value, first=f"{label}: ".ljust(13)) for label, value in letter.facts]
        blocks.append("\n".join(facts))
    if letter.owed:
        blocks.append(
            "\n".join(f"{wrapped(what, first='- ')}\n  {url}" for what, url in letter.owed)
        )
    blocks += [item_text(item) for item in letter.items]
    if letter.next_step:
        blocks.append(wrapped(letter.next_step))
    if letter.url:
        blocks.append(f"{letter.link}:\n{letter.url}")
    return "\n\n".join(blocks)


def item_text(item: Item) -> str:
    facts = [wrapped(value, first=f"  {label}: ") for label, value in item.facts]
    return "\n".join([wrapped(item.what, first="- "), *facts, f"  {item.url}"])


def wrapped(text: str, *, first: str = "") -> str:
    """In lines that every reader shows whole, behind `first`; lines that were typed stay lines."""
    further = " " * len(first)
    lines = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            line,
            COLUMNS,
            initial_indent=further if lines else first,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def instant(at: datetime, recipient: User) -> str:
    """In the recipient's time, with UTC beside it; the day of that only where it is another."""
    here, utc = local(at, recipient), timezone.localtime(at, UTC)
    shown = date_format(here, "DATETIME_FORMAT")
    if recipient.time_zone == "UTC":
        return f"{shown} UTC"
    beside = "TIME_FORMAT" if here.date() == utc.date() else "DATETIME_FORMAT"
    return f"{shown} ({recipient.time_zone}), {date_format(utc, beside)} UTC"


def day(at: datetime, recipient: User) -> str:
    return date_format(local(at, recipient))


def local(at: datetime, recipient: User) -> datetime:
    return timezone.localtime(at, zoneinfo.ZoneInfo(recipient.time_zone))


def address(name: str, *args, **query: str) -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse(name, args=args, query=query or None)


def one_line(text: str) -> str:
    """As a subject must be, whatever the names in it hold."""
    return Truncator(" ".join(text.split())).chars(200)


def because_of(country) -> str:
    return _("You get this mail because you report for %(country)s.") % {"country": country.name}
