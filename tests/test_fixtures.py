import itertools
from datetime import date
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from django.test import TestCase

from goals.models import Framework, Goal, Milestone
from members.models import MemberCountry, Region, User
from objectives.models import Indicator, Objective

FIXTURES = ["members", "framework-2022-2025", "framework-2026-2030"]
SOURCE = settings.BASE_DIR / "fixtures" / "strategic-framework-2022-2025.txt"
MONTH = Milestone.DatePrecision.MONTH
migration = import_module("members.migrations.0008_countries_on_the_map")

# Each has a border, or a strait, with the next of its line.
NEIGHBOURS = [
    "MA DZ TN LY EG SD ET SO KE TZ MZ ZA NA AO CD CG GA CM NG BJ TG GH CI LR SL GN GW SN MR MA",
    "DZ NE TD SD SS UG RW BI TZ ZM ZW BW ZA LS",
    "CA US MX GT HN NI CR PA CO EC PE CL AR UY BR GY VE CO",
    "BS CU HT DO SX KN AG DM LC VC GD TT VE CW AW",
    "LB SY IQ IR PK IN BD MM TH MY ID PG AU NZ",
    "SA YE OM AE QA BH SA KW IQ JO PS",
    "KZ KG CN MN CN KR JP",
    "UZ TM AF TJ KG",
    "VN KH LA VN",
    "SB VU FJ TO WS",
    "PT ES FR BE NL DE DK SE NO SE FI EE LV LT PL CZ AT IT",
    "IE GB NL",
    "RU BY UA MD RO BG GR TR AM AZ GE",
    "SI HR BA ME AL GR CY IL",
]
FROM_NORTH = [
    "DZ ML CI",
    "LY TD CG CD AO NA ZA",
    "EG ET KE TZ MZ LS",
    "CA US MX GT NI CR PA EC BO AR",
    "BS CU JM TT VE BR PY UY",
    "KZ UZ IR SA YE",
    "MN CN VN TH MY SG TL AU NZ",
    "PH PW NR WS FJ NZ",
    "NO DK DE CZ AT IT VA MT",
    "FI EE LV LT HU RO RS MK GR IL",
]
FROM_WEST = [
    "SN ML NE TD SD DJ",
    "LR GH NG CF ET SO",
    "NA ZM MZ MG MU",
    "MX CU HT DO AG",
    "EC PE BR",
    "CO VE GY SR",
    "LB SY IQ IR AF PK IN BD MM LA VN PH",
    "CN KR JP",
    "PG SB FJ TO",
    "IE GB NL DE PL BY UA",
    "PT ES IT HR RO BG TR AZ",
]


def words_of(lines):
    """Each line that is not empty, with one space between its words."""
    return [" ".join(line.split()) for line in lines if line.strip()]


def source_lines():
    return words_of(SOURCE.read_text(encoding="utf-8").splitlines())


def framework_lines(framework):
    """Every text of a framework, in the order in which it is published."""
    lines = [framework.title, *framework.summary.splitlines()]
    for goal in framework.goals.all():
        lines += [str(goal), *goal.description.splitlines()]
        lines += [str(objective) for objective in goal.objectives.all()]
    return words_of(lines)


def all_rows():
    """Every row of the four apps but for the history, as the data base has it."""
    models = [
        model
        for label in ["members", "goals", "objectives", "reporting"]
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
    ]
    return {model: list(model.objects.order_by("pk").values()) for model in models}


def test_source_is_whole():
    assert (len(source_lines()), len(" ".join(source_lines()).split())) == (27, 615)


