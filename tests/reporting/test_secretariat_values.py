import pytest
from django.urls import reverse

from objectives.models import Indicator
from reporting.models import SecretariatValue
from tests.factories import IndicatorFactory
from tests.pages import elements

ADD = reverse("admin:reporting_secretariatvalue_add")


@pytest.fixture
def held(objective):
    return IndicatorFactory(objective=objective, reporter=Indicator.Reporter.SECRETARIAT)


def typed(reporting_round, indicator, **changes):
    return {"round": reporting_round.pk, "indicator": indicator.pk, "value": "83.25"} | changes


@pytest.mark.usefixtures("edit_history")
def test_editor_enters_a_value_and_history_names_him(client_of, editor, open_round, held, settings):
    settings.SIMPLE_HISTORY_ENABLED = True
    assert client_of(editor).post(ADD, typed(open_round, held)).status_code == 302
    stored = SecretariatValue.objects.get()
    assert (stored.indicator, float(stored.value)) == (held, 83.25)
    assert stored.history.get().history_user == editor


def test_editor_is_not_offered_what_countries_report(client_of, editor, open_round, held):
    asked = IndicatorFactory(objective=held.objective)
    options = elements(client_of(editor).get(ADD), "option")
    offered = {dict(each.attributes)["value"] for each in options}
    assert str(held.pk) in offered
    client_of(editor).post(ADD, typed(open_round, asked))
    assert SecretariatValue.objects.count() == 0


def test_editor_is_told_of_a_value_that_exists_already(client_of, editor, open_round, held):
    SecretariatValue.objects.create(round=open_round, indicator=held, value=1)
    page = client_of(editor).post(ADD, typed(open_round, held))
    assert "There is a value for this round already." in page.content.decode()


def test_nobody_else_enters_one(client_of, reporter, secretariat, viewer, open_round, held):
    for user in (reporter, secretariat, viewer):
        assert client_of(user).post(ADD, typed(open_round, held)).status_code in (302, 403)
    assert SecretariatValue.objects.count() == 0
