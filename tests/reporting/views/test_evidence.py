import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from reporting import actions
from reporting.evidence import stored
from reporting.evidence.storage import path_of
from reporting.models import Evidence, ProgressReport
from tests import files
from tests.factories import EvidenceFactory, ExtensionFactory, ReportingRoundFactory
from tests.files import upload
from tests.pages import elements, links, texts
from tests.reporting.test_actions import COMMENT

PAGE = "/reporting/2025-H2/1.1/evidence/"
LINK = {"title": "The press release", "url": "https://police.example/release"}
PEOPLE = ["viewer", "neighbour", "editor", "administrator", "secretariat"]


def posted(version=1, **more):
    return {"version": str(version), "no_personal_data": "on"} | more


def kept(report, content=files.PDF, name="annex.pdf", **values):
    """Evidence of the report whose file is there."""
    item = stored(upload(name, content))
    item.report, item.added_by = report, report.changed_by
    for field, value in values.items():
        setattr(item, field, value)
    item.save()
    return item


def remove(item):
    return f"{PAGE}{item.pk}/remove/"


def download(item):
    return f"/reporting/evidence/{item.pk}/"


def fetched(client, item):
    """The answer's status, its headers and the file, read to its end."""
    answer = client.get(download(item))
    content = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer.status_code, answer.headers, content


def inputs(page):
    """{name: value} of the fields on the page."""
    fields = [dict(field.attributes) for field in elements(page, "input")]
    return {field["name"]: field.get("value") for field in fields}


def messages(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_report_evidence_takes_files_and_a_link_at_once(client_of, reporter, draft):
    several = [upload("Annex 1.pdf", files.PDF), upload("photo.PNG", files.PNG)]
    response = client_of(reporter).post(PAGE, posted(files=several) | LINK)
    stored_items = draft.evidence.values_list("title", "file_name", "media_type", "url", "added_by")
    assert (response.status_code, response.url, messages(response)) == (
        302,
        PAGE,
        ["Added to the evidence: 3."],
    )
    assert list(stored_items) == [
        ("Annex 1", "Annex 1.pdf", "application/pdf", "", reporter.pk),
        ("photo", "photo.PNG", "image/png", "", reporter.pk),
        (LINK["title"], "", "", LINK["url"], reporter.pk),
    ]
    assert ProgressReport.objects.get().version == 2


def test_report_evidence_lists_what_is_there(client_of, reporter, draft):
    item = kept(draft)
    page = client_of(reporter).get(PAGE)
    (line,) = texts(page, "ul", class_="evidence-list")
    assert links(page, "ul", class_="evidence-list") == [download(item)]
    for words in ["annex.pdf", "PDF", item.sha256, "Renée Reporter"]:
        assert words in line


def test_report_evidence_without_a_report_leads_back_to_the_form(client_of, reporter, open_round):
    client = client_of(reporter)
    page = client.get(PAGE)
    assert (page.status_code, "files" in inputs(page)) == (200, False)
    assert "/reporting/2025-H2/1.1/" in links(page, "p", class_="button-row")
    assert client.post(PAGE, posted(**LINK)).status_code == 409
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "__all__"),
        (LINK | {"url": "javascript:alert(1)"}, "url"),
        (LINK | {"url": "ftp://police.example"}, "url"),
        (LINK | {"url": "https://police.example/" + "x" * 500}, "url"),
        (LINK | {"url": "https://police.example/a\0b"}, "url"),
        (LINK | {"url": "https://police.example@evil.example/"}, "url"),
        (LINK | {"url": "[]"}, "url"),
        (LINK | {"url": "https://police.example/\u202efdp.exe"}, "url"),
        ({"title": "A title alone"}, "url"),
        (LINK | {"no_personal_data": ""}, "no_personal_data"),
    ],
)
def test_report_evidence_answers_bad_input_at_the_field(client_of, reporter, draft, typed, field):
    page = client_of(reporter).post(PAGE, posted() | typed)
    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (200, [field])
    assert form["title"].value() == typed.get("title")
    assert not Evidence.objects.exists()


