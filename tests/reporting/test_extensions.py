import pytest
from django.utils import timezone

from reporting import actions
from reporting.models import Extension, Mail
from tests.factories import ExtensionFactory, days

REASON = "Our registry moved to another building."
ANSWER = "One week more, as you asked."


def ask(open_round, reporter):
    return actions.ask_extension(
        reporting_round=open_round,
        country=reporter.country,
        until=open_round.due_at + days(7),
        reason=REASON,
        by=reporter,
    )


def grant(open_round, france, secretariat):
    return actions.grant_extension(
        reporting_round=open_round,
        country=france,
        until=open_round.due_at + days(9),
        reason=REASON,
        by=secretariat,
    )


def answer(extension, secretariat, granted_until):
    return actions.answer_extension(
        extension=extension, by=secretariat, granted_until=granted_until, answer=ANSWER
    )


def test_ask_extension_waits_for_an_answer(open_round, reporter):
    extension = ask(open_round, reporter)
    assert list(Extension.objects.waiting()) == [extension]
    assert Extension.objects.until(open_round, reporter.country) is None


def test_ask_extension_while_one_waits_is_a_conflict(open_round, reporter):
    ask(open_round, reporter)
    with pytest.raises(actions.Conflict):
        ask(open_round, reporter)
    assert Extension.objects.count() == 1


def test_ask_extension_again_after_the_answer(open_round, reporter, secretariat):
    answer(ask(open_round, reporter), secretariat, None)
    ask(open_round, reporter)
    assert [each.state for each in Extension.objects.all()] == ["asked", "refused"]


def test_answer_extension_grants_until_an_instant(open_round, reporter, secretariat):
    until = open_round.due_at + days(3)
    answer(ask(open_round, reporter), secretariat, until)
    stored = Extension.objects.get()
    assert (stored.state, stored.answer, stored.answered_by) == ("granted", ANSWER, secretariat)
    assert Extension.objects.until(open_round, reporter.country) == until


def test_answer_extension_refuses(open_round, reporter, secretariat):
    answer(ask(open_round, reporter), secretariat, None)
    assert Extension.objects.get().state == "refused"
    assert Extension.objects.until(open_round, reporter.country) is None


@pytest.mark.parametrize("granted", [True, False])
def test_answer_extension_twice_is_a_conflict(open_round, reporter, secretariat, granted):
    extension = ask(open_round, reporter)
    seen_by_another = Extension.objects.get()
    answer(extension, secretariat, extension.asked_until if granted else None)
    with pytest.raises(actions.Conflict):
        answer(seen_by_another, secretariat, timezone.now() + days(99))
    stored = Extension.objects.get()
    assert (stored.state, stored.granted_until) == (extension.state, extension.granted_until)


def test_grant_extension_that_nobody_asked_for(open_round, france, secretariat):
    extension = grant(open_round, france, secretariat)
    assert Extension.objects.until(open_round, france) == extension.granted_until
    assert (extension.state, extension.asked_by, extension.answered_by) == (
        "granted",
        secretariat,
        secretariat,
    )


def test_grant_extension_while_the_country_waits_for_an_answer_is_a_conflict(
    open_round, france, secretariat
):
    ExtensionFactory(round=open_round, country=france)
    with pytest.raises(actions.Conflict):
        grant(open_round, france, secretariat)
    assert Extension.objects.get().state == "asked"


def test_extension_is_told_by_mail_to_who_waits_for_it(open_round, reporter, secretariat):
    extension = ask(open_round, reporter)
    answer(extension, secretariat, extension.asked_until)
    assert [mail.recipient for mail in Mail.objects.order_by("pk")] == [secretariat, reporter]
