from reporting.actions.books import (
    TooMany,
    ask_book,
    begin_book,
    finish_book,
    go_on_with_book,
)
from reporting.actions.countries import store_country
from reporting.actions.drafts import confirm_unchanged, save_draft
from reporting.actions.errors import (
    AlreadyTold,
    ClosedField,
    Conflict,
    Incomplete,
    Overdue,
    RoundClosed,
    SomeConflict,
)
from reporting.actions.evidence import add_evidence, remove_evidence
from reporting.actions.extensions import answer_extension, ask_extension, grant_extension
from reporting.actions.handovers import hand_over
from reporting.actions.overrides import set_status
from reporting.actions.quotations import (
    choose_quotation,
    confirm_quotation,
    take_back_quotation,
)
from reporting.actions.readiness import tell_ready
from reporting.actions.reviewing import (
    approve_report,
    approve_reports,
    claim_report,
    release_report,
    reopen_report,
    return_report,
)
from reporting.actions.rounds import change_round, close_round, create_round, open_round
from reporting.actions.snapshots import confirm_snapshot, discard_snapshot, propose_snapshot
from reporting.actions.submitting import (
    enter_report,
    submit_report,
    submit_reports,
    withdraw_report,
)
from reporting.actions.workbook import accept_workbook

__all__ = [
    "AlreadyTold",
    "ClosedField",
    "Conflict",
    "Incomplete",
    "Overdue",
    "RoundClosed",
    "SomeConflict",
    "TooMany",
    "accept_workbook",
    "add_evidence",
    "answer_extension",
    "approve_report",
    "approve_reports",
    "ask_book",
    "ask_extension",
    "begin_book",
    "change_round",
    "choose_quotation",
    "claim_report",
    "close_round",
    "confirm_quotation",
    "confirm_unchanged",
    "create_round",
    "enter_report",
    "finish_book",
    "go_on_with_book",
    "grant_extension",
    "hand_over",
    "open_round",
    "release_report",
    "remove_evidence",
    "reopen_report",
    "return_report",
    "save_draft",
    "set_status",
    "store_country",
    "submit_report",
    "submit_reports",
    "take_back_quotation",
    "tell_ready",
    "withdraw_report",
    "confirm_snapshot",
    "discard_snapshot",
    "propose_snapshot",
]
