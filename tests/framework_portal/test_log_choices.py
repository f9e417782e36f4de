"""What was sent in the place of a choice and is offered nowhere: a line, without what it was."""

import json
import logging

import pytest
from django import forms
from django.contrib import admin
from django.http import QueryDict

from members.choices import TellsWhatIsNotOffered
from tests.framework_portal.test_log import lines  # noqa: F401
from tests.fuzz.forms import form_classes

FORGED = "forged-value"
# Asked for by an address, which people shorten, keep for years and send each other.
ASKED_BY_ADDRESS = {
    "BehalfStartForm",
    "CountryFilterForm",
    "DeskFilterForm",
    "FilterForm",
    "ListingFilterForm",
    "QueueFilterForm",
    "SearchForm",
}


@pytest.fixture
def line(lines):  # noqa: F811
    def of(response):
        number = response.headers["X-Request-ID"]
        [found] = [each for each in lines() if each.get("request_id") == number]
        assert FORGED not in json.dumps(lines())
        return found

    return of


REPORT = "/reporting/2025-H2/1.1/"
INVITE = "/accounts/people/FR/invite/"


@pytest.mark.parametrize(
    ("who", "address", "sent", "fields"),
    [
        ("secretariat", INVITE, {"email": "nina@example.org", "role": FORGED}, ["role"]),
        ("focal_point", "/accounts/delegation/", {"given_to": FORGED}, ["given_to"]),
        ("focal_point", "/accounts/delegation/", {"given_to": "987654321"}, ["given_to"]),
        ("reporter", REPORT, {"version": "1", "rating": FORGED}, ["rating"]),
        (
            "reporter",
            REPORT,
            {"version": "1", "rating": FORGED, "confidence": FORGED},
            ["confidence", "rating"],
        ),
        ("reporter", "/accounts/profile/", {"name": "R", "time_zone": FORGED}, ["time_zone"]),
        ("editor", "/admin/goals/goal/add/", {"framework": "987654321"}, ["framework"]),
    ],
)
def test_choice_that_no_page_offers_is_a_line(
    request, client_of, draft, line, who, address, sent, fields
):
    user = request.getfixturevalue(who)
    response = client_of(user).post(address, sent)

    said = line(response)
    assert response.status_code == 200
    assert (said["levelname"], said["refused"], said["refused_for"]) == (
        "WARNING",
        True,
        "not offered",
    )
    assert (said["fields"], said["actor"], said["view"]) == (
        fields,
        user.pk,
        response.resolver_match.view_name,
    )


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/accounts/profile/", {"name": "", "time_zone": "UTC"}),
        (REPORT, {"version": "1", "percent_complete": "a lot"}),
        (REPORT, {"version": "1", "rating": ""}),
    ],
)
def test_what_is_mistyped_or_left_out_is_none(client_of, reporter, draft, line, address, sent):
    said = line(client_of(reporter).post(address, sent))

    assert (said["levelname"], said["refused"]) == ("INFO", False)
    assert "fields" not in said


def test_address_that_asks_for_what_there_is_not_is_none(client_of, secretariat, draft, line):
    response = client_of(secretariat).get("/review/", {"country": FORGED})

    assert response.status_code == 404
    assert "fields" not in line(response)


def test_what_was_typed_into_a_workbook_is_none(caplog):
    class Question(TellsWhatIsNotOffered, forms.Form):
        answer = forms.ChoiceField(choices=[("yes", "Yes")])

    caplog.set_level(logging.INFO, logger="portal.choices")
    logging.getLogger("portal.choices").addHandler(caplog.handler)
    try:
        assert not Question({"answer": "perhaps"}).is_valid()
        assert caplog.records == []
        assert not Question(QueryDict("answer=perhaps")).is_valid()
        assert [each.field for each in caplog.records] == ["answer"]
    finally:
        logging.getLogger("portal.choices").removeHandler(caplog.handler)


def test_one_line_tells_of_its_own_request_alone(client_of, reporter, draft, line):
    ours = client_of(reporter)
    ours.post(REPORT, {"version": "1", "rating": FORGED})

    assert "fields" not in line(ours.get(REPORT))


def test_each_form_that_is_posted_and_has_a_choice_tells():
    with_choices = {
        each
        for each in form_classes()
        if any(isinstance(field, forms.ChoiceField) for field in of(each).values())
    }
    silent = {each for each in with_choices if not issubclass(each, TellsWhatIsNotOffered)}

    assert len(with_choices) > 15
    assert {each.__name__ for each in silent} == ASKED_BY_ADDRESS


def of(form_class):
    return getattr(form_class, "base_fields", {})


@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_each_form_of_the_admin_that_has_a_choice_tells(request, rf, who):
    asking, found = rf.get("/admin/"), {}
    asking.user = request.getfixturevalue(who)
    for page in admin.site._registry.values():
        if page.has_add_permission(asking):
            inlines = page.get_inline_instances(asking)
            forms_of = [each.get_formset(asking).form for each in inlines]
            found |= {each: of(each) for each in [page.get_form(asking), *forms_of]}
    with_choices = {
        each
        for each, fields in found.items()
        if any(isinstance(field, forms.ChoiceField) for field in fields.values())
    }

    assert with_choices
    assert [each for each in with_choices if not issubclass(each, TellsWhatIsNotOffered)] == []
