from reporting.forms.decisions import CommentForm, DecisionForm, ReturnForm
from reporting.forms.desk import DeskFilterForm
from reporting.forms.evidence import EvidenceForm
from reporting.forms.fields import PercentField, ProseField, VersionField
from reporting.forms.filters import FilterForm, ListingFilterForm, QueueFilterForm
from reporting.forms.grants import ExtensionAnswerForm, GrantForm
from reporting.forms.instants import InstantField
from reporting.forms.letters import BehalfStartForm, LetterForm
from reporting.forms.overrides import StatusForm
from reporting.forms.quotations import QuotationForm, TakeBackForm
from reporting.forms.reports import ReportForm
from reporting.forms.rounds import RoundDatesForm, RoundForm
from reporting.forms.search import SearchForm
from reporting.forms.snapshots import SnapshotForm
from reporting.forms.values import AnswerForm
from reporting.forms.workbook import WorkbookForm

__all__ = [
    "AnswerForm",
    "BehalfStartForm",
    "CommentForm",
    "DecisionForm",
    "DeskFilterForm",
    "EvidenceForm",
    "ExtensionAnswerForm",
    "FilterForm",
    "GrantForm",
    "InstantField",
    "LetterForm",
    "ListingFilterForm",
    "PercentField",
    "ProseField",
    "QueueFilterForm",
    "QuotationForm",
    "ReportForm",
    "ReturnForm",
    "RoundDatesForm",
    "RoundForm",
    "SnapshotForm",
    "StatusForm",
    "TakeBackForm",
    "VersionField",
    "SearchForm",
    "WorkbookForm",
]
