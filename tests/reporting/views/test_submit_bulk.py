import datetime
import uuid

import pytest
from django.utils import timezone

from reporting import actions
from reporting.models import ProgressReport, Submission
from tests.factories import (
    DelegationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import elements, texts

PAGE = "/reporting/2025-H2/submit/"
RECEIPTS = "/reporting/2025-H2/receipts/"


@pytest.fixture
def drafts(draft, framework):
    """Three complete drafts of France: 1.1, 1.2 and 2.1."""
    objectives = [
        framework.goals.get(number=1).objectives.get(number=2),
        framework.goals.get(number=2).objectives.get(number=1),
    ]
    others = [
        ProgressReportFactory(
            round=draft.round,
            objective=objective,
            country=draft.country,
            changed_by=draft.changed_by,
        )
        for objective in objectives
    ]
    return [draft, *others]


def pairs(reports):
    return [f"{report.pk}:{report.version}" for report in reports]


def statuses():
    return sorted(ProgressReport.objects.values_list("status", flat=True))


def ticked(page):
    boxes = elements(page, "input", class_="form-check-input")
    return [dict(box.attributes)["value"] for box in boxes if "checked" in dict(box.attributes)]


def test_reports_submit_says_first_what_will_happen(client_of, focal_point, drafts, secretariat):
    actions.submit_report(report=drafts[0], version=1, by=focal_point)
    ProgressReport.objects.filter(pk=drafts[1].pk).update(rating="off_track", challenges="")
    page = client_of(focal_point).get(PAGE)
    assert ticked(page) == pairs(drafts[2:])
    assert texts(page, "h2") == [
        "Complete: 1 of 4",
        "Not ready: 1 of 4",
        "Not begun: 1 of 4",
        "Handed in: 1 of 4",
    ]
    why, not_begun = texts(page, "ul", class_="not-ready")
    assert "Say what stands in the way" in why
    assert not_begun.startswith("2.2 ")
    assert "/reporting/2025-H2/1.2/#id_challenges" in page.content.decode()
    assert statuses() == ["draft", "draft", "submitted"]


def test_reports_submit_says_which_indicators_have_no_answer(client_of, focal_point, drafts):
    IndicatorValueFactory(report=drafts[0])
    IndicatorFactory(objective=drafts[0].objective)
    IndicatorValueFactory(report=drafts[1])
    page = client_of(focal_point).get(PAGE)
    assert texts(page, "td", **{"data-label": "Indicators"}) == [
        "1 of 2 indicators not answered",
        "all answered",
        "none asked",
    ]


def test_reports_submit_hands_in_all_that_are_ticked(client_of, focal_point, drafts):
    response = client_of(focal_point).post(PAGE, {"report": pairs(drafts[:2])})
    assert (response.status_code, response.url) == (302, RECEIPTS)
    assert statuses() == ["draft", "submitted", "submitted"]
    page = client_of(focal_point).get(RECEIPTS)
    assert texts(page, "b") == ["2025-H2-FR-1.1-1", "2025-H2-FR-1.2-1"]
    assert texts(page, "span", class_="hash") == list(
        Submission.objects.order_by("pk").values_list("sha256", flat=True)
    )


def test_reports_submit_signs_as_the_delegate(client_of, focal_point, reporter, drafts):
    DelegationFactory(given_by=focal_point, given_to=reporter)
    client_of(reporter).post(PAGE, {"report": pairs(drafts)})
    assert {each.content["signed_as"] for each in Submission.objects.all()} == {"delegate"}


def test_reports_submit_of_one_that_has_changed_submits_none(
    client_of, focal_point, reporter, drafts
):
    chosen = pairs(drafts)
    actions.save_draft(report=drafts[1], version=1, content={"lessons": "New."}, by=reporter)
    page = client_of(focal_point).post(PAGE, {"report": chosen})
    assert (page.status_code, statuses()) == (409, ["draft"] * 3)
    [alert] = texts(page, "div", class_="alert-danger")
    assert "1.2: Draft, last changed by Renée Reporter" in alert
    assert ticked(page) == [chosen[0], chosen[2]]


def test_reports_submit_of_one_that_lacks_something_says_what(client_of, focal_point, drafts):
    indicator = IndicatorFactory(objective=drafts[1].objective)
    IndicatorValueFactory(
        report=drafts[1], indicator=indicator, numerator=9, denominator=8, note=""
    )
    page = client_of(focal_point).post(PAGE, {"report": pairs(drafts)})
    assert (page.status_code, statuses()) == (409, ["draft"] * 3)
    assert (
        "The numerator is greater than the denominator"
        in (texts(page, "div", class_="alert-danger")[0])
    )


def test_reports_submit_after_the_due_date_submits_none(client_of, focal_point, drafts):
    drafts[0].round.due_at = timezone.now() - datetime.timedelta(seconds=1)
    drafts[0].round.save()
    page = client_of(focal_point).post(PAGE, {"report": pairs(drafts)})
    assert (page.status_code, statuses()) == (409, ["draft"] * 3)
    assert "Nothing was submitted: the time for it has passed." in page.content.decode()
    assert "/reporting/2025-H2/extension/" in page.content.decode()


def test_reports_submit_of_none_says_so(client_of, focal_point, drafts):
    page = client_of(focal_point).post(PAGE)
    assert (page.status_code, ticked(page)) == (409, pairs(drafts))
    assert "no report was chosen" in page.content.decode()


@pytest.mark.parametrize("garbled", ["", "x", "1", "1:", ":1", "1:1:1", "1\0:1", "9" * 40 + ":1"])
def test_reports_submit_of_what_is_no_report_is_not_found(client_of, focal_point, drafts, garbled):
    posted = {"report": [*pairs(drafts), garbled]}
    assert client_of(focal_point).post(PAGE, posted).status_code == 404
    assert statuses() == ["draft"] * 3


def test_reports_submit_of_another_country_or_round_is_not_found(
    client_of, focal_point, neighbour, drafts, framework
):
    foreign = ProgressReportFactory(
        round=drafts[0].round, objective=drafts[0].objective, country=neighbour.country
    )
    before = ProgressReportFactory(
        round=ReportingRoundFactory(framework=framework),
        objective=drafts[0].objective,
        country=drafts[0].country,
    )
    client = client_of(focal_point)
    for other in (foreign, before):
        assert client.post(PAGE, {"report": pairs([drafts[0], other])}).status_code == 404
    assert set(statuses()) == {"draft"}


def test_reports_submit_twice_acts_once(client_of, focal_point, drafts):
    posted = {"report": pairs(drafts), "token": str(uuid.uuid4())}
    client = client_of(focal_point)
    assert [client.post(PAGE, posted).url for _ in range(2)] == [RECEIPTS, RECEIPTS]
    assert Submission.objects.count() == 3


def test_reports_submit_is_for_who_signs_off(client, client_of, reporter, neighbour, drafts):
    posted = {"report": pairs(drafts)}
    assert client_of(reporter).post(PAGE, posted).status_code == 403
    assert client_of(neighbour).post(PAGE, posted).status_code == 404
    assert client.post(PAGE).url.startswith("/accounts/login/")
    assert client_of(reporter).put(PAGE).status_code == 405
    assert statuses() == ["draft"] * 3


def test_reports_submit_tells_others_who_submits(client_of, reporter, focal_point, drafts):
    page = client_of(reporter).get(PAGE)
    assert texts(page, "ul", class_="who-submits")[0].startswith("Fabrice Focal,")
    assert not elements(page, "input", class_="form-check-input")


@pytest.mark.parametrize("address", [PAGE, RECEIPTS])
@pytest.mark.parametrize(("person", "status"), [("secretariat", 403), ("viewer", 403)])
def test_pages_of_the_round_are_for_those_who_report(
    request, client_of, open_round, address, person, status
):
    client = client_of(request.getfixturevalue(person))
    assert client.get(address).status_code == status


def test_pages_of_an_unknown_round_are_not_found(client_of, focal_point):
    client = client_of(focal_point)
    for name in ("submit", "receipts", "extension"):
        assert client.get(f"/reporting/2031-H1/{name}/").status_code == 404


def test_receipts_show_the_last_of_each_report_and_no_others(
    client_of, focal_point, neighbour, returned
):
    actions.submit_report(report=returned, version=3, by=focal_point)
    assert texts(client_of(focal_point).get(RECEIPTS), "b") == ["2025-H2-FR-1.1-2"]
    page = client_of(neighbour).get(RECEIPTS)
    assert "Your country has submitted nothing in this round yet." in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_bulk_pages_take_the_same_queries_whatever_their_length(
    client_of, focal_point, draft, number, django_assert_num_queries
):
    goal = draft.round.framework.goals.get(number=1)
    for objective in ObjectiveFactory.create_batch(number, goal=goal):
        report = ProgressReportFactory(
            round=draft.round, objective=objective, country=draft.country
        )
        IndicatorValueFactory(report=report)
        done = ProgressReportFactory(
            round=draft.round,
            objective=ObjectiveFactory(goal=goal),
            country=draft.country,
            changed_by=focal_point,
        )
        actions.submit_report(report=done, version=1, by=focal_point)
    client = client_of(focal_point)
    with django_assert_num_queries(10):
        assert len(client.get(PAGE).context["desk"].ready) == 1 + number
    with django_assert_num_queries(4):
        assert len(client.get(RECEIPTS).context["receipts"]) == number


def test_reports_submit_leaves_out_what_came_back_and_nobody_has_changed(
    client_of, focal_point, returned
):
    page = client_of(focal_point).get(PAGE)
    assert (page.context["desk"].ready, ticked(page)) == ([], [])
    assert "has not been changed since" in texts(page, "ul", class_="not-ready")[0]
    actions.save_draft(report=returned, version=3, content={"lessons": "New."}, by=focal_point)
    page = client_of(focal_point).get(PAGE)
    assert ticked(page) == [f"{returned.pk}:4"]
