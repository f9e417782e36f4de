import datetime

from django.db import connection
from django.utils import timezone


def database_now():
    """The instant by the database's clock: one for all workers, whatever their own clocks say.

    SQLite has none of its own; it runs in this process and goes by this machine's.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Not now(): that is when the transaction began, and a deadline may have passed since.
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def end_of_day(day):
    """The last minute of `day` where the reader is: 23:59, as rounds end too.

    Midnight would be shown with the date of the day after, which nobody has chosen.
    Where the clocks leave midnight out, it is the minute before they do.
    """
    following = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    midnight = following.replace(tzinfo=timezone.get_current_timezone()).astimezone(datetime.UTC)
    return midnight - datetime.timedelta(minutes=1)
