"""Every form of the portal, built as its view or the admin builds it."""

import copy
import datetime
from contextlib import contextmanager
from typing import NamedTuple

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.recovery_codes import forms as codes_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeListSearchForm
from django.contrib.auth import forms as auth_forms
from django.forms import BaseForm, Form
from django.forms.formsets import BaseFormSet
from django.urls import get_resolver
from django.utils import timezone
from django.utils.module_loading import import_string

from members import actions as people_actions
from members import forms as members_forms
from members import forms_codes, forms_passkeys, forms_people, inviting, proposing
from members.models import MemberCountry, Membership, Region, Role, User
from objectives.models import Indicator
from reporting import actions
from reporting import forms as reporting_forms
from reporting.evidence import stored
from reporting.forms.extensions import ExtensionForm
from reporting.forms.filters import CountryFilterForm, ListingFilterForm
from reporting.forms.grants import UntilForm
from reporting.models import ProgressReport, ReportingRound, SecretariatValue
from reporting.views.review import commentable
from reporting.views.review_queue import queue
from reporting.views.workbook import work_of
from tests.fuzz.filling import PASSWORD, filled
from tests.sweep.routes import all_routes

OURS = ("members", "goals", "objectives", "reporting", "framework_portal")


class Portal(NamedTuple):
    """How a form is made of what came, and what a view does with it when it is good."""

    make: object
    save: object = None
    # Whether it is refused whatever a person may type: it asks for a secret of the moment.
    asks_for_a_secret: bool = False


def fresh(world):
    """Not the one whom another example has given a password."""
    return User.objects.get(pk=world.viewer.pk)


def plain(form_class):
    return Portal(lambda world, data, files: form_class(data))


def with_user(form_class, **more):
    return Portal(lambda world, data, files: form_class(data, user=world.viewer), **more)


def report_form(world, data, files):
    report = ProgressReport.objects.get(pk=world.draft.pk)
    return reporting_forms.ReportForm(data, instance=report)


def save_report(world, form):
    report = ProgressReport.objects.get(pk=world.draft.pk)
    report = actions.save_draft(
        report=report,
        version=report.version,
        content=form.content,
        values=form.values,
        by=world.colleague,
    )


def answer_form(world, data, files):
    indicator = world.objective.indicators.get(aggregation=Indicator.Aggregation.RATIO_OF_SUMS)
    return reporting_forms.AnswerForm(data, indicator=indicator)


def save_answer(world, form):
    if form.answer:
        form.answer.report = world.draft
        world.draft.indicator_values.filter(indicator=form.indicator).delete()
        form.answer.full_clean(exclude=["report", "indicator"])


def new_round(world, data, files):
    return reporting_forms.RoundForm(data, instance=ReportingRound(framework=world.framework))


def round_dates(world, data, files):
    return reporting_forms.RoundDatesForm(data, instance=copy.copy(world.round))


def change_round(world, form):
    found = ReportingRound.objects.get(pk=world.round.pk)
    actions.change_round(
        reporting_round=found, stamp=found.stamp, values=form.values, by=world.reviewer
    )


def workbook_form(world, data, files):
    identity = work_of(world.round, world.country).identity
    return reporting_forms.WorkbookForm(data, files, identity=identity)


def evidence_form(world, data, files):
    return reporting_forms.EvidenceForm(data, files)


def add_evidence(world, form):
    items = [stored(file, "Annex") for file in form.cleaned_data["files"]] + form.links
    actions.add_evidence(report=world.draft, version=1, items=items, by=world.colleague)


def return_report(world, form):
    actions.return_report(report=world.submitted, by=world.reviewer, **form.decision)


def grant(world, form):
    chosen = form.cleaned_data
    actions.grant_extension(
        reporting_round=chosen["round"],
        country=chosen["country"],
        until=chosen["until"],
        reason=chosen["reason"],
        by=world.reviewer,
    )


