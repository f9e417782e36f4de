from unicodedata import normalize
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from reporting.evidence import check
from reporting.evidence.kinds import KINDS
from reporting.evidence.names import plain_line, plain_name
from reporting.forms.fields import VersionField
from reporting.models import Evidence

MEGABYTE = 2**20


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceFilesField(forms.FileField):
    """Several files, each refused by name with the reason."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = data or []
        errors = []
        for file in files:
            try:
                check(file)
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)
        return files


class LinkField(forms.URLField):
    default_validators = [
        URLValidator(
            ["https", "http"],
            message=_("Enter a whole address, such as https://police.example/annual-report."),
        )
    ]

    def to_python(self, value):
        """Refuses what leads elsewhere than it looks: `police.example@evil.example`."""
        address = super().to_python(value)
        try:
            names_somebody = "@" in urlsplit(address).netloc
        except ValueError:
            # A bare "[]" is no host, and looks like one when a scheme is put before it.
            raise self.error from None
        if names_somebody or normalize("NFC", address) != plain_line(address):
            raise self.error
        return address

    @property
    def error(self):
        return forms.ValidationError(self.default_validators[0].message, code="invalid")


class LineField(forms.CharField):
    def to_python(self, value):
        return plain_line(super().to_python(value))


class EvidenceForm(forms.Form):
    """Files and a link to add to a report.

    A browser sends files once: after an error they must be chosen again (`chosen`).
    """

    version = VersionField()
    files = EvidenceFilesField(
        required=False,
        label=_("Files"),
        widget=SeveralFilesInput(
            attrs={"multiple": True, "accept": ",".join(f".{each}" for each in KINDS)}
        ),
    )
    title = LineField(required=False, max_length=200, label=_("Title of the link"))
    url = LinkField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label=_("Address of the link"),
        help_text=_("It begins with https:// or http://."),
        error_messages={"invalid": LinkField.default_validators[0].message},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    no_personal_data = forms.BooleanField(
        label=_("I confirm that no personal or operational data is in what I add"),
        error_messages={"required": _("Please confirm this before you add anything.")},
    )

    def __init__(self, data=None, files=None, *, are_too_long=False, **kwargs):
        super().__init__(data, files, **kwargs)
        self.are_too_long = are_too_long
        self.fields["files"].help_text = format_lazy(
            _("{kinds}. At most {each} MB each and {together} MB at once."),
            kinds=", ".join(KINDS),
            each=settings.EVIDENCE_FILE_MAX_SIZE // MEGABYTE,
            together=settings.UPLOAD_MAX_SIZE // MEGABYTE,
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "files",
            Fieldset(_("Or a link"), "title", "url", css_class="evidence-link"),
            "no_personal_data",
        )

    def clean(self):
        said = self.cleaned_data
        if self.are_too_long:
            limit = filesizeformat(settings.UPLOAD_MAX_SIZE)
            message = _("These files are more than %(limit)s together. Please add them in parts.")
            self.add_error("files", message % {"limit": limit})
        elif said.get("title") and not self.data.get("url"):
            self.add_error("url", _("Give the address that this title belongs to."))
        elif "files" in said and "url" in said and not (said["files"] or said["url"]):
            self.add_error(None, _("Choose a file or give the address of a link."))

    @property
    def links(self):
        """The link as evidence that is not saved yet, if there is one."""
        title, url = self.cleaned_data["title"], self.cleaned_data["url"]
        return [Evidence(title=title or url[:200], url=url)] if url else []

    @property
    def chosen(self):
        """The names of the files that came with the form."""
        return [plain_name(file.name) for file in self.files.getlist("files")] if self.files else []
