"""A row of everything that a form of the portal speaks of."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from members.models import Role, User
from objectives.models import Indicator
from reporting.forms.questions import definitions_of
from reporting.views.workbook import work_of
from reporting.workbook.writing import workbook_bytes
from tests.factories import (
    EvidenceFactory,
    ExtensionFactory,
    FrameworkFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    MilestoneFactory,
    ObjectiveFactory,
    ProgressReportFactory,
    ReportingRoundFactory,
    SubmissionFactory,
    TargetFactory,
    UserFactory,
)
from tests.fuzz.filling import PASSWORD


class World:
    """A row of everything that a form speaks of; tests roll back what they do to it."""

    def __init__(self):
        self.framework = FrameworkFactory()
        MilestoneFactory(framework=self.framework)
        goal = GoalFactory(framework=self.framework)
        self.objective, second = ObjectiveFactory.create_batch(2, goal=goal)
        # One of each way to be counted, for each is another form.
        for aggregation in Indicator.Aggregation:
            TargetFactory(
                indicator=IndicatorFactory(
                    objective=self.objective, aggregation=aggregation, denominator="offices"
                )
            )
        held, self.unanswered = IndicatorFactory.create_batch(
            2, objective=second, reporter=Indicator.Reporter.SECRETARIAT
        )
        self.round = ReportingRoundFactory(framework=self.framework)
        self.officer, self.colleague = self.people(Role.FOCAL_POINT, Role.REPORTER)
        self.country = self.officer.country
        self.reviewer, self.viewer = (
            MembershipFactory(role=role).user for role in (Role.REVIEWER, Role.VIEWER)
        )
        self.administrator = UserFactory(is_superuser=True)
        for user in User.objects.all():
            user.set_password(PASSWORD)
            user.save()
        place = {"round": self.round, "country": self.country, "changed_by": self.colleague}
        self.draft = ProgressReportFactory(objective=self.objective, **place)
        for indicator in self.objective.indicators.all()[:2]:
            IndicatorValueFactory(report=self.draft, indicator=indicator)
        self.approved = ProgressReportFactory(objective=second, approved=True, **place)
        EvidenceFactory(report=self.approved)
        SubmissionFactory(report=self.approved)
        self.submitted = ProgressReportFactory(submitted=True)
        SubmissionFactory(report=self.submitted)
        self.extension = ExtensionFactory(round=self.round, country=self.country)
        self.held = held.secretariat_values.create(round=self.round, value=7)
        self.factors()

    @property
    def workbook(self):
        work = work_of(self.round, self.country)
        content = workbook_bytes(
            title="Filled in",
            identity=work.identity,
            rows=work.rows,
            definitions=definitions_of(work.indicators),
            right_to_left=False,
        )
        return SimpleUploadedFile("filled.xlsx", content)

    def people(self, *roles):
        first = MembershipFactory(role=roles[0])
        others = [MembershipFactory(role=role, country=first.country) for role in roles[1:]]
        return [User.objects.get(pk=each.user_id) for each in (first, *others)]

    def factors(self):
        self.secret = totp.generate_totp_secret()
        self.authenticator = totp.TOTP.activate(self.viewer, self.secret).instance
        self.passkey = Authenticator.objects.create(
            user=self.viewer, type=Authenticator.Type.WEBAUTHN, data={"name": "key"}
        )
        SocialAccount.objects.create(user=self.officer, provider="organisation", uid="1")

    def request(self, user, data=None, files=None):
        request = RequestFactory().post("/")
        request.user, request.session = user, SessionStore()
        # As a view finds them: read from a body already.
        request._post, request._files = data, files
        return request
