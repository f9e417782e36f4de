from datetime import date

import pytest
from django.db import IntegrityError, transaction

from goals.models import Framework
from members.models import Role
from reporting import actions
from reporting.models import Rating, Snapshot
from reporting.models.history import sha256_of
from reporting.snapshots import thawed_values
from tests.factories import (
    MemberCountryFactory,
    MembershipFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
)
from tests.pages import texts

LIST = "/review/snapshots/"
PROPOSED = {"reason": "94th General Assembly"}


@pytest.fixture
def colleague(db):
    return MembershipFactory(role=Role.REVIEWER, user__name="Carl Colleague").user


@pytest.fixture
def proposal(approved, secretariat):
    return actions.propose_snapshot(
        reporting_round=approved.round, reason="94th General Assembly", by=secretariat
    )


@pytest.fixture
def snapshot(proposal, colleague):
    return actions.confirm_snapshot(snapshot=proposal, by=colleague)


def test_snapshot_is_proposed(client_of, secretariat, open_round):
    client = client_of(secretariat)
    response = client.post(LIST, PROPOSED | {"round": open_round.pk})
    assert (response.status_code, response.url) == (302, LIST)
    assert Snapshot.objects.get().number is None
    assert "A colleague confirms it." in client.get(LIST).content.decode()


def test_snapshot_of_a_round_is_proposed_once(client_of, colleague, proposal):
    again = PROPOSED | {"round": proposal.round.pk}
    page = client_of(colleague).post(LIST, again)
    assert "waits to be confirmed" in page.content.decode()
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("round", ""), ("round", "999999"), ("round", "x"), ("reason", " "), ("reason", "x" * 301)],
)
def test_odd_proposal_gets_a_message(client_of, secretariat, open_round, field, value):
    page = client_of(secretariat).post(LIST, PROPOSED | {"round": open_round.pk, field: value})
    assert field in page.context["form"].errors
    assert not Snapshot.objects.exists()


def test_another_person_confirms_and_the_figures_are_kept(client_of, colleague, proposal):
    response = client_of(colleague).post(f"{LIST}{proposal.pk}/confirm/")
    assert response.status_code == 302
    found = Snapshot.objects.get()
    assert (found.number, found.confirmed_by) == (1, colleague)
    assert found.content["ratings"] == [["1.1", "2025-H2", "EUR", {"on_track": 1}, [60], {}, []]]
    assert found.sha256 == sha256_of(found.content)
    assert found.is_unchanged


def test_checksum_does_not_betray_what_is_withheld(client, snapshot):
    """One country tells of one objective, which is withheld; all else in it is on some page."""
    known = {name: each for name, each in snapshot.content.items() if name != "salt"}
    [[*cell, _ratings, _percents, themes, quotations]] = known["ratings"]
    guesses = {
        sha256_of(known | {"ratings": [[*cell, {rating: 1}, [percent], themes, quotations]]})
        for rating in Rating.values
        for percent in range(101)
    }

    assert snapshot.sha256 in client.get(f"{TestPages.GOAL}?snapshot=1").content.decode()
    assert snapshot.sha256 not in guesses


def test_snapshot_keeps_of_how_many_pairs_a_ratio_is():
    row = ["1.1.1", "2025-H2", "EUR", {"number": 6}, ["50"] * 6, "3.0000", "4.0000"]
    keys = {"1.1.1": 1}, {"2025-H2": 2}, {"EUR": 3}

    [new] = thawed_values({"values": [[*row, 4]]}, *keys)
    [old] = thawed_values({"values": [row]}, *keys)
    assert (new[-1], old[-1]) == (4, 6)


def test_no_two_snapshots_have_the_same_salt(snapshot, secretariat, colleague):
    again = actions.propose_snapshot(reporting_round=snapshot.round, reason="x", by=secretariat)
    actions.confirm_snapshot(snapshot=again, by=colleague)

    assert len({each.content["salt"] for each in Snapshot.objects.all()}) == 2


def test_nobody_confirms_his_own_proposal(client_of, secretariat, proposal):
    page = client_of(secretariat).post(f"{LIST}{proposal.pk}/confirm/")
    assert page.status_code == 409
    assert "somebody other than you" in page.content.decode()
    assert Snapshot.objects.get().number is None


def test_snapshot_is_confirmed_once(client_of, colleague, snapshot):
    assert client_of(colleague).post(f"{LIST}{snapshot.pk}/confirm/").status_code == 409
    assert client_of(colleague).post(f"{LIST}{snapshot.pk}/discard/").status_code == 409
    assert Snapshot.objects.get().number == 1