def test_report_evidence_names_each_file_to_choose_again(client_of, reporter, draft):
    several = [upload("good.pdf", files.PDF), upload("\u202efdp.exe", b"MZ"), upload("x.png", b"a")]
    page = client_of(reporter).post(PAGE, posted(files=several) | LINK)
    assert [error.code for error in page.context["form"].errors.as_data()["files"]] == [
        "type",
        "content",
    ]
    assert texts(page, "b")[:3] == ["good.pdf", "fdp.exe", "x.png"]
    assert page.context["form"]["url"].value() == LINK["url"]
    assert ProgressReport.objects.get().version == 1


@pytest.mark.parametrize("version", ["0", "2", "", "abc", "9" * 40])
def test_report_evidence_from_another_version_keeps_what_was_typed(
    client_of, reporter, draft, version
):
    form = posted(version, files=upload("annex.pdf", files.PDF)) | LINK
    page = client_of(reporter).post(PAGE, form)
    assert (page.status_code, Evidence.objects.exists()) == (409, False)
    assert page.context["form"]["url"].value() == LINK["url"]
    assert "annex.pdf" in texts(page, "b")
    assert inputs(page)["version"] == "1"


def test_report_evidence_refuses_the_same_file_twice(client_of, reporter, draft):
    kept(draft)
    page = client_of(reporter).post(PAGE, posted(files=upload("again.pdf", files.PDF)))
    assert page.context["form"].non_field_errors() == [
        "“again.pdf” is there already, as “annex.pdf”."
    ]
    assert (Evidence.objects.count(), ProgressReport.objects.get().version) == (1, 1)


def test_report_evidence_keeps_to_the_size_of_a_report(client_of, reporter, draft, settings):
    settings.EVIDENCE_REPORT_MAX_SIZE = 1200 + len(files.PDF)
    EvidenceFactory(report=draft, size=1201)
    page = client_of(reporter).post(PAGE, posted(files=upload("annex.pdf", files.PDF)))
    assert [error.code for error in page.context["form"].errors.as_data()["__all__"]] == ["size"]
    EvidenceFactory(report=draft, size=1200).report.evidence.first().delete()
    again = client_of(reporter).post(PAGE, posted(files=upload("annex.pdf", files.PDF)))
    assert again.status_code == 302


def test_report_evidence_of_very_long_files_says_so_and_keeps_the_rest(
    client_of, reporter, draft, settings
):
    settings.UPLOAD_MAX_SIZE = 1000
    form = posted(files=upload("annex.pdf", files.PDF + bytes(1000))) | LINK
    page = client_of(reporter).post(PAGE, form)
    assert list(page.context["form"].errors) == ["files"]
    assert page.context["form"]["url"].value() == LINK["url"]
    settings.UPLOAD_MAX_SIZE = 10
    assert client_of(reporter).post(PAGE, form).status_code == 400


def test_report_evidence_says_when_the_disk_is_full(client_of, reporter, draft, settings):
    client, form = client_of(reporter), posted(files=upload("annex.pdf", files.PDF)) | LINK
    settings.EVIDENCE_MIN_FREE_PERCENT = 101
    page = client.post(PAGE, form)
    assert (page.status_code, page.context["form"]["url"].value()) == (507, LINK["url"])
    settings.EVIDENCE_MIN_FREE_PERCENT = 0
    form["files"].seek(0)
    assert client.post(PAGE, form).status_code == 302


def test_report_evidence_posted_twice_adds_once(client_of, reporter, draft):
    client = client_of(reporter)
    token = inputs(client.get(PAGE))["token"]
    answers = [
        client.post(PAGE, posted(token=token, files=upload("annex.pdf", files.PDF)))
        for _ in range(2)
    ]
    assert [answer.url for answer in answers] == [PAGE, PAGE]
    assert Evidence.objects.count() == 1


def test_report_evidence_keeps_the_mark_of_a_confirmed_report(client_of, reporter, draft):
    ProgressReport.objects.update(confirms=draft)
    client_of(reporter).post(PAGE, posted(**LINK))
    assert ProgressReport.objects.get().confirms == draft


