import pytest

from reporting.quotations import names_one_of, reasons_against, stands_in

TEXT = "Few trainers are left. The ministry has cut the budget,\n\nand two courses fell away."
FRANCE = {
    "names": ["France", "Francia", "فرنسا", "Europe"],
    "codes": ["FR", "FRA"],
    "people": ["Amélie Moreau"],
}


def reasons(passage):
    return [reason.partition(":")[0] for reason in reasons_against(passage, text=passage, **FRANCE)]


@pytest.mark.parametrize(
    ("passage", "stands"),
    [
        ("Few trainers are left.", True),
        ("cut the budget, and two courses", True),
        ("Few trainers are left. […] two courses fell away.", True),
        ("[…] two courses fell away.", True),
        ("two courses fell away. […] Few trainers are left.", False),
        ("few trainers are left.", False),
        ("Few trainers are left!", False),
        ("[…]", False),
        ("", False),
    ],
)
def test_passage_stands_word_for_word(passage, stands):
    assert stands_in(passage, TEXT) is stands


@pytest.mark.parametrize(
    "passage",
    [
        "The bureau of France lacks trainers.",
        "The FRANCE bureau lacks trainers.",
        "In Françe there are none.",
        "Bureaus of Europe share one trainer.",
        "In European bureaus there is one.",
        "مكتب فرنسا",
        "The bureau in FR lacks trainers.",
        "The bureau (FRA) lacks trainers.",
    ],
)
def test_country_and_region_are_not_named(passage):
    assert reasons(passage) == ["This names the country or its region"]


@pytest.mark.parametrize(
    "passage", ["For the fra project there is none.", "Afrance is a word.", "A franchise was lost."]
)
def test_other_words_are_no_names(passage):
    assert reasons(passage) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Côte d'Ivoire", "In Côte d’Ivoire few trainers are left."),
        ("Guinea-Bissau", "In Guinea\u2011Bissau few are left."),
        ("Guinea-Bissau", "In Guinea Bissau few are left."),
        ("France", "In Fran\u00adce few are left."),
        ("Antigua & Barbuda", "In Antigua and Barbuda few are left."),
        ("Saint-Vincent-et-les Grenadines", "A Saint Vincent et Grenadines, peu restent."),
        ("St. Lucia", "In Saint Lucia few are left."),
        ("Sainte-Lucie", "A Ste Lucie, peu restent."),
        ("Kenya", "Few Kenyans are left."),
        ("Mali", "La police malienne est seule."),
        ("Niger", "Les bureaux nigériens sont seuls."),
        ("Congo", "Few Congolese officers are left."),
        ("Iraq", "Few Iraqi officers are left."),
        ("Panama", "Few Panamanian officers are left."),
        ("Chile", "Quedan pocos agentes chilenos."),
        ("Uruguay", "Quedan pocos agentes uruguayos."),
        ("Luxembourg", "La police luxembourgeoise est seule."),
        ("فرنسا", "التدريب بفرنسا قليل"),
        ("فرنسا", "التدريب قليل وفرنسا تطلب المزيد"),
        ("السودان", "التدريب للسودان قليل"),
        ("السودان", "المدرب السوداني وحيد"),
        ("لبنان", "المدربون اللبنانيون قليلون"),
        ("مالي", "التدريب في مالي قليل"),
    ],
)
def test_name_is_found_however_it_is_written(name, said):
    assert names_one_of(said, ["Nowhere", name]) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mali", "Reports of malicious and malignant use, un acte malin."),
        ("Cuba", "The cubature of the hall."),
        ("Niger", "In Nigeria there are some."),
        ("Chad", "Chadors were seized."),
        ("Oman", "Romania and a woman."),
        ("مالي", "الموارد المالية والتقرير المالي"),
        ("&", "This & that."),
    ],
)
def test_word_that_begins_like_a_name_is_none(name, said):
    assert names_one_of(said, [name]) is None


def test_country_is_named_without_what_follows_its_name_in_brackets():
    [reason] = reasons_against(
        "In Micronesia few are left.",
        text="In Micronesia few are left.",
        names=["Micronesia (Federated States of)"],
        codes=["FM", "FSM"],
        people=[],
    )

    assert reason == "This names the country or its region: “Micronesia”."


def test_person_is_not_named():
    assert reasons("As Amelie Moreau has said, there is none.") == ["This names a person"]


@pytest.mark.parametrize(
    "passage",
    [
        "Write to officer@bureau.example for more.",
        "See https://bureau.example/x for more.",
        "See www.bureau for more.",
        "Call +33 1 23 45 67 89 at night.",
        "Call (01) 234-5678 at night.",
    ],
)
def test_addresses_and_telephones_are_not_shown(passage):
    assert reasons(passage) == ["This holds an address or a telephone number."]


@pytest.mark.parametrize("passage", ["In 2024 and 2025 we had 120 courses.", "12 000 of 15 000."])
def test_numbers_are_no_telephones(passage):
    assert reasons(passage) == []


def test_what_is_not_in_the_report_is_said_so():
    [reason] = reasons_against("All went well.", text=TEXT, **FRANCE)

    assert reason.startswith("This does not stand so in the report.")
