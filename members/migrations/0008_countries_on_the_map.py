from django.db import migrations

# As they lie, north above and west left; what is loaded anew brings the same places along.
MAPS = {
    "AFR": """
        .  .  MA DZ TN LY EG
        CV MR ML BF NE TD SD ER DJ
        GM SN CI GH BJ NG CF SS ET SO
        GW GN LR TG .  CM CG UG KE
        .  SL .  .  GQ GA CD RW TZ .  SC
        .  .  .  ST .  .  AO BI MW KM
        .  .  .  .  .  .  NA ZM MZ MG
        .  .  .  .  .  .  BW ZW SZ .  MU
        .  .  .  .  .  .  .  ZA LS
    """,
    "AMR": """
        .  CA
        .  US
        MX .  .  BS
        GT BZ .  CU HT DO SX KN AG
        SV HN .  JM .  .  .  DM LC
        .  NI .  .  .  .  GD VC BB
        .  .  CR .  AW CW TT
        .  .  .  PA CO VE GY SR
        .  .  .  .  EC PE BR
        .  .  .  .  .  BO PY
        .  .  .  .  CL AR UY
    """,
    "ASI": """
        .  .  .  .  KZ
        .  .  .  TM UZ KG .  MN
        LB SY IQ IR AF TJ .  CN .  KR .  JP
        PS JO KW BH .  PK NP BT MM LA VN
        .  .  SA QA AE .  IN BD .  TH KH .  PH
        .  .  YE OM .  .  LK .  .  .  MY BN PW FM MH
        .  .  .  .  .  MV .  .  .  .  SG ID .  NR KI
        .  .  .  .  .  .  .  .  .  .  .  TL PG SB .  WS
        .  .  .  .  .  .  .  .  .  .  .  .  AU VU FJ TO
        .  .  .  .  .  .  .  .  .  .  .  .  .  .  NZ
    """,
    "EUR": """
        IS .  .  NO SE FI
        .  .  .  .  .  .  EE
        IE GB .  DK .  .  LV RU
        .  .  NL DE PL LT BY
        .  .  BE LU CZ SK HU UA
        .  .  FR CH LI AT RO MD
        .  AD MC IT SI HR RS BG .  GE
        PT ES .  SM .  BA ME MK TR AM AZ
        .  .  .  VA .  .  AL GR CY
        .  .  .  MT .  .  .  .  .  IL
    """,
}


def put_on_the_map(apps, schema_editor):
    """The countries that are there; one that has moved to another region waits for an editor."""
    countries = apps.get_model("members", "MemberCountry").objects
    for region, drawn in MAPS.items():
        for row, line in enumerate(drawn.split("\n")[1:-1], start=1):
            for column, iso2 in enumerate(line.split(), start=1):
                there = countries.filter(region__code=region, iso2=iso2, map_column=None)
                there.update(map_column=column, map_row=row)


def take_off_the_map(apps, schema_editor):
    countries = apps.get_model("members", "MemberCountry").objects
    countries.update(map_column=None, map_row=None)


class Migration(migrations.Migration):
    dependencies = [("members", "0007_places_on_the_map")]

    operations = [migrations.RunPython(put_on_the_map, take_off_the_map)]