def filter_form(form_class, save=None):
    return Portal(
        lambda world, data, files: form_class(
            data, rounds=[world.round], regions=list(Region.objects.all())
        ),
        save,
    )


def narrow(world, form):
    list(queue(form, world.reviewer))


def narrow_listing(world, form):
    list(form.filter(ProgressReport.objects.all()))


def invite(world, form):
    inviting.invite(by=world.reviewer, country=world.country, **form.cleaned_data)


def let_only_officer_submit(world, form):
    """As it ends up on the country, once a second person has confirmed it."""
    proposal = proposing.propose_only_officer(
        by=world.administrator, country=world.country, **form.cleaned_data
    )
    proposing.confirm_proposal(proposal=proposal, by=world.reviewer)


SECRET = {"asks_for_a_secret": True}
BUILT = {
    account_forms.ReauthenticateForm: with_user(account_forms.ReauthenticateForm),
    auth_forms.SetPasswordForm: Portal(
        lambda world, data, files: auth_forms.SetPasswordForm(fresh(world), data),
        lambda world, form: form.save(),
    ),
    auth_forms.AdminPasswordChangeForm: Portal(
        lambda world, data, files: auth_forms.AdminPasswordChangeForm(fresh(world), data),
        lambda world, form: form.save(),
    ),
    ChangeListSearchForm: plain(ChangeListSearchForm),
    Form: plain(Form),
    codes_forms.GenerateRecoveryCodesForm: with_user(codes_forms.GenerateRecoveryCodesForm),
    totp_forms.ActivateTOTPForm: Portal(
        lambda world, data, files: totp_forms.ActivateTOTPForm(data, user=world.colleague),
        **SECRET,
    ),
    totp_forms.DeactivateTOTPForm: Portal(
        lambda world, data, files: totp_forms.DeactivateTOTPForm(
            data, authenticator=world.authenticator
        )
    ),
    forms_codes.SecondFactorForm: with_user(forms_codes.SecondFactorForm, **SECRET),
    forms_codes.SignInAgainForm: with_user(forms_codes.SignInAgainForm, **SECRET),
    forms_passkeys.AddPasskeyForm: with_user(forms_passkeys.AddPasskeyForm, **SECRET),
    forms_passkeys.SecondFactorPasskeyForm: with_user(
        forms_passkeys.SecondFactorPasskeyForm, **SECRET
    ),
    forms_passkeys.SignInPasskeyForm: Portal(
        lambda world, data, files: forms_passkeys.SignInPasskeyForm(data), **SECRET
    ),
    forms_passkeys.SignInAgainPasskeyForm: with_user(
        forms_passkeys.SignInAgainPasskeyForm, **SECRET
    ),
    webauthn_forms.EditWebAuthnForm: Portal(
        lambda world, data, files: webauthn_forms.EditWebAuthnForm(data, instance=world.passkey)
    ),
    members_forms.UnlinkForm: Portal(
        lambda world, data, files: members_forms.UnlinkForm(
            data, request=world.request(world.officer)
        )
    ),
    members_forms.SignInForm: Portal(
        lambda world, data, files: members_forms.SignInForm(
            data, request=world.request(world.viewer)
        ),
    ),
    members_forms.PasswordChangeForm: Portal(
        lambda world, data, files: members_forms.PasswordChangeForm(fresh(world), data),
        lambda world, form: form.save(),
    ),
    members_forms.PasswordResetForm: Portal(
        lambda world, data, files: members_forms.PasswordResetForm(data),
        lambda world, form: list(form.get_users(form.cleaned_data["email"])),
    ),
    members_forms.ProfileForm: Portal(
        lambda world, data, files: members_forms.ProfileForm(
            data, instance=User.objects.get(pk=world.viewer.pk)
        ),
        lambda world, form: form.save(),
    ),
    members_forms.DelegationForm: Portal(
        lambda world, data, files: members_forms.DelegationForm(data, focal_point=world.officer),
        lambda world, form: people_actions.delegate(
            given_by=world.officer,
            given_to=form.cleaned_data["given_to"],
            ends_at=form.cleaned_data["until"],
        ),
    ),
    forms_people.InvitationForm: Portal(
        lambda world, data, files: forms_people.InvitationForm(data, roles=[Role.VIEWER]), invite
    ),
    forms_people.ReasonForm: plain(forms_people.ReasonForm),
    forms_people.OnlyOfficerForm: Portal(
        lambda world, data, files: forms_people.OnlyOfficerForm(data), let_only_officer_submit
    ),
    forms_people.HandoverForm: Portal(
        lambda world, data, files: forms_people.HandoverForm(
            data, focal_point=world.officer, may_close=True
        ),
        lambda world, form: actions.hand_over(
            focal_point=world.officer, by=world.reviewer, **form.cleaned_data
        ),
    ),
    forms_people.AccountForm: Portal(
        lambda world, data, files: forms_people.AccountForm(User(email="new@example.org"), data),
        lambda world, form: form.save(),
    ),
    forms_people.CountrySearchForm: Portal(
        lambda world, data, files: forms_people.CountrySearchForm(data),
        lambda world, form: list(MemberCountry.objects.named(form.cleaned_data["q"])),
    ),
    reporting_forms.DecisionForm: plain(reporting_forms.DecisionForm),
    reporting_forms.CommentForm: Portal(
        lambda world, data, files: reporting_forms.CommentForm(data),
        lambda world, form: actions.reopen_report(
            report=world.approved,
            by=world.reviewer,
            **form.decision | {"version": world.approved.version},
        ),
    ),
    reporting_forms.ReturnForm: Portal(
        lambda world, data, files: reporting_forms.ReturnForm(
            data, names=commentable(world.submitted)
        ),
        lambda world, form: actions.return_report(
            report=world.submitted,
            by=world.reviewer,
            **form.decision | {"version": world.submitted.version},
        ),
    ),
    reporting_forms.DeskFilterForm: Portal(
        lambda world, data, files: reporting_forms.DeskFilterForm(
            {} if data is None else data, rounds=[world.round], chosen=world.round
        )
    ),
    reporting_forms.EvidenceForm: Portal(evidence_form, add_evidence),
    ExtensionForm: Portal(
        lambda world, data, files: ExtensionForm(data, last=timezone.now()),
        lambda world, form: actions.ask_extension(
            reporting_round=world.submitted.round,
            country=world.country,
            by=world.officer,
            **form.cleaned_data,
        ),
    ),
    reporting_forms.FilterForm: filter_form(reporting_forms.FilterForm),
    reporting_forms.QueueFilterForm: filter_form(reporting_forms.QueueFilterForm, narrow),
    CountryFilterForm: filter_form(CountryFilterForm),
    ListingFilterForm: filter_form(ListingFilterForm, narrow_listing),
    UntilForm: plain(UntilForm),
    reporting_forms.ExtensionAnswerForm: Portal(
        lambda world, data, files: reporting_forms.ExtensionAnswerForm(
            data, extension=world.extension
        ),
        lambda world, form: actions.answer_extension(
            extension=world.extension,
            by=world.reviewer,
            granted_until=form.granted_until,
            answer=form.cleaned_data["answer"],
        ),
    ),
    reporting_forms.GrantForm: Portal(
        lambda world, data, files: reporting_forms.GrantForm(data, user=world.reviewer), grant
    ),
    reporting_forms.BehalfStartForm: Portal(
        lambda world, data, files: reporting_forms.BehalfStartForm(
            data, rounds=ReportingRound.objects.filter(pk=world.round.pk), user=world.reviewer
        )
    ),
    reporting_forms.LetterForm: Portal(
        lambda world, data, files: reporting_forms.LetterForm(data, files),
        lambda world, form: stored(form.cleaned_data["letter"], form.cleaned_data["title"]),
    ),
    reporting_forms.StatusForm: Portal(
        lambda world, data, files: reporting_forms.StatusForm(data),
        lambda world, form: actions.set_status(
            indicator=world.held.indicator,
            reporting_round=world.round,
            by=world.reviewer,
            **form.cleaned_data,
        ),
    ),
    reporting_forms.QuotationForm: Portal(
        lambda world, data, files: reporting_forms.QuotationForm(data, report=world.approved),
        lambda world, form: actions.choose_quotation(
            report=world.approved, by=world.reviewer, **form.cleaned_data
        ),
    ),
    reporting_forms.TakeBackForm: plain(reporting_forms.TakeBackForm),
    reporting_forms.ReportForm: Portal(report_form, save_report),
    reporting_forms.AnswerForm: Portal(answer_form, save_answer),
    reporting_forms.RoundForm: Portal(
        new_round,
        lambda world, form: actions.create_round(reporting_round=form.instance, by=world.reviewer),
    ),
    reporting_forms.RoundDatesForm: Portal(round_dates, change_round),
    reporting_forms.SearchForm: Portal(
        lambda world, data, files: reporting_forms.SearchForm(data, frameworks=[world.framework])
    ),
    reporting_forms.SnapshotForm: Portal(
        lambda world, data, files: reporting_forms.SnapshotForm(data),
        lambda world, form: actions.propose_snapshot(
            reporting_round=form.cleaned_data["round"],
            reason=form.cleaned_data["reason"],
            by=world.reviewer,
        ),
    ),
    reporting_forms.WorkbookForm: Portal(workbook_form),
}
QUOTED = "Few trainers are available."
# What a filled form needs to be good, where the fields alone do not tell.
GOOD = {
    members_forms.PasswordChangeForm: lambda world: {"old_password": PASSWORD},
    account_forms.ReauthenticateForm: lambda world: {"password": PASSWORD},
    members_forms.SignInForm: lambda world: {"login": world.viewer.email},
    reporting_forms.EvidenceForm: lambda world: {"url": "https://police.example/report"},
    reporting_forms.ExtensionAnswerForm: lambda world: {"until": ahead()},
    reporting_forms.GrantForm: lambda world: {"until": ahead()},
    reporting_forms.QuotationForm: lambda world: {"field": "challenges", "text": QUOTED},
    reporting_forms.WorkbookForm: lambda world: {"file": world.workbook},
    Membership: lambda world: {"role": Role.VIEWER.value},
    SecretariatValue: lambda world: {"indicator": world.unanswered.pk},
}


