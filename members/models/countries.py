from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.kept import keep

# More tiles beside or below each other fit on no page.
MAP_SIDE = 24
on_the_map = [MinValueValidator(1), MaxValueValidator(MAP_SIDE)]


class RegionQuerySet(models.QuerySet):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def with_country_counts(self):
        """Adds `country_count`, the member countries of each region."""
        return self.annotate(country_count=models.Count("countries"))


class Region(models.Model):
    code = models.CharField(
        _("code"), max_length=3, unique=True, validators=[RegexValidator(r"^[A-Z]{3}\Z")]
    )
    name = models.CharField(_("name"), max_length=60, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)

    def clean(self):
        keep(self, "code", _("Snapshots call this region %(kept)s: its code stays."))


def count_of(rows):
    """Rows of a subquery that names its country by `OuterRef`, as a number."""
    counted = rows.order_by().values("country").annotate(number=models.Count("pk"))
    return Coalesce(models.Subquery(counted.values("number")), 0)


class MemberCountryQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Whose people the person invites: his own country's, or for the secretariat all others'.

        A reviewer who reports for a country is none of those who decide about its people, but
        where he is its focal point.
        """
        if user.is_superuser:
            return self
        if user.is_reviewer:
            is_own = user.country and not user.is_focal_point
            return self.exclude(pk=user.country.pk) if is_own else self
        return self.filter(pk=user.country.pk) if user.is_focal_point else self.none()

    def with_people(self):
        """Adds how many `focal_points`, `people` and `invited` it has, and `has_focal_point`."""
        held = self.model._meta.get_field("memberships").related_model.objects
        held = held.filter(country=models.OuterRef("pk"), user__is_active=True)
        asked = self.model._meta.get_field("invitations").related_model.objects.pending()
        asked = asked.filter(country=models.OuterRef("pk"))
        return self.annotate(
            focal_points=count_of(held.filter(role="focal_point")),
            people=count_of(held),
            invited=count_of(asked),
            has_focal_point=models.Exists(held.filter(role="focal_point")),
        )

    def named(self, words):
        """Whose name in one of the languages has these words in it, or whose code it is."""
        names = [f"name_{each}__icontains" for each in ("en", "fr", "es", "ar")]
        wanted = models.Q(iso2__iexact=words) | models.Q(iso3__iexact=words)
        for name in names:
            wanted |= models.Q(**{name: words})
        return self.filter(wanted)

    def get_by_natural_key(self, iso2):
        return self.get(iso2=iso2)


class MemberCountry(models.Model):
    iso2 = models.CharField(
        _("ISO 3166 code, two letters"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z")],
    )
    iso3 = models.CharField(
        _("ISO 3166 code, three letters"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{3}\Z")],
    )
    name_en = models.CharField(_("name in English"), max_length=100, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=100)
    name_es = models.CharField(_("name in Spanish"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="countries", verbose_name=_("region")
    )
    in_mena = models.BooleanField(
        _("Middle East and North Africa"),
        default=False,
        help_text=_("An overlay on the regions, not a region of its own."),
    )
    member_since_as_listed = models.CharField(
        _("member since, as listed"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{4}(-\d{2}){0,2}\Z")],
        help_text=_(
            "Year, year and month, or full date (2017-09-27). "
            "1956 is the date of the present constitution, not of first joining."
        ),
    )
    regional_bureau = models.CharField(_("regional bureau"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    single_officer_reason = models.CharField(
        _("why one officer alone writes and submits"),
        max_length=300,
        blank=True,
        help_text=_(
            "Filled in for a country that has one officer: its reporter may then submit too, "
            "and each of its submissions says so. Empty: only its focal point submits. "
            "Proposed on the page of the country's people, confirmed by a second person."
        ),
    )
    map_column = models.PositiveSmallIntegerField(
        _("column on the map"),
        null=True,
        blank=True,
        validators=on_the_map,
        help_text=_("On the map of its region's tiles, counted from the west."),
    )
    map_row = models.PositiveSmallIntegerField(
        _("row on the map"),
        null=True,
        blank=True,
        validators=on_the_map,
        help_text=_(
            "Counted from the north. With neither column nor row the country stands below the map."
        ),
    )

    objects = MemberCountryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name_en"]
        verbose_name = _("member country")
        verbose_name_plural = _("member countries")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "map_column", "map_row"],
                name="members_country_place_once",
                violation_error_message=_(
                    "Another country of this region has this place on the map already."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(map_column__isnull=True, map_row__isnull=True)
                | models.Q(
                    map_column__isnull=False,
                    map_row__isnull=False,
                    map_column__range=(1, MAP_SIDE),
                    map_row__range=(1, MAP_SIDE),
                ),
                name="members_country_place_whole",
                violation_error_message=_("A place on the map is a column and a row, or neither."),
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.iso2,)

    natural_key.dependencies = ["members.region"]

    @property
    def name(self):
        """The country's name in the language of the page."""
        return getattr(self, f"name_{get_language()}", self.name_en)
