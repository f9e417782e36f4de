from django.urls import path, register_converter

from objectives.converters import ObjectiveCodeConverter
from reporting.views import (
    autosave,
    dashboards,
    desk,
    history,
    matrix,
    reports,
    review,
    review_bulk,
    site,
)

register_converter(ObjectiveCodeConverter, "code")

app_name = "reporting"
urlpatterns = [
    path("", dashboards.home, name="home"),
    path("about/", site.about, name="about"),
    path("healthz", site.healthz, name="healthz"),
    path("start/", desk.start, name="start"),
    path("frameworks/<slug:slug>/goals/<int:number>/", dashboards.goal_detail, name="goal_detail"),
    path(
        "frameworks/<slug:slug>/goals/<int:number>/progress.csv",
        dashboards.goal_csv,
        name="goal_csv",
    ),
    path(
        "frameworks/<slug:slug>/objectives/<code:code>/",
        dashboards.objective_detail,
        name="objective_detail",
    ),
    path("reporting/", desk.desk, name="desk"),
    path("reporting/reports/<int:pk>/", reports.report_detail, name="report_detail"),
    path("reporting/<slug:round_slug>/<code:code>/", reports.report_edit, name="report_edit"),
    path(
        "reporting/<slug:round_slug>/<code:code>/autosave/",
        autosave.report_autosave,
        name="report_autosave",
    ),
    path(
        "reporting/<slug:round_slug>/<code:code>/submit/",
        reports.report_submit,
        name="report_submit",
    ),
    path(
        "reporting/<slug:round_slug>/<code:code>/history/",
        reports.report_history,
        name="report_history",
    ),
    path(
        "reporting/submissions/<str:receipt_number>/",
        history.submission_detail,
        name="submission_detail",
    ),
    path(
        "reporting/submissions/<str:receipt_number>/changes/",
        history.submission_changes,
        name="submission_changes",
    ),
    path(
        "reporting/submissions/<str:receipt_number>/compare/<str:other>/",
        history.submission_compare,
        name="submission_compare",
    ),
    path("review/", review.review_queue, name="review_queue"),
    path("review/approve/", review_bulk.reports_approve, name="reports_approve"),
    path("review/matrix/", matrix.matrix, name="matrix"),
    path("review/matrix.csv", matrix.matrix_csv, name="matrix_csv"),
    path("review/<int:pk>/", review.review_detail, name="review_detail"),
    path("review/<int:pk>/claim/", review.report_claim, name="report_claim"),
    path("review/<int:pk>/release/", review.report_release, name="report_release"),
    path("review/<int:pk>/approve/", review.report_approve, name="report_approve"),
    path("review/<int:pk>/return/", review.report_return, name="report_return"),
    path("review/<int:pk>/reopen/", review.report_reopen, name="report_reopen"),
]
