import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from reporting.api.fields import plain
from reporting.api.rendering import written

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("31.0"), "31.0"),
        (Decimal("1234567890123456789.1234"), "1234567890123456789.1234"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.5"), "-0.5"),
        (date(2025, 7, 1), '"2025-07-01"'),
        (datetime(2025, 7, 1, 12, tzinfo=UTC), '"2025-07-01T12:00:00Z"'),
        (datetime(2025, 7, 1, 12, tzinfo=timezone(timedelta(hours=2))), '"2025-07-01T10:00:00Z"'),
        (gettext_lazy("Goal"), '"Goal"'),
        ({"a": [1, None, True]}, '{"a":[1,null,true]}'),
        ({}, "{}"),
    ],
)
def test_value_is_written_as_it_is(value, said):
    assert written(value) == said


@given(JSON)
def test_what_is_written_can_be_read(value):
    assert json.loads(written(value)) == value
    assert json.loads(written(value, indent="\n")) == value


@pytest.mark.parametrize(
    ("number", "said"), [("80.0000", "80"), ("80.1250", "80.125"), ("0", "0"), ("1200", "1200")]
)
def test_plain_number_has_the_decimals_that_it_needs(number, said):
    assert f"{plain(Decimal(number))}" == said
