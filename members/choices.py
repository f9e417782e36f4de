"""Tells the log of a choice that no page offers: nobody mistypes one, so the form was changed.

Or the choice went away while the page was open. What was sent is not told.
"""

import logging

from django.http import QueryDict

log = logging.getLogger("portal.choices")
NOT_OFFERED = {"invalid_choice", "invalid_pk_value"}


class TellsWhatIsNotOffered:
    """For each form that somebody posts and that has a choice among its fields."""

    def full_clean(self):
        super().full_clean()
        # A workbook's cells come as a dict, and people do mistype those.
        if not isinstance(self.data, QueryDict):
            return
        for name, errors in self.errors.as_data().items():
            if any(error.code in NOT_OFFERED for error in errors):
                log.warning("not offered", extra={"field": name})
