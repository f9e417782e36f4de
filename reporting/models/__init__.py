from members.clock import database_now
from reporting.models.books import Book
from reporting.models.choices import Confidence, Rating, Status
from reporting.models.evidence import Evidence
from reporting.models.extensions import Extension
from reporting.models.folded import FoldedText
from reporting.models.history import ReportEvent, Submission
from reporting.models.mail import Mail
from reporting.models.overrides import StatusOverride
from reporting.models.posted import PostedForm
from reporting.models.quotations import Quotation
from reporting.models.reports import ProgressReport
from reporting.models.rounds import ReportingRound
from reporting.models.snapshots import Snapshot
from reporting.models.tallies import FiguresVersion, RatingTally, ValueTally
from reporting.models.themes import Challenge, NextStep
from reporting.models.values import IndicatorValue, SecretariatValue
from reporting.models.workbooks import WorkbookUpload

__all__ = [
    "Book",
    "Challenge",
    "Confidence",
    "Evidence",
    "Extension",
    "FiguresVersion",
    "FoldedText",
    "IndicatorValue",
    "Mail",
    "NextStep",
    "PostedForm",
    "ProgressReport",
    "Quotation",
    "Rating",
    "RatingTally",
    "ReportEvent",
    "ReportingRound",
    "SecretariatValue",
    "Snapshot",
    "Status",
    "StatusOverride",
    "Submission",
    "ValueTally",
    "WorkbookUpload",
    "database_now",
]
