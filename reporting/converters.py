from django.urls.converters import StringConverter


class TableConverter(StringConverter):
    """The tables that a page can be taken along as."""

    regex = "progress|indicators|regions|rounds"
