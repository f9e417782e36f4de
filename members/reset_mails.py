"""Mails with a link to set a password.

Made and sent by the worker: how long the portal takes to answer tells nobody whether there is such
an account. The link is made with its mail, and kept nowhere but in that mail.
"""

import logging

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_tasks import task

from members.models import User

logger = logging.getLogger(__name__)


@task
def send_password_reset(user, language):
    """To the account with this key, if there is one: it is asked for where there is none too."""
    person = User.objects.active().filter(pk=user).first()
    if person is None:
        return
    page = {
        "user": person,
        "base_url": settings.PUBLIC_BASE_URL.rstrip("/"),
        "uid": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    with translation.override(language):
        subject = render_to_string("members/password_reset_subject.txt", page).strip()
        body = render_to_string("members/password_reset_email.txt", page)
    try:
        send_mail(subject, body, None, [person.email])
    except OSError as error:
        # What the server said may quote the mail.
        logger.warning("A link for account %s was not sent: %s", person.pk, type(error).__name__)
