"""From the reviewer who chooses a passage to the page that shows it."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from members.models import Role
from reporting import actions
from reporting.models import ProgressReport, Quotation, RatingTally, Submission, database_now
from reporting.models.history import sha256_of
from reporting.tallies import differences, recount
from tests.factories import MembershipFactory, RegionFactory
from tests.pages import elements, texts
from tests.reporting.views.figures import GOAL, OBJECTIVE, report

LIST = "/review/quotations/"
PASSAGE = "Two of our three trainers have left the service this year."
CHALLENGES = f"{PASSAGE} The budget was cut by a third."


@pytest.fixture
def colleague(db):
    return MembershipFactory(role=Role.REVIEWER, user__name="Cem Colleague").user


@pytest.fixture
def approved(objective, open_round, france, reporter):
    """Six approved reports of the region, one of them France's with a text to quote."""
    kinds = {"main_challenge": "staff", "challenges": CHALLENGES}
    with transaction.atomic():
        report(objective, open_round, france.region, *[40] * 6, rating="at_risk", **kinds)
    found = ProgressReport.objects.last()
    ProgressReport.objects.filter(pk=found.pk).update(country=france)
    found.refresh_from_db()
    content = found.content([])
    Submission.objects.create(
        report=found,
        number=1,
        receipt_number="2025-H2-FR-1.1-1",
        content=content,
        sha256=sha256_of(content),
        submitted_at=database_now(),
        submitted_by=reporter,
    )
    with transaction.atomic():
        recount([found])
    return found


@pytest.fixture
def chosen(approved, secretariat):
    return actions.choose_quotation(
        report=approved, field="challenges", text=PASSAGE, by=secretariat
    )


@pytest.fixture
def shown(chosen, colleague):
    actions.confirm_quotation(quotation=chosen, by=colleague)
    chosen.refresh_from_db()
    return chosen


def quoted(client, address):
    return texts(client.get(address), "blockquote")


def test_reviewer_chooses_a_passage(client_of, secretariat, approved):
    typed = {"field": "challenges", "text": f"  {PASSAGE}\n"}

    response = client_of(secretariat).post(f"/review/{approved.pk}/quotation/", typed)

    assert response.url == LIST
    quotation = Quotation.objects.get()
    assert (quotation.text, quotation.chosen_by, quotation.kind) == (PASSAGE, secretariat, "staff")
    assert not quotation.is_live


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Too short.", "At least 20 characters, and this has 10."),
        ("This is in no report at all.", "This does not stand so in the report."),
        ("x" * 401, "At most 400 characters, and this has 401."),
        ("Two of our\0 three trainers", "Null characters are not allowed."),
    ],
)
def test_passage_that_does_not_fit_is_shown_again(client_of, secretariat, approved, text, error):
    typed = {"field": "challenges", "text": text}

    response = client_of(secretariat).post(f"/review/{approved.pk}/quotation/", typed)

    assert (response.status_code, Quotation.objects.count()) == (200, 0)
    assert error in response.content.decode()


def test_passage_that_names_the_country_is_refused(client_of, secretariat, approved):
    text = "The French bureau of France has no trainers left."
    ProgressReport.objects.filter(pk=approved.pk).update(challenges=text)

    response = client_of(secretariat).post(
        f"/review/{approved.pk}/quotation/", {"field": "challenges", "text": text}
    )

    assert "This names the country or its region: “France”." in response.content.decode()


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_report_that_is_not_approved_cannot_be_quoted(client_of, secretariat, request, state):
    """It is there, and in the wrong state; what was typed is shown again, the report is not."""
    page = f"/review/{request.getfixturevalue(state).pk}/quotation/"
    ProgressReport.objects.update(challenges=CHALLENGES)
    ours = client_of(secretariat)

    opened, sent = ours.get(page), ours.post(page, {"field": "challenges", "text": PASSAGE})

    assert (opened.status_code, sent.status_code, Quotation.objects.count()) == (409, 409, 0)
    assert texts(sent, "blockquote") == [PASSAGE]
    assert "The budget was cut" not in opened.content.decode() + sent.content.decode()


