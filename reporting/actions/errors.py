"""Why something cannot be done now. What a person may not do at all is the view's question."""


class Conflict(Exception):
    """The report is not as the person last saw it: somebody was first, or its state is another."""


class SomeConflict(Conflict):
    """Of several reports these have changed; nothing was done to any."""

    def __init__(self, reports):
        super().__init__(reports)
        self.reports = reports


class RoundClosed(Exception):
    """The round is not open yet, or no longer."""


class Overdue(RoundClosed):
    """The due date has passed, and the country has no extension."""


class Incomplete(Exception):
    """The rating or the answers ask for more than the report says: {field: message}."""

    def __init__(self, missing):
        super().__init__(missing)
        self.missing = missing


class AlreadyTold(Exception):
    """Whoever could be told that the draft is complete was told of this version, or is nobody."""


class ClosedField(Exception):
    """Only the fields that the reviewer commented on may be changed, and not these."""

    def __init__(self, names):
        super().__init__(names)
        self.names = names