def test_report_evidence_is_only_read_while_the_secretariat_has_it(client_of, reporter, submitted):
    client = client_of(reporter)
    assert "files" not in inputs(client.get(PAGE))
    page = client.post(PAGE, posted(2, files=upload("annex.pdf", files.PDF)) | LINK)
    assert (page.status_code, LINK["url"] in page.content.decode()) == (409, True)
    assert not Evidence.objects.exists()


def test_report_evidence_follows_the_round_and_its_extension(client_of, reporter, draft):
    closed = ReportingRoundFactory(closed=True, framework=draft.round.framework)
    ProgressReport.objects.update(round=closed)
    page = f"/reporting/{closed.slug}/1.1/evidence/"
    assert client_of(reporter).post(page, posted(**LINK)).status_code == 409
    ExtensionFactory(round=closed, country=draft.country, granted=True)
    assert client_of(reporter).post(page, posted(**LINK)).status_code == 302


@pytest.mark.parametrize(("fields", "status"), [(["lessons"], 409), (["evidence"], 302)])
def test_report_evidence_of_a_report_that_came_back_in_part(
    client_of, reporter, submitted, secretariat, fields, status
):
    actions.return_report(
        report=submitted,
        version=2,
        by=secretariat,
        comment=COMMENT,
        field_comments=dict.fromkeys(fields, COMMENT),
        only_commented=True,
    )
    client = client_of(reporter)
    assert ("files" in inputs(client.get(PAGE))) == (status == 302)
    assert client.post(PAGE, posted(3, **LINK)).status_code == status


def test_evidence_remove(client_of, reporter, draft):
    item = kept(draft)
    response = client_of(reporter).post(remove(item), {"version": "1"})
    assert (response.url, messages(response)) == (PAGE, ["Removed: annex."])
    assert (Evidence.objects.exists(), ProgressReport.objects.get().version) == (False, 2)
    assert path_of(item.sha256).exists()


@pytest.mark.parametrize("version", ["7", "", "abc"])
def test_evidence_remove_from_another_version_is_refused(client_of, reporter, draft, version):
    item = kept(draft)
    assert client_of(reporter).post(remove(item), {"version": version}).status_code == 409
    assert Evidence.objects.exists()


def test_evidence_remove_leaves_what_was_submitted(client_of, reporter, returned):
    item = kept(returned, submitted=True)
    client = client_of(reporter)
    assert "It was part of a submission and stays." in client.get(PAGE).content.decode()
    assert client.post(remove(item), {"version": "3"}).status_code == 409
    assert (Evidence.objects.count(), ProgressReport.objects.get().version) == (1, 3)


def test_evidence_of_another_country_cannot_be_changed(client_of, neighbour, draft):
    """The same address is another report, his own country's."""
    item, client = kept(draft), client_of(neighbour)
    assert client.post(PAGE, posted(**LINK)).status_code == 409
    assert client.post(remove(item), {"version": "1"}).status_code == 404
    assert (Evidence.objects.count(), ProgressReport.objects.get().version) == (1, 1)


@pytest.mark.parametrize("name", ["viewer", "secretariat", "editor"])
def test_evidence_is_written_by_countries_alone(request, client_of, draft, name):
    item, client = kept(draft), client_of(request.getfixturevalue(name))
    statuses = [
        client.get(PAGE).status_code,
        client.post(PAGE, posted(**LINK)).status_code,
        client.post(remove(item), {"version": "1"}).status_code,
    ]
    assert (statuses, Evidence.objects.count()) == ([403, 403, 403], 1)


def test_evidence_answers_other_methods_and_unknown_addresses(client, client_of, reporter, draft):
    item, ours = kept(draft), client_of(reporter)
    assert [
        ours.put(PAGE).status_code,
        ours.get(remove(item)).status_code,
        ours.post(download(item)).status_code,
        ours.get(f"/reporting/evidence/{10**30}/").status_code,
        ours.post(f"{PAGE}{10**30}/remove/").status_code,
        client.get(PAGE).status_code,
        client.get(download(item)).status_code,
    ] == [405, 405, 405, 404, 404, 302, 302]


