"""A country moves from one region to another, with all that it has ever reported."""

from django.db import transaction

from members.models import MemberCountry
from reporting.tallies import recount_country


@transaction.atomic
def store_country(*, country):
    """Stores the country as it is edited; where its region is another, both are counted anew."""
    known = MemberCountry.objects.select_for_update(no_key=True).filter(pk=country.pk)
    before = known.values_list("region", flat=True).first()
    country.save()
    if before not in (None, country.region_id):
        recount_country(country, {before, country.region_id})
