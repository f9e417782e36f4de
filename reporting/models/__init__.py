from reporting.models.history import ReportEvent, Submission
from reporting.models.mail import Mail
from reporting.models.reports import Confidence, IndicatorValue, ProgressReport, Rating, Status
from reporting.models.rounds import ReportingRound

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
