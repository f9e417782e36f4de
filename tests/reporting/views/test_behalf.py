import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import Role
from reporting.models import Evidence, Mail, ProgressReport
from tests.factories import (
    ExtensionFactory,
    IndicatorFactory,
    MembershipFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import links, texts
from tests.reporting.test_forms import FILLED

START = "/review/on-behalf/"
ADDRESS = f"{START}2025-H2/1.1/FR/"


def letter(name="letter.pdf", content=b"%PDF-1.7\nDear colleagues\n%%EOF\n"):
    return SimpleUploadedFile(name, content)


def posted(**changed):
    fields = {"version": "0", "title": "Letter of 3 March", "no_personal_data": "on"}
    return FILLED | fields | {"letter": letter()} | changed


def enter(client, address=ADDRESS, **changed):
    return client.post(address, posted(**changed))


def start(client, chosen, **changed):
    query = {"country": "FR", "round": "2025-H2", "objective": chosen.pk}
    return client.get(START, query | changed)


def test_behalf_edit_enters_and_submits_with_the_letter(
    client_of, secretariat, open_round, objective, reporter
):
    asked = IndicatorFactory(objective=objective)
    response = enter(client_of(secretariat), **{f"{asked.code}-value": "12"})
    report = ProgressReport.objects.get()
    content = report.submissions.get().content
    assert (response.status_code, response.url) == (302, f"/review/{report.pk}/")
    assert (report.status, report.entered_by, report.country.iso2) == (
        "submitted",
        secretariat,
        "FR",
    )
    assert (content["on_behalf"], content["signed_as"]) == (True, "secretariat")
    assert [each["value"] for each in content["indicators"]] == ["12.0000"]
    assert [each["title"] for each in content["evidence"]] == ["Letter of 3 March"]
    assert [mail.recipient for mail in Mail.objects.all()] == [reporter]


def test_everyone_reads_that_the_secretariat_entered_it(
    client_of, secretariat, open_round, objective, reporter
):
    enter(client_of(secretariat))
    report = ProgressReport.objects.get()
    receipt = report.submissions.get().receipt_number
    colleague = MembershipFactory(role=Role.REVIEWER).user
    said = "Entered by the secretariat on behalf of the country"
    for person, address in [
        (reporter, f"/reporting/reports/{report.pk}/"),
        (reporter, "/reporting/2025-H2/1.1/history/"),
        (colleague, f"/review/{report.pk}/"),
    ]:
        assert said in texts(client_of(person).get(address), "span", class_="tag")
    assert (
        "behalf of the country"
        in client_of(reporter).get(f"/reporting/submissions/{receipt}/").content.decode()
    )
    assert "entered by the secretariat" in texts(
        client_of(colleague).get("/review/"), "span", class_="tag"
    )


def test_a_colleague_approves_it(client_of, secretariat, open_round, objective, france):
    enter(client_of(secretariat))
    report = ProgressReport.objects.get()
    approve = f"/review/{report.pk}/approve/"
    assert client_of(secretariat).post(approve, {"version": "2"}).status_code == 403
    colleague = MembershipFactory(role=Role.REVIEWER).user
    assert client_of(colleague).post(approve, {"version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("changed", "form", "errors"),
    [
        ({"rating": "at_risk", "challenges": ""}, "form", ["challenges", "next_steps"]),
        ({"percent_complete": "many"}, "form", ["percent_complete"]),
        ({"letter": ""}, "letter", ["letter"]),
        ({"title": "", "no_personal_data": ""}, "letter", ["title", "no_personal_data"]),
        ({"letter": letter("run.exe", b"MZ")}, "letter", ["letter"]),
        ({"letter": letter("empty.pdf", b"")}, "letter", ["letter"]),
        ({"letter": letter("false.pdf", b"<html>")}, "letter", ["letter"]),
    ],
)
def test_behalf_edit_shows_what_was_typed_again(
    client_of, secretariat, open_round, objective, france, changed, form, errors
):
    page = enter(client_of(secretariat), **{"achievements": "As the letter says."} | changed)
    assert (page.status_code, list(page.context[form].errors)) == (200, errors)
    assert "As the letter says." in texts(page, "textarea")
    assert "the file must be chosen again" in page.content.decode()
    assert not ProgressReport.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("state", ["draft", "submitted", "approved"])
def test_nothing_is_entered_where_the_country_has_a_report(
    request, client_of, secretariat, objective, state
):
    report = request.getfixturevalue(state)
    client = client_of(secretariat)
    for page in [start(client, objective), client.get(ADDRESS)]:
        assert texts(page, "p", class_="notice-warning") == [
            "France has a report on 1.1 in Second half of 2025 already: "
            f"{report.get_status_display()} Nothing can be entered in its place."
        ]
        assert report.achievements not in page.content.decode()
    page = enter(client, achievements="As the letter says.")
    assert page.status_code == 409
    assert "As the letter says." in texts(page, "textarea")
    assert ProgressReport.objects.get().entered_by is None


@pytest.mark.parametrize("trait", ["overdue", "closed"])
def test_a_late_letter_needs_an_extension(
    client_of, secretariat, framework, objective, france, trait
):
    late = ReportingRoundFactory(framework=framework, slug="late", **{trait: True})
    address = f"{START}late/1.1/FR/"
    client = client_of(secretariat)
    page = client.get(address)
    assert links(page, "p", class_="notice-warning") == [
        "/review/extensions/grant/?round=late&country=FR"
    ]
    assert enter(client, address).status_code == 409
    ExtensionFactory(round=late, country=france, granted=True)
    assert start(client, objective, round="late").url == address
    assert enter(client, address).status_code == 302
    assert ProgressReport.objects.get().submissions.get().content["late"] is True


def test_a_round_that_is_not_open_takes_no_letter(
    client_of, secretariat, framework, objective, france
):
    ReportingRoundFactory(framework=framework, slug="early", ahead=True)
    assert enter(client_of(secretariat), f"{START}early/1.1/FR/").status_code == 409
    assert not ProgressReport.objects.exists()


def test_behalf_start_leads_to_the_form(client_of, secretariat, open_round, objective, france):
    client = client_of(secretariat)
    assert client.get(START).status_code == 200
    assert start(client, objective).url == ADDRESS
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"country": "ZZ", "round": "none"}, ["country", "round"]),
        ({"objective": "9" * 30}, ["objective"]),
        ({"objective": "x"}, ["objective"]),
    ],
)
def test_behalf_start_says_what_is_wrong(
    client_of, secretariat, open_round, objective, france, changed, errors
):
    page = start(client_of(secretariat), objective, **changed)
    assert (page.status_code, sorted(page.context["form"].errors)) == (200, errors)


