from django import forms
from django.utils.translation import gettext_lazy as _

from members.choices import TellsWhatIsNotOffered
from reporting.models import ReportingRound, Snapshot


class SnapshotForm(TellsWhatIsNotOffered, forms.ModelForm):
    class Meta:
        model = Snapshot
        fields = ["round", "reason"]
        help_texts = {"reason": _("Shown with the figures, for instance “94th General Assembly”.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = ReportingRound.objects.reverse()
        self.fields["round"].empty_label = _("Choose a round")
