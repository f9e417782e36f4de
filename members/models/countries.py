from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


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


class MemberCountryQuerySet(models.QuerySet):
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

    objects = MemberCountryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name_en"]
        verbose_name = _("member country")
        verbose_name_plural = _("member countries")

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.iso2,)

    natural_key.dependencies = ["members.region"]

    @property
    def name(self):
        """The country's name in the language of the page."""
        return getattr(self, f"name_{get_language()}", self.name_en)
