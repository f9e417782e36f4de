from django.urls import reverse


def test_sign_in_page_opens_without_complaint(quiet_page):
    quiet_page.goto(reverse("account_login"))
    assert quiet_page.get_by_label("Password").is_visible()
