from allauth.account import views as allauth_views
from allauth.mfa.recovery_codes import views as codes_views
from allauth.socialaccount import views as identity_views
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.decorators.http import require_GET

from members import (
    openid_connect,
    sessions_views,
    views,
    views_invitation,
    views_people,
    views_proposals,
)
from members.access import EVERYONE, SIGNED_IN, allowed

own = [
    path(
        "password/",
        allowed(SIGNED_IN)(views.PasswordChangeView.as_view()),
        name="password_change",
    ),
    path(
        "password/reset/",
        allowed(EVERYONE)(views.PasswordResetView.as_view()),
        name="password_reset",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        allowed(EVERYONE)(views.PasswordResetConfirmView.as_view()),
        name="password_reset_confirm",
    ),
    path("profile/", views.profile, name="profile"),
    path("delegation/", views.delegation, name="delegation"),
    path("delegation/<int:pk>/end/", views.delegation_end, name="delegation_end"),
    path("people/", views_people.people_list, name="people_list"),
    path("people/secretariat/", views_people.people_of_secretariat, name="people_of_secretariat"),
    path("people/secretariat/invite/", views_people.secretariat_invite, name="secretariat_invite"),
    path(
        "people/invitations/<int:pk>/confirm/",
        views_people.invitation_confirm,
        name="invitation_confirm",
    ),
    path(
        "people/invitations/<int:pk>/resend/",
        views_people.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "people/invitations/<int:pk>/withdraw/",
        views_people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path(
        "people/persons/<int:pk>/deactivate/",
        views_people.person_deactivate,
        name="person_deactivate",
    ),
    path(
        "people/persons/<int:pk>/reactivate/",
        views_people.person_reactivate,
        name="person_reactivate",
    ),
    path(
        "people/persons/<int:pk>/roles/<str:role>/take/",
        views_people.person_role_take,
        name="person_role_take",
    ),
    path(
        "people/proposals/<int:pk>/confirm/",
        views_proposals.proposal_confirm,
        name="proposal_confirm",
    ),
    path(
        "people/proposals/<int:pk>/withdraw/",
        views_proposals.proposal_withdraw,
        name="proposal_withdraw",
    ),
    path("people/<str:iso2>/", views_people.people_of_country, name="people_of_country"),
    path("people/<str:iso2>/invite/", views_people.person_invite, name="person_invite"),
    path("people/<str:iso2>/only-officer/", views_proposals.only_officer, name="only_officer"),
    path(
        "people/<str:iso2>/only-officer/end/",
        views_proposals.only_officer_end,
        name="only_officer_end",
    ),
    path("invitation/", views_invitation.invitation_accept, name="invitation_accept"),
    path("invitation/<str:token>/", views_invitation.invitation_open, name="invitation_open"),
    path("session/", sessions_views.session, name="session"),
    path("sessions/", sessions_views.session_list, name="session_list"),
    path("sessions/<int:pk>/end/", sessions_views.session_end, name="session_end"),
    path("sessions/end-others/", sessions_views.sessions_end, name="sessions_end"),
]

# Under the names by which django-allauth finds them; its other pages are not served.
urlpatterns = [
    path("login/", allowed(EVERYONE)(views.LoginView.as_view()), name="account_login"),
    # Signing out after the session has ended must not ask to sign in first.
    path("logout/", allowed(EVERYONE)(LogoutView.as_view()), name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.base.urls")),
    path("second-factor/totp/", include("allauth.mfa.totp.urls")),
    path("second-factor/webauthn/", include("allauth.mfa.webauthn.urls")),
    path(
        "second-factor/recovery-codes/",
        # They are shown once: whoever asks for the page's head has not seen them.
        allowed(SIGNED_IN)(require_GET(codes_views.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/generate/",
        codes_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("identities/", identity_views.connections, name="socialaccount_connections"),
    path(
        "identities/cancelled/",
        identity_views.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path(
        "identities/error/",
        allowed(EVERYONE)(identity_views.login_error),
        name="socialaccount_login_error",
    ),
    path(
        "identities/oidc/<str:provider_id>/login/",
        openid_connect.login,
        name="openid_connect_login",
    ),
    path(
        "identities/oidc/<str:provider_id>/login/callback/",
        openid_connect.callback,
        name="openid_connect_callback",
    ),
    *([path("", include("members.saml_urls"))] if settings.SAML_IDP_ENTITY_ID else []),
    path("", include((own, "members"))),
]
