"""What a round has to tell by itself: that it is open, nearly due, overdue. Each once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import MemberCountry, Membership, User
from members.models.people import COUNTRY_ROLES
from objectives.models import Objective
from reporting.models import (
    Extension,
    Mail,
    ProgressReport,
    ReportingRound,
    Status,
    Submission,
)
from reporting.models.choices import WITH_THE_SECRETARIAT
from reporting.notifications.letters import (
    CANNOT_WAIT,
    Letter,
    address,
    as_mail,
    because_of,
    day,
    instant,
)

OPENED, DUE, OVERDUE = "opened", "due", "overdue"
# The nearest first: of two that were missed, only the later one is still true.
DAYS_BEFORE = [3, 14]
# What could not be told by then is no news any more.
NEWS_FOR = timedelta(days=7)


def queue_reminders(now):
    """Writes what is to be told at the instant `now` and was not. Returns {round: number}."""
    officers = list(
        Membership.objects.filter(role__in=COUNTRY_ROLES, user__is_active=True)
        .select_related("user", "country")
        .order_by("user")
    )
    recent = now - NEWS_FOR
    rounds = ReportingRound.objects.opened_by(now).select_related("framework")
    rounds = rounds.filter(
        Q(due_at__gt=recent) | Q(extensions__granted_until__gt=recent)
    ).distinct()
    return {each: _queue_for(each, officers, now) for each in rounds}


def _queue_for(reporting_round, officers, now):
    objectives = list(Objective.objects.of(reporting_round.framework))
    states = _states(reporting_round)
    extended = dict(
        Extension.objects.filter(round=reporting_round, state=Extension.State.GRANTED)
        .order_by()
        .values_list("country")
        .annotate(Max("granted_until"))
    )
    prefix = f"round-{reporting_round.pk}-"
    told = set(Mail.objects.filter(key__startswith=prefix).values_list("key", flat=True))
    mails = []
    for officer in officers:
        country, user = officer.country, officer.user
        due_at = max(reporting_round.due_at, extended.get(country.pk) or reporting_round.due_at)
        for kind, name in news(reporting_round, due_at, now):
            key = f"{prefix}{name}-user-{user.pk}"
            if key in told:
                continue
            owed = [
                (each, status)
                for each in objectives
                for status, was_handed_in in [states[country.pk].get(each.pk, (None, False))]
                if owes(status, was_handed_in, kind)
            ]
            if owed:
                about = Reminder(reporting_round, country, user, due_at, owed, len(objectives))
                letter = LETTERS[kind](about)
                urgent = kind == DUE and due_at - now < CANNOT_WAIT
                mails.append(as_mail(letter, key=key, recipient=user, urgent=urgent))
    # Another run may have written the same meanwhile.
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def news(reporting_round, due_at, now):
    """(kind, name in the key) of what is true now and worth telling, given a country's due date."""
    if now < min(reporting_round.opens_at + NEWS_FOR, due_at):
        yield OPENED, OPENED
    if due_at <= now < due_at + NEWS_FOR:
        yield OVERDUE, OVERDUE
    for days in DAYS_BEFORE:
        at = due_at - timedelta(days=days)
        if reporting_round.opens_at < at <= now < due_at:
            # With the date: after an extension there is another one to be reminded of.
            yield DUE, f"due-{due_at:%Y%m%d}-{days}-days"
            return


def owes(status, was_handed_in, kind):
    """Whether an objective is to be told of; what was handed in once is not overdue any more."""
    return status not in WITH_THE_SECRETARIAT and (kind != OVERDUE or not was_handed_in)


def _states(reporting_round):
    """{country: {objective: (status, whether it was handed in once)}}"""
    states = defaultdict(dict)
    reports = ProgressReport.objects.filter(round=reporting_round).order_by()
    handed_in = Exists(Submission.objects.filter(report=OuterRef("pk")))
    for country, objective, *state in reports.values_list(
        "country", "objective", "status", handed_in
    ):
        states[country][objective] = tuple(state)
    return states


@dataclass(frozen=True)
class Reminder:
    """Of what a person is reminded: his country owes `owed` of `asked` reports by `due_at`."""

    round: ReportingRound
    country: MemberCountry
    recipient: User
    due_at: datetime
    owed: list[tuple[Objective, str | None]]
    asked: int

    def instant(self, at):
        return instant(at, self.recipient)

    @property
    def names(self):
        return {
            "country": self.country.name,
            "round": self.round.name,
            "owed": len(self.owed),
            "asked": self.asked,
            "handed_in": self.asked - len(self.owed),
            "day": day(self.due_at, self.recipient),
            "due": self.instant(self.due_at),
        }

    @property
    def common(self):
        return {
            "link": _("Open your desk"),
            "url": address("reporting:desk", round=self.round.slug),
            "because": because_of(self.country),
        }

    @property
    def asking(self):
        return {
            "link": _("Ask for an extension"),
            "url": address("reporting:extension_ask", self.round.slug),
        }

    @property
    def links(self):
        return [
            (
                f"{objective.code} {objective.statement}"
                + (f" ({Status(status).label})" if status else ""),
                address("reporting:report_edit", self.round.slug, objective.code),
            )
            for objective, status in self.owed
        ]


def letter_opened(about):
    """Of every objective: nobody has reported yet."""
    period = _("%(first)s to %(last)s") % {
        "first": date_format(about.round.starts_on),
        "last": date_format(about.round.ends_on),
    }
    return Letter(
        subject=_("Open: %(country)s, %(round)s, due %(day)s") % about.names,
        opening=_(
            "The round “%(round)s” is open. %(country)s is asked to report on %(asked)s objectives."
        )
        % about.names,
        facts=[
            (_("Country"), about.country.name),
            (_("Round"), about.round.name),
            (_("Period"), period),
            (_("Opens"), about.instant(about.round.opens_at)),
            (_("Due"), about.instant(about.due_at)),
            (_("Closes"), about.instant(max(about.round.closes_at, about.due_at))),
        ],
        next_step=_("Write a report on each objective and submit it before %(due)s.") % about.names,
        **about.common,
    )


def letter_due(about):
    owed = ngettext("%(owed)s is still owed:", "%(owed)s are still owed:", len(about.owed))
    opening = _(
        "The reports of %(country)s for the round “%(round)s” are due before %(due)s. "
        "%(handed_in)s of %(asked)s reports are handed in;"
    )
    return Letter(
        subject=_("Due %(day)s: %(owed)s of %(asked)s reports owed, %(country)s, %(round)s")
        % about.names,
        opening=f"{opening} {owed}" % about.names,
        owed=about.links,
        next_step=_(
            "Submit them before then. Afterwards a first report is taken only with an extension; "
            "you can ask for one on your desk."
        ),
        **about.common,
    )


def letter_overdue(about):
    owed = ngettext("%(owed)s is overdue:", "%(owed)s are overdue:", len(about.owed))
    opening = _(
        "The reports of %(country)s for the round “%(round)s” were due before %(due)s. "
        "%(handed_in)s of %(asked)s reports are handed in;"
    )
    return Letter(
        subject=_("Overdue: %(owed)s of %(asked)s reports, %(country)s, %(round)s") % about.names,
        opening=f"{opening} {owed}" % about.names,
        owed=about.links,
        next_step=_(
            "They are taken only with an extension now. Ask the secretariat for one, with a reason."
        ),
        **about.common | about.asking,
    )


LETTERS = {OPENED: letter_opened, DUE: letter_due, OVERDUE: letter_overdue}
