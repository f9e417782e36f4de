import hashlib
import uuid
from functools import wraps

from django.db import transaction
from django.shortcuts import redirect

from reporting.models import PostedForm
from reporting.models.history import sha256_of

NOT_OF_THE_FORM = {"csrfmiddlewaretoken", "token"}


def acts_once(view):
    """A form posted twice acts once, and both times leads to the same page.

    Its page carries `token`. Who goes back and posts the same page with another text has
    another form: only a true copy is answered without acting.
    """

    @wraps(view)
    def once(request, *args, **kwargs):
        token = token_of(request)
        if token is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            # A copy that arrives meanwhile waits here until this transaction has ended.
            posted, is_first = PostedForm.objects.get_or_create(
                user=request.user, token=token, sha256=digest(request)
            )
            if not is_first:
                return redirect(posted.answer)
            response = view(request, *args, **kwargs)
            if response.status_code == 302:
                posted.answer = kept(response.url)
                posted.save()
            else:
                # Nothing was done; the form may come again.
                transaction.set_rollback(True)
            return response

    return once


def kept(answer):
    """An address that there is room for: no page of ours leads to a longer query."""
    room = PostedForm._meta.get_field("answer").max_length
    return answer if len(answer) <= room else answer.partition("?")[0]


def token_of(request):
    if request.method != "POST":
        return None
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def digest(request):
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_OF_THE_FORM}
    files = {
        name: [[file.name, content_sha256(file)] for file in files]
        for name, files in request.FILES.lists()
    }
    return sha256_of([request.get_full_path(), fields, files])


def content_sha256(file):
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
