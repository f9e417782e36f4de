from datetime import date

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
