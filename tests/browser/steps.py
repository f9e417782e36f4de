from playwright.sync_api import expect

PASSWORD = "a long password for the story"


def sign_in(page, name):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    # The next step must not cut off the way to the front page.
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