def test_report_that_is_not_there_cannot_be_quoted(client_of, secretariat, draft):
    assert client_of(secretariat).get(f"/review/{draft.pk + 1}/quotation/").status_code == 404


def test_nobody_quotes_his_own_country(client_of, secretariat, approved, france):
    MembershipFactory(user=secretariat, role=Role.REPORTER, country=france)

    ours = client_of(secretariat)

    assert ours.get(f"/review/{approved.pk}/quotation/").status_code == 403


@pytest.mark.parametrize("address", [LIST, "/review/1/quotation/"])
def test_quotations_are_for_reviewers(client_of, reporter, viewer, editor, approved, address):
    found = [client_of(each).get(address).status_code for each in (reporter, viewer, editor)]

    assert found == [403, 403, 403]


def test_passage_is_chosen_once(client_of, secretariat, chosen, approved):
    typed = {"field": "challenges", "text": PASSAGE}

    response = client_of(secretariat).post(f"/review/{approved.pk}/quotation/", typed)

    assert (response.status_code, Quotation.objects.count()) == (409, 1)


@pytest.mark.parametrize("address", [GOAL, OBJECTIVE])
def test_passage_is_shown_once_a_second_reviewer_has_confirmed_it(
    client, client_of, colleague, chosen, address
):
    assert quoted(client, address) == []

    client_of(colleague).post(f"{LIST}{chosen.pk}/confirm/")

    assert quoted(client, address) == [f"“{PASSAGE}”"]
    assert "France" not in client.get(address).content.decode()


def test_nobody_confirms_what_he_has_chosen(client_of, secretariat, chosen):
    response = client_of(secretariat).post(f"{LIST}{chosen.pk}/confirm/")

    assert response.status_code == 409
    assert "Somebody other than you confirms what you have chosen." in response.content.decode()
    chosen.refresh_from_db()
    assert not chosen.is_live


def test_data_base_refuses_one_person_alone(chosen, secretariat):
    with pytest.raises(IntegrityError), transaction.atomic():
        Quotation.objects.update(confirmed_at=database_now(), confirmed_by=secretariat)


def test_reader_who_has_the_page_is_told_that_it_changed(client, client_of, colleague, chosen):
    kept = client.get(GOAL).headers["ETag"]

    client_of(colleague).post(f"{LIST}{chosen.pk}/confirm/")

    assert client.get(GOAL, headers={"if-none-match": kept}).status_code == 200


def test_reviewer_takes_it_back_with_a_reason(client, client_of, secretariat, shown):
    client_of(secretariat).post(f"{LIST}{shown.pk}/refuse/", {"reason": "It tells of a case."})

    shown.refresh_from_db()
    assert (shown.taken_back_by, shown.taken_back_reason) == (secretariat, "It tells of a case.")
    assert quoted(client, GOAL) == []


@pytest.mark.parametrize("reason", ["", "no", "x" * 301])
def test_taking_back_needs_a_reason(client, client_of, secretariat, shown, reason):
    response = client_of(secretariat).post(f"{LIST}{shown.pk}/refuse/", {"reason": reason})

    assert response.status_code == 400
    # What was typed is there to be mended.
    [field] = elements(response, "input", id=f"reason-{shown.pk}")
    assert dict(field.attributes).get("value") == reason
    assert quoted(client, GOAL) == [f"“{PASSAGE}”"]


def test_country_sees_what_is_quoted_and_takes_it_back(client, client_of, focal_point, shown):
    ours = client_of(focal_point)
    assert texts(ours.get("/reporting/2025-H2/1.1/"), "blockquote") == [f"“{PASSAGE}”"]

    ours.post(f"/reporting/quotations/{shown.pk}/take-back/", {"reason": "We rather not."})

    assert quoted(client, GOAL) == []
    assert texts(ours.get("/reporting/2025-H2/1.1/"), "blockquote") == []


def test_reporter_leaves_that_to_the_focal_point(client, client_of, reporter, shown):
    response = client_of(reporter).post(
        f"/reporting/quotations/{shown.pk}/take-back/", {"reason": "We rather not."}
    )

    assert response.status_code == 403
    assert quoted(client, GOAL) == [f"“{PASSAGE}”"]


