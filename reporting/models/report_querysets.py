from django.db import models
from django.db.models import Case, OuterRef, Prefetch, Q, Subquery, When

from members.access import WATCHERS_OF_ALL
from objectives.models import Indicator
from reporting.models.choices import WITH_THE_COUNTRY, WITH_THE_SECRETARIAT, Status


class ProgressReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports whose text `user` may read; the table is in docs/roles.md."""
        return self.filter(self._readable_by(user))

    def with_readable(self, user):
        """Adds `is_readable`: whether `user` may read the text too."""
        return self.annotate(
            is_readable=Case(When(self._readable_by(user), then=True), default=False)
        )

    def _readable_by(self, user):
        visibility = "round__framework__results_visibility"
        allowed = Q(status=Status.APPROVED, **{visibility: "public"})
        if user.is_authenticated:
            allowed |= Q(status=Status.APPROVED, **{visibility: "members"})
            if user.country:
                allowed |= Q(country=user.country)
            if user.is_reviewer:
                allowed |= Q(status__in=WITH_THE_SECRETARIAT)
            if user.is_framework_editor:
                allowed |= Q(status=Status.APPROVED)
        return allowed

    def states_visible_to(self, user):
        """Reports of which `user` may know that they exist, their state and their dates."""
        if WATCHERS_OF_ALL.admits(user):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(country=user.country) if user.country else self.none()

    def editable_by(self, user):
        if not user.is_authenticated or not user.country:
            return self.none()
        return self.filter(country=user.country, status__in=WITH_THE_COUNTRY)

    def reviewable_by(self, user, status=None):
        """Reports that `user` may approve, return or reopen: never his own country's.

        Whoever wants those of one `status` says it here: narrowed later, SQLite reads all of both.
        """
        if not user.is_authenticated or not user.is_reviewer:
            return self.none()
        # Nor one that he has entered himself on behalf of a country.
        wanted = {"status": status} if status else {"status__in": WITH_THE_SECRETARIAT}
        reports = self.filter(**wanted).exclude(entered_by=user)
        return reports.exclude(country=user.country) if user.country else reports

    def with_values(self):
        return self.prefetch_related("indicator_values__indicator")

    def with_asked(self):
        """Fetches with each report, and its values, what `asked` and `gaps` count."""
        asked = Prefetch(
            "objective__indicators",
            Indicator.objects.asked_of_countries(),
            to_attr="asked_indicators",
        )
        return self.prefetch_related(asked)

    def submitted(self):
        return self.filter(status=Status.SUBMITTED)

    def free_for(self, user):
        """Those that no other reviewer has claimed."""
        return self.filter(Q(claimed_by__isnull=True) | Q(claimed_by=user))

    def approved(self):
        return self.filter(status=Status.APPROVED)

    def of(self, framework):
        return self.filter(round__framework=framework)

    def answers_before(self, reporting_round):
        """What was handed in for earlier rounds of the framework, the latest last."""
        return (
            self.of(reporting_round.framework)
            .filter(status__in=WITH_THE_SECRETARIAT, round__starts_on__lt=reporting_round.starts_on)
            .select_related("round", "confirms__round")
            .order_by("round__starts_on")
        )

    def with_names(self):
        """Joined with all that a page says of a report beside its text."""
        return self.select_related(
            "round__framework",
            "objective__goal",
            "country__region",
            "changed_by",
            "claimed_by",
            "entered_by",
            "confirms__round",
        )

    def unchanged(self, *, pk, version, statuses):
        """The row, if nobody has changed it since `version` and it is in one of `statuses`.

        Every write goes through this comparison inside its UPDATE: of two people
        who act at once the database lets one through.
        """
        return self.filter(pk=pk, version=version, status__in=statuses)

    def narrowed(self, *, round=None, region=None, country=None, claimed_by=None):
        """Those of a round, of a region's countries, of a country, of a reviewer; None: all."""
        chosen = {
            "round": round,
            "country__region": region,
            "country": country,
            "claimed_by": claimed_by,
        }
        return self.filter(**{name: value for name, value in chosen.items() if value})

    def with_submission_times(self):
        """Adds `submitted_at`, the instant of the last submission, and that of the first.

        Looked up report by report: joined, a list would be grouped, and to group the few that wait
        the data base reads all that there are.
        """
        copies = self.model.submissions.field.model.objects.filter(report=OuterRef("pk"))
        instants = copies.values("submitted_at")
        return self.annotate(
            submitted_at=Subquery(instants.order_by("-number")[:1]),
            first_submitted_at=Subquery(instants.order_by("number")[:1]),
        )