def test_nobody_enters_for_his_own_country(client_of, secretariat, open_round, objective, france):
    MembershipFactory(user=secretariat, role=Role.REPORTER, country=france)
    client = client_of(secretariat)
    assert list(start(client, objective).context["form"].errors) == ["country"]
    assert client.get(ADDRESS).status_code == 403
    assert enter(client).status_code == 403
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("name", ["reporter", "focal_point", "neighbour", "editor", "viewer"])
def test_entering_on_behalf_is_the_secretariats(
    request, client_of, open_round, objective, france, name
):
    client = client_of(request.getfixturevalue(name))
    assert {client.get(START).status_code, client.get(ADDRESS).status_code} == {403}
    assert enter(client).status_code == 403
    assert not ProgressReport.objects.exists()


def test_entering_on_behalf_asks_to_sign_in(client, open_round, objective):
    assert {client.get(START).status_code, client.get(ADDRESS).status_code} == {302}


@pytest.mark.parametrize("address", ["none/1.1/FR/", "2025-H2/9.9/FR/", "2025-H2/1.1/ZZ/"])
def test_what_does_not_exist_is_not_found(client_of, secretariat, open_round, france, address):
    assert client_of(secretariat).get(START + address).status_code == 404


def test_posting_the_letter_twice_enters_it_once(
    client_of, secretariat, open_round, objective, france
):
    client = client_of(secretariat)
    fields = {"token": str(uuid.uuid4())}
    assert enter(client, **fields).url == enter(client, **fields).url
    assert ProgressReport.objects.get().submissions.count() == 1


def test_returned_it_is_the_countrys_own(client_of, secretariat, reporter, open_round, objective):
    report = ProgressReportFactory(
        round=open_round,
        objective=objective,
        country=reporter.country,
        returned=True,
        entered_by=secretariat,
    )
    assert list(ProgressReport.objects.editable_by(reporter)) == [report]