def test_other_country_finds_nothing(client, client_of, neighbour, shown):
    response = client_of(neighbour).post(
        f"/reporting/quotations/{shown.pk}/take-back/", {"reason": "We rather not."}
    )

    assert response.status_code == 404
    assert quoted(client, GOAL) == [f"“{PASSAGE}”"]


def test_reopened_report_is_quoted_no_more(client, secretariat, approved, shown):
    approved.refresh_from_db()

    actions.reopen_report(
        report=approved, by=secretariat, version=approved.version, comment="A wrong figure."
    )

    shown.refresh_from_db()
    assert shown.taken_back_by == secretariat
    assert (quoted(client, GOAL), list(differences())) == ([], [])


@pytest.mark.parametrize("address", [GOAL, OBJECTIVE])
def test_passage_behind_which_too_few_stand_is_withheld(client, shown, open_round, address):
    others = ProgressReport.objects.exclude(pk=shown.report.pk)
    hidden = list(others[:3])
    ProgressReport.objects.filter(pk__in=[each.pk for each in hidden]).update(status="draft")
    recount(hidden)

    assert RatingTally.objects.get().quotations
    assert quoted(client, address) == []


def test_passage_of_another_region_is_not_shown_there(client, shown, objective, open_round):
    report(objective, open_round, RegionFactory(code="AFR"), *[50] * 6)

    assert quoted(client, f"{GOAL}?region=AFR") == []
    assert quoted(client, f"{GOAL}?region=EUR") == [f"“{PASSAGE}”"]


def test_snapshot_shows_it_until_somebody_takes_it_back(
    client, secretariat, colleague, shown, open_round
):
    snapshot = actions.propose_snapshot(
        reporting_round=open_round, by=secretariat, reason="The Assembly"
    )
    actions.confirm_snapshot(snapshot=snapshot, by=colleague)
    before = texts(client.get(f"{GOAL}?snapshot=1"), "td")
    assert quoted(client, f"{GOAL}?snapshot=1") == [f"“{PASSAGE}”"]

    actions.take_back_quotation(quotation=shown, by=secretariat, reason="It names a case.")

    assert quoted(client, f"{GOAL}?snapshot=1") == []
    assert texts(client.get(f"{GOAL}?snapshot=1"), "td") == before
    snapshot.refresh_from_db()
    assert PASSAGE not in str(snapshot.content) and snapshot.is_unchanged


def test_goal_asks_no_more_for_many(client, shown, django_assert_num_queries, secretariat):
    client.get(GOAL)
    with django_assert_num_queries(7):
        client.get(GOAL)
    for number in range(30):
        Quotation.objects.create(
            submission=shown.submission,
            field="challenges",
            text=f"{PASSAGE} {number}",
            chosen_at=database_now(),
            chosen_by=secretariat,
            confirmed_at=database_now(),
            confirmed_by=shown.confirmed_by,
        )
    recount([shown.report])
    with django_assert_num_queries(7):
        assert len(quoted(client, GOAL)) == 3


@pytest.mark.django_db(transaction=True)
def test_confirming_and_reopening_at_once_shows_nothing_of_a_reopened_report(
    chosen, approved, colleague, secretariat
):
    approved.refresh_from_db()
    start, lost = threading.Barrier(2), []

    def attempt(verb, **arguments):
        try:
            start.wait()
            verb(**arguments)
        except actions.Conflict:
            lost.append(verb.__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(
            target=attempt,
            args=[actions.confirm_quotation],
            kwargs={"quotation": chosen, "by": colleague},
        ),
        threading.Thread(
            target=attempt,
            args=[actions.reopen_report],
            kwargs={
                "report": approved,
                "by": secretariat,
                "version": approved.version,
                "comment": "A wrong figure.",
            },
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert lost in ([], ["confirm_quotation"])
    assert Quotation.objects.live().count() == 0
    assert (RatingTally.objects.get().quotations, list(differences())) == ([], [])