def ahead():
    return f"{timezone.now() + datetime.timedelta(days=100):%Y-%m-%dT%H:%M}"


def well(world, of, form):
    """The form as a person fills it in."""
    return filled(form) | (GOOD[of](world) if of in GOOD else {})


def subclasses(of):
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def form_classes():
    """All of ours, and those of others that a page of ours takes."""
    patterns = get_resolver().url_patterns
    assert patterns
    ours = {each for base in (BaseForm, BaseFormSet) for each in subclasses(base)}
    found = {each for each in ours if each.__module__.split(".")[0] in OURS}
    for route in all_routes():
        view = getattr(unwrapped(route.callback), "view_class", None)
        found |= {getattr(view, "form_class", None)} - {None}
    # django-allauth takes ours in the place of its own.
    replaced = [settings.ACCOUNT_FORMS, settings.MFA_FORMS, settings.SOCIALACCOUNT_FORMS]
    own = {import_string(name) for each in replaced for name in each.values()}
    found -= {base for form_class in own for base in form_class.__mro__[1:]}
    return found | own | {Form, ChangeListSearchForm} | admin_password_forms()


def unwrapped(view):
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def admin_password_forms():
    forms = {getattr(each, "change_password_form", None) for each in admin.site._registry.values()}
    return forms - {None}


@contextmanager
def asked(world):
    """django-allauth finds the request of the moment in a place of its own."""
    with context.request_context(world.request(world.viewer)):
        yield