class TestSeeded(TestCase):
    """The fixtures are loaded once, for all that only look at them."""

    @classmethod
    def setUpTestData(cls):
        call_command("loaddata", *FIXTURES, verbosity=0)

    def test_framework_has_the_words_of_its_source_and_no_others(self):
        assert framework_lines(Framework.objects.get(slug="2022-2025")) == source_lines()

    def test_vision_stands_in_the_source(self):
        vision = Framework.objects.get(slug="2022-2025").vision

        assert f"“{vision.lower()}”" in SOURCE.read_text(encoding="utf-8")

    def test_fixtures_loaded_twice_leave_the_same_rows(self):
        before = all_rows()

        call_command("loaddata", *FIXTURES, verbosity=0)

        assert all_rows() == before

    def test_fixtures_bring_no_user(self):
        assert list(User.objects.all()) == []

    def test_countries_are_196_in_four_regions(self):
        regions = Region.objects.annotate(size=Count("countries")).values_list("code", "size")

        assert dict(regions) == {"AFR": 54, "AMR": 38, "ASI": 54, "EUR": 50}
        assert MemberCountry.objects.count() == 196

    def test_countries_are_named_in_four_languages(self):
        names = MemberCountry.objects.values_list("name_en", "name_fr", "name_es", "name_ar")

        assert [each for each in names if not all(each)] == []

    def test_indicators_are_45_and_none_is_official(self):
        official = Indicator.objects.values_list("is_official", flat=True)

        assert list(official) == [False] * 45

    def test_indicators_are_defined_in_one_to_three_sentences(self):
        """Each says what is counted, and no two say the same."""
        found = dict(Indicator.objects.values_list("name", "definition"))
        sentences = {name: words.count(". ") + words.endswith(".") for name, words in found.items()}

        assert {name: n for name, n in sentences.items() if n not in (1, 2, 3)} == {}
        assert len(set(found.values())) == 45

    def test_shares_say_of_what(self):
        shares = Indicator.objects.filter(unit__startswith="%").exclude(denominator="")
        found = shares.values_list("name", "definition")

        assert [name for name, words in found if "ivided by" not in words] == []

    def test_indicators_of_which_nine_are_asked_of_countries(self):
        assert Indicator.objects.asked_of_countries().count() == 9

    def test_every_objective_has_an_indicator(self):
        assert list(Objective.objects.filter(indicators=None)) == []

    def test_milestones_are_known_to_the_month(self):
        milestones = Milestone.objects.filter(framework__slug="2022-2025")

        assert list(
            milestones.values_list("decision", "body", "session", "date", "date_precision")
        ) == [
            ("endorsed", "Executive Committee", "", date(2020, 7, 1), MONTH),
            ("approved", "General Assembly", "89th session", date(2021, 11, 1), MONTH),
        ]

    def test_next_framework_has_three_goals_five_years_and_no_objectives(self):
        framework = Framework.objects.with_counts().get(slug="2026-2030")

        assert (framework.goal_count, framework.objective_count) == (3, 0)
        assert (framework.starts_on, framework.ends_on) == (date(2026, 1, 1), date(2030, 12, 31))
        assert framework.predecessor.slug == "2022-2025"

    def test_goals_are_numbered_from_one(self):
        numbers = Goal.objects.order_by("framework__slug", "number").values_list(
            "framework__slug", "number"
        )

        first, second = "2022-2025", "2026-2030"
        assert list(numbers) == [(first, n) for n in (1, 2, 3, 4)] + [
            (second, n) for n in (1, 2, 3)
        ]


class TestMaps(TestCase):
    """Where the countries lie, for somebody who knows the map of the world."""

    @classmethod
    def setUpTestData(cls):
        call_command("loaddata", "members", verbosity=0)
        fields = ["iso2", "region__code", "map_column", "map_row"]
        cls.places = {
            iso2: (region, column, row)
            for iso2, region, column, row in MemberCountry.objects.values_list(*fields)
        }

    def test_every_country_has_a_place_of_its_own(self):
        assert [iso2 for iso2, (_, column, _) in self.places.items() if column is None] == []
        assert len(set(self.places.values())) == len(self.places) == 196

    def test_maps_fit_the_page(self):
        sizes = {}
        for region, column, row in self.places.values():
            columns, rows = sizes.get(region, (0, 0))
            sizes[region] = max(columns, column), max(rows, row)

        assert sizes == {"AFR": (11, 9), "AMR": (9, 11), "ASI": (16, 10), "EUR": (11, 10)}

    def test_neighbours_are_near_each_other(self):
        for line in NEIGHBOURS:
            for iso2, other in itertools.pairwise(line.split()):
                with self.subTest(iso2=iso2, other=other):
                    (region, column, row), (same, there, below) = map(
                        self.places.get, (iso2, other)
                    )
                    assert region == same
                    assert max(abs(column - there), abs(row - below)) <= 2

    def test_north_is_above(self):
        for line in FROM_NORTH:
            rows = [self.places[iso2][2] for iso2 in line.split()]
            with self.subTest(line=line):
                assert rows == sorted(set(rows))

    def test_west_is_left(self):
        for line in FROM_WEST:
            columns = [self.places[iso2][1] for iso2 in line.split()]
            with self.subTest(line=line):
                assert columns == sorted(set(columns))

    def test_countries_that_were_there_already_get_the_same_places(self):
        MemberCountry.objects.update(map_column=None, map_row=None)

        migration.put_on_the_map(apps, None)
        fields = ["iso2", "region__code", "map_column", "map_row"]
        found = {iso2: place for iso2, *place in MemberCountry.objects.values_list(*fields)}
        assert found == {iso2: list(place) for iso2, place in self.places.items()}
