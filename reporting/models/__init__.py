from reporting.models.history import ReportEvent, Submission
from reporting.models.mail import Mail
from reporting.models.reports import Confidence, ProgressReport, Rating, Status
from reporting.models.rounds import ReportingRound
from reporting.models.values import IndicatorValue

__all__ = [
    "Confidence",
    "IndicatorValue",
    "Mail",
    "ProgressReport",
    "Rating",
    "ReportEvent",
    "ReportingRound",
    "Status",
    "Submission",
]
