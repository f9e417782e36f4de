from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("reporting.urls")),
    path("api/v1/", include("reporting.api.urls")),
    path("", include("goals.urls")),
    path("", include("objectives.urls")),
    path("accounts/", include("members.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "framework_portal.views.permission_denied"
handler404 = "framework_portal.views.page_not_found"
# Django asks for none; django-allauth does, for whatever is limited.
handler429 = "framework_portal.views.too_many_requests"
handler500 = "framework_portal.views.server_error"
