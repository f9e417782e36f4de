"""Served only where SAML is set up, under django-allauth's names; its logout is not among them."""

from django.urls import path

from members import saml

urlpatterns = [
    path("identities/saml/<slug:organization_slug>/login/", saml.login, name="saml_login"),
    path("identities/saml/<slug:organization_slug>/acs/", saml.acs, name="saml_acs"),
    path(
        "identities/saml/<slug:organization_slug>/acs/finish/",
        saml.finish_acs,
        name="saml_finish_acs",
    ),
    path("identities/saml/<slug:organization_slug>/metadata/", saml.metadata, name="saml_metadata"),
]