def test_proposal_is_taken_back(client_of, colleague, proposal):
    assert client_of(colleague).post(f"{LIST}{proposal.pk}/discard/").status_code == 302
    assert not Snapshot.objects.exists()


def test_snapshot_says_the_same_after_a_correction(snapshot, approved, secretariat):
    before = snapshot.content
    actions.reopen_report(
        report=approved, version=3, by=secretariat, comment="The percentage is wrong."
    )
    snapshot.refresh_from_db()
    assert snapshot.content == before


@pytest.mark.parametrize("change", ["update", "delete"])
def test_data_base_refuses_to_change_a_confirmed_one(snapshot, change):
    rows = Snapshot.objects.filter(pk=snapshot.pk)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.update(reason="Another") if change == "update" else rows.delete()


def test_content_is_a_file_with_the_checksum(client_of, secretariat, snapshot):
    response = client_of(secretariat).get(f"{LIST}1.json")
    assert response["Content-Disposition"] == 'attachment; filename="snapshot-1.json"'
    assert sha256_of(response.json()) == snapshot.sha256
    assert client_of(secretariat).get(f"{LIST}2.json").status_code == 404


@pytest.mark.parametrize("name", ["focal_point", "viewer", "editor"])
def test_snapshots_are_the_secretariats(request, client_of, proposal, name):
    client = client_of(request.getfixturevalue(name))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{proposal.pk}/confirm/").status_code == 403


def test_list_takes_the_same_queries_whatever_its_length(
    client_of, secretariat, colleague, open_round, snapshot, django_assert_num_queries
):
    client = client_of(secretariat)
    for _ in range(2):
        with django_assert_num_queries(6):
            page = client.get(LIST)
        found = actions.propose_snapshot(reporting_round=open_round, reason="x", by=secretariat)
        actions.confirm_snapshot(snapshot=found, by=colleague)
    assert len(texts(page, "li")) >= 2


class TestPages:
    """Figures about 6 countries, frozen, and then one report is taken out again."""

    GOAL = "/frameworks/2022-2025/goals/1/"

    @pytest.fixture
    def frozen(self, open_round, objective, secretariat, colleague, approved):
        region = approved.country.region
        reports = ProgressReportFactory.create_batch(
            6, round=open_round, objective=objective, country__region=region, submitted=True
        )
        actions.approve_reports(
            reports=[(report, report.version) for report in reports], by=secretariat
        )
        proposal = actions.propose_snapshot(
            reporting_round=open_round, reason="Assembly", by=secretariat
        )
        actions.confirm_snapshot(snapshot=proposal, by=colleague)
        actions.reopen_report(
            report=approved, version=3, by=secretariat, comment="The percentage is wrong."
        )

    def reported(self, client, query=""):
        page = client.get(self.GOAL + query)
        return page.context["rows"][0].cell.reported

    def test_page_of_a_snapshot_says_what_was_frozen(self, client, frozen):
        assert (self.reported(client), self.reported(client, "?snapshot=1")) == (6, 7)

    def test_page_of_a_snapshot_counts_the_countries_of_then(self, client, frozen):
        MemberCountryFactory()
        page = client.get(self.GOAL + "?snapshot=1")
        assert page.context["rows"][0].cell.expected == 7

    def test_page_of_a_snapshot_says_so_with_its_checksum(self, client, frozen):
        page = client.get(self.GOAL + "?snapshot=1").content.decode()
        assert Snapshot.objects.get().sha256 in page
        assert '<input type="hidden" name="snapshot" value="1">' in page

    @pytest.mark.parametrize("number", ["2", "0", "", "x", "1.0", "-1", "9" * 30, "١"])
    def test_snapshot_that_is_not_there_is_not_found(self, client, frozen, number):
        assert client.get(self.GOAL, {"snapshot": number}).status_code == 404

    def test_snapshot_of_a_members_framework_is_for_members(
        self, client, frozen, client_of, viewer
    ):
        Framework.objects.update(results_visibility="members")

        for number in (1, 2):
            page = client.get(f"{self.GOAL}?snapshot={number}").content.decode()
            assert "Assembly" not in page
            assert Snapshot.objects.get().sha256 not in page
        assert "Assembly" in client_of(viewer).get(f"{self.GOAL}?snapshot=1").content.decode()

    def test_round_after_the_snapshots_is_not_in_it(self, client, frozen, open_round):
        ReportingRoundFactory(
            framework=open_round.framework, slug="later", starts_on=date(2026, 1, 1)
        )
        assert client.get(self.GOAL + "?snapshot=1&round=later").status_code == 404
        assert client.get(self.GOAL + "?round=later").status_code == 200
