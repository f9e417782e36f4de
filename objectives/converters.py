class ObjectiveCodeConverter:
    """`1.10` in an address as the pair (goal number, objective number): (1, 10)."""

    # Five digits are what the columns hold: a page that links to a code never fails on it.
    regex = r"[1-9][0-9]{0,4}\.[1-9][0-9]{0,4}"

    def to_python(self, value):
        goal_number, number = value.split(".")
        return int(goal_number), int(number)

    def to_url(self, value):
        return value if isinstance(value, str) else f"{value[0]}.{value[1]}"


class IndicatorCodeConverter:
    """`1.1.2` in an address as (goal number, objective number, indicator number)."""

    regex = r"[1-9][0-9]{0,4}\.[1-9][0-9]{0,4}\.[1-9][0-9]{0,4}"

    def to_python(self, value):
        return tuple(int(number) for number in value.split("."))

    def to_url(self, value):
        return value if isinstance(value, str) else ".".join(map(str, value))
