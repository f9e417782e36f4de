"""Words that come to mind first: of the portal, of the organisation, of the person."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Shorter ones stand inside too many others.
SHORTEST = 4


def folded(text):
    """Letters and digits alone, whatever their case or accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


class ContextWordValidator:
    """Refuses a password that has one of these words in it (ASVS 5.0, 6.2.11)."""

    def __init__(self, words=()):
        self.words = words

    def validate(self, password, user=None):
        typed = folded(password)
        for word in [*self.words, *words_of(user)]:
            if len(folded(word)) >= SHORTEST and folded(word) in typed:
                raise ValidationError(
                    _("Leave out “%(word)s”: it is among the first words that others would try."),
                    code="password_has_context_word",
                    params={"word": word},
                )

    def get_help_text(self):
        return _(
            "Your password must not contain the name of the portal, of your organisation or of "
            "your country, nor a part of your e-mail address."
        )


def words_of(user):
    """The parts of an e-mail address but its last, and the country that somebody reports for."""
    if user is None:
        return []
    account, _at, host = user.email.partition("@")
    found = [*re.split(r"[^\w]|_", account), *host.split(".")[:-1]]
    if user.pk and user.country:
        # Not what stands behind it: a republic is a word of many.
        found.append(re.split(r"[(,]", user.country.name_en)[0].strip())
    return found
