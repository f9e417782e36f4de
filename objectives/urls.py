from django.urls import path

from objectives import views

app_name = "objectives"
urlpatterns = [
    path("frameworks/<slug:slug>/indicators/", views.indicator_list, name="indicator_list"),
]
