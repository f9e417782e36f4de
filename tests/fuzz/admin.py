"""The pages of the admin that have a form, built as the admin builds them."""

from django.contrib import admin
from django.forms import all_valid
from django.test import RequestFactory

from members.models import User


class AdminForm:
    """A page of the admin: the form, and the rows below it."""

    def __init__(self, world, model, row, data=None, files=None):
        self.admin = admin.site._registry[model]
        self.request = world.request(world.administrator, data, files)
        self.is_change = row is not None
        form_class = self.admin.get_form(self.request, row, change=self.is_change)
        if data is None:
            initial = {} if row else self.admin.get_changeform_initial_data(self.request)
            self.form = form_class(instance=row, initial=initial)
            self.formsets, _inlines = self.admin._create_formsets(
                self.request_to_look(world), row, change=self.is_change
            )
            return
        self.form = form_class(data, files, instance=row)
        is_good = self.form.is_valid()
        self.instance = (
            self.admin.save_form(self.request, self.form, self.is_change)
            if is_good
            else self.form.instance
        )
        self.formsets, _inlines = self.admin._create_formsets(
            self.request, self.instance, change=self.is_change
        )
        self.is_good = all_valid(self.formsets) and is_good

    def request_to_look(self, world):
        request = RequestFactory().get("/")
        request.user = world.administrator
        return request

    def save(self):
        self.admin.save_model(self.request, self.instance, self.form, self.is_change)
        self.admin.save_related(self.request, self.form, self.formsets, self.is_change)

    @property
    def classes(self):
        return {type(self.form), *(type(each) for each in self.formsets)} | {
            type(form) for each in self.formsets for form in each.forms
        }


def admin_pages():
    """(model, whether it is changed) of each page with a form."""
    everybody = RequestFactory().get("/")
    everybody.user = User(is_superuser=True)
    for model, found in admin.site._registry.items():
        if found.has_add_permission(everybody):
            yield model, False
        if found.has_change_permission(everybody):
            yield model, True
