import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from objectives.converters import ObjectiveCodeConverter


def address(code):
    return f"/frameworks/2022-2025/objectives/{code}/"


@pytest.mark.parametrize(
    ("code", "pair"),
    [("1.1", (1, 1)), ("1.10", (1, 10)), ("12.3", (12, 3)), ("32767.32767", (32767, 32767))],
)
def test_code_in_an_address_is_a_pair_of_numbers(code, pair):
    assert resolve(address(code)).kwargs["code"] == pair


@pytest.mark.parametrize(
    "code",
    ["0.1", "1.0", "01.1", "1.01", "1", "1.", ".1", "1.1.1", "x", "1.x", "100000.1", "1.100000"]
    + ["-1.1", "1,1", "1.1\n", "١.١", "1.1 "],
)
def test_anything_else_is_no_code(code):
    with pytest.raises(Resolver404):
        resolve(address(code))


def test_code_that_no_column_holds_is_not_found(client, framework):
    assert client.get(address("99999.99999")).status_code == 404


@pytest.mark.parametrize("value", ["1.10", (1, 10)])
def test_address_is_made_from_text_and_from_a_pair(value):
    found = reverse("reporting:objective_detail", args=["2022-2025", value])

    assert found == address("1.10")


def test_no_address_is_made_from_what_is_no_code():
    with pytest.raises(NoReverseMatch):
        reverse("reporting:objective_detail", args=["2022-2025", "1.1.1"])


def test_there_and_back():
    converter = ObjectiveCodeConverter()

    assert converter.to_url(converter.to_python("3.12")) == "3.12"
