"""Words that come to mind first: of the portal, of the organisation, of the person."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.folding import fold, without_what_follows

# Shorter ones stand inside too many others.
SHORTEST = 4


def folded(text):
    """Letters and digits alone, whatever their case or accents."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


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
    # Whoever is invited has no account yet, and his invitation's country all the same.
    if (user.pk or "country" in vars(user)) and user.country:
        found.append(without_what_follows(user.country.name_en))
    return found
