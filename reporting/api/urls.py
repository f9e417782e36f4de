from django.urls import path

from reporting.api import description
from reporting.api.answering import for_programs, nothing_here
from reporting.api.service import api

app_name = "api"
operations, _ninja, _namespace = api.urls
urlpatterns = [
    # ninja's own view of the root is shadowed by the index.
    *(
        path(str(each.pattern), for_programs(each.callback), name=each.name)
        for each in operations
        if each.name != "api-root"
    ),
    path("openapi.json", description.openapi, name="openapi"),
    path("docs", description.docs, name="docs"),
    path("<path:rest>", nothing_here, name="nothing_here"),
]