HEADERS = {
    "Content-Type": "image/png",
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def test_evidence_download_of_a_hostile_picture_is_only_ever_kept(client_of, reporter, draft):
    hostile = files.PNG + files.HTML
    item = kept(draft, hostile, "«наш» 1.png")
    status, headers, content = fetched(client_of(reporter), item)
    assert (status, content) == (200, hostile)
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%C2%AB")


def test_evidence_download_trusts_no_type_from_elsewhere(client_of, reporter, draft):
    item = kept(draft, media_type="text/html")
    _, headers, _ = fetched(client_of(reporter), item)
    assert headers["Content-Type"] == "application/octet-stream"


def test_evidence_download_of_a_lost_file_is_404(client_of, reporter, draft, caplog):
    item = EvidenceFactory(report=draft)
    assert client_of(reporter).get(download(item)).status_code == 404
    assert f"The file of evidence {item.pk} is missing." in caplog.text


def test_evidence_download_of_a_link_is_404(client_of, reporter, draft):
    item = Evidence.objects.create(report=draft, added_by=reporter, **LINK)
    assert client_of(reporter).get(download(item)).status_code == 404


@pytest.mark.parametrize("name", PEOPLE)
def test_who_downloads_evidence_before_and_after_submission(
    request, client_of, draft, focal_point, name
):
    draft.round.framework.results_visibility = "public"
    draft.round.framework.save()
    item, client = kept(draft), client_of(request.getfixturevalue(name))
    before = fetched(client, item)[0]
    actions.submit_report(report=draft, version=1, by=focal_point)
    after = fetched(client, item)[0]
    assert (before, after) == (404, 200 if name == "secretariat" else 404)


def test_a_reviewer_sees_only_evidence_that_was_handed_in(
    client_of, secretariat, returned, focal_point
):
    item, client = kept(returned), client_of(secretariat)
    assert fetched(client, item)[0] == 404
    actions.submit_report(report=returned, version=3, by=focal_point)
    assert fetched(client, item)[0] == 200
    assert fetched(client, kept(returned, files.PNG, "later.png"))[0] == 404


@pytest.mark.parametrize("count", [1, 3])
def test_report_evidence_takes_the_same_number_of_queries(
    client_of, reporter, draft, django_assert_num_queries, count
):
    EvidenceFactory.create_batch(count, report=draft)
    client = client_of(reporter)
    with django_assert_num_queries(7):
        client.get(reverse("reporting:report_evidence", args=["2025-H2", "1.1"]))


EDIT, SUBMIT, HISTORY = "/reporting/2025-H2/1.1/", f"{PAGE[:-9]}submit/", f"{PAGE[:-9]}history/"
RECEIPT = "/reporting/submissions/2025-H2-FR-1.1-1/"


def shows(client, address, item):
    return download(item) in client.get(address).content.decode()


def test_evidence_is_shown_wherever_its_country_reads_the_report(
    client_of, reporter, focal_point, draft
):
    item, client = kept(draft), client_of(reporter)
    assert [shows(client, address, item) for address in [EDIT, SUBMIT, HISTORY]] == [True] * 3
    actions.submit_report(report=draft, version=1, by=focal_point)
    later = kept(draft, files.PNG, "later.png")
    assert [shows(client, address, item) for address in [EDIT, HISTORY, RECEIPT]] == [True] * 3
    assert not shows(client, RECEIPT, later)


def test_evidence_is_shown_to_the_reviewer_and_to_no_other_reader(
    client_of, draft, focal_point, secretariat, viewer
):
    item, reviewer = kept(draft), client_of(secretariat)
    actions.submit_report(report=draft, version=1, by=focal_point)
    assert shows(reviewer, f"/review/{draft.pk}/", item)
    draft.round.framework.results_visibility = "public"
    draft.round.framework.save()
    actions.approve_report(report=draft, version=2, by=secretariat)
    assert shows(reviewer, RECEIPT, item)
    page = client_of(viewer).get(f"/reporting/reports/{draft.pk}/")
    words = [word in page.content.decode() for word in [draft.achievements, "annex", item.sha256]]
    assert words == [True, False, False]


def test_report_edit_leads_to_the_evidence_when_asked(client_of, reporter, objective, open_round):
    posted = {"version": "0", "rating": "on_track", "continue": "evidence"}
    assert client_of(reporter).post(EDIT, posted).url == PAGE
