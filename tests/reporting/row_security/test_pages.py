"""The main pages and steps, answered from behind the wall."""

from django.urls import reverse

from members.row_security import as_system
from reporting import actions
from reporting.models import (
    ProgressReport,
    Quotation,
    Status,
)
from tests import files
from tests.reporting.test_actions import COMMENT
from tests.reporting.views.test_evidence import kept
from tests.row_security import role_of_tests, run


def test_whole_way_of_a_report_behind_the_wall(
    behind, reporter, focal_point, secretariat, neighbour, editor, open_round, objective, france
):
    from_france, focal, reviewer = behind(reporter), behind(focal_point), behind(secretariat)
    edit = "/reporting/2025-H2/1.1/"
    text = {"rating": "on_track", "percent_complete": "60", "achievements": "Marked by France"}
    from_france.post(edit, text | {"version": "0"})
    saved = from_france.post(f"{edit}autosave/", text | {"version": "1", "lessons": "Some"})
    assert saved.status_code == 200
    report = ProgressReport.objects.get()
    kept(report, files.PNG, "map.png")
    pages = [edit, f"{edit}history/", f"{edit}evidence/", f"{edit}submit/", "/reporting/"]
    pages += ["/reporting/?round=2025-H2", "/reporting/2025-H2/workbook.xlsx"]
    pages += ["/frameworks/2022-2025/countries/FR/", "/search/?q=marked", "/review/matrix/"]
    assert {page: from_france.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)

    # Nobody else has a way to the draft, and those who may know of its state do.
    detail = f"/reporting/reports/{report.pk}/"
    for user in [neighbour, secretariat, editor, None]:
        assert behind(user).get(detail).status_code == 404
    lines = reviewer.get("/review/matrix/").context["matrix"].lines
    assert [cell.state for line in lines for cell in line.cells].count("draft") == 1
    rounds = reviewer.get(reverse("reporting:round_list"))
    assert [row[0].in_work for row in rounds.context["rows"]] == [1]

    focal.post(f"{edit}submit/", {"version": "2"})
    review = f"/review/{report.pk}/"
    assert reviewer.get(review).status_code == 200
    assert reviewer.get("/review/").status_code == 200
    assert reviewer.post(f"{review}claim/").status_code == 302
    reviewer.post(f"{review}return/", {"version": "3", "comment": COMMENT})
    assert reviewer.get(review).status_code == 404
    # Whoever decides too late reads what has become of it.
    assert reviewer.post(f"{review}approve/", {"version": "3"}).status_code == 409

    from_france.post(edit, text | {"version": "4", "lessons": "More"})
    focal.post(f"{edit}submit/", {"version": "5"})
    reviewer.post(f"{review}approve/", {"version": "6"})
    report.refresh_from_db()
    assert (report.status, report.version) == (Status.APPROVED, 7)
    assert [tally.reported for tally in open_round.rating_tallies.all()] == [1]
    receipt = report.submissions.last().receipt_number
    assert focal.get(f"/reporting/submissions/{receipt}/").status_code == 200
    assert behind(editor).get(detail).status_code == 200
    assert behind(neighbour).get(detail).status_code == 404

    reviewer.post(f"{review}reopen/", {"version": "7", "comment": COMMENT})
    report.refresh_from_db()
    assert report.status == Status.RETURNED
    assert [tally.reported for tally in open_round.rating_tallies.all()] == [0]


def test_admin_shows_states_of_all_behind_the_wall(behind, administrator, draft):
    client = behind(administrator)
    page = client.get("/admin/reporting/progressreport/")
    assert page.context["cl"].result_count == 1
    detail = client.get(f"/admin/reporting/progressreport/{draft.pk}/change/")
    assert (detail.status_code, draft.achievements in detail.content.decode()) == (200, False)
    # What stands in the way of deleting is found in every country.
    country = f"/admin/members/membercountry/{draft.country_id}/delete/"
    page = client.post(country, {"post": "yes"})
    assert "Progress reports: 1" in page.context["protected"]


def test_country_takes_its_passage_back_behind_the_wall(
    behind, approved, secretariat, focal_point, as_person
):
    run("RESET ROLE")
    quotation = actions.choose_quotation(
        report=approved, field="challenges", text="A passage", by=secretariat
    )
    run(f'SET ROLE "{role_of_tests()}"')
    with as_person(focal_point):
        actions.take_back_quotation(quotation=quotation, by=focal_point, reason="Too much")
    with as_system():
        assert Quotation.objects.get().taken_back_by == focal_point
