"""Survivor and therapist at one computer: the way there and back, and a passcode that practice never asks for."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_household import KNOWN
from therapist import sync_api

from posecheck.app.household import Household

PAGES = (
    "therapist",
    "person?code=P-012",
    "plan?person=P-012",
    "compare?person=P-012",
    "review?set=1",
    "upload",
)
WORD = "amber river"


@pytest.fixture
def home(app):
    """Somebody who practises at home on this computer, and somebody of the therapist's."""
    house = Household(app.store)
    house.take_plan(KNOWN)
    house.store.save_person("P-012", {})
    yield house.code
    house.store.close()


@pytest.fixture
def window(chromium, app):
    """A function that opens a page in a browser of its own, as another person at the same computer would."""
    opened = []

    def open_page(path=""):
        opened.append(chromium.new_context(viewport={"width": 1366, "height": 768}))
        page = opened[-1].new_page()
        go(page, app, path)
        return page

    yield open_page
    for context in opened:
        context.close()


def go(page, app, path):
    page.goto(app.url + path)
    page.locator("h1").first.wait_for()


def give(page, button, *words):
    """Fill the form with this button, and send it."""
    form = page.locator("form").filter(has=page.get_by_role("button", name=button))
    for at, word in enumerate(words):
        form.locator("input").nth(at).fill(word)
    form.get_by_role("button", name=button).click()


def barriers(page):
    return [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in Axe().run(page).response["violations"]]


def set_passcode(page):
    page.get_by_text("Passcode for these pages").click()
    assert barriers(page) == []
    give(page, "Set the passcode", WORD, WORD)
    page.get_by_role("link", name="Lock, and back to practice").wait_for()


def test_the_switch_is_small_for_the_survivor_and_plain_for_the_therapist(survivor, app, home):
    page = survivor.open().page
    assert (
        page.get_by_text("therapist", exact=False).count() == 0
    )  # nothing of it on the survivor's own screen
    page.locator("button[data-choice=helper]").click()
    page.get_by_role("link", name="For a therapist").click()
    page.get_by_role("heading", name="People").wait_for()
    page.get_by_role("link", name="P-012").wait_for()
    page.get_by_role("link", name="Practice", exact=True).click()
    page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=30_000)
    assert survivor.errors == []


def test_every_page_of_the_therapist_asks_and_practice_never_does(survivor, app, home, window):
    therapist = window("therapist")
    set_passcode(therapist)
    family = window("therapist")
    for path in PAGES:
        go(family, app, path)
        family.get_by_role("heading", name="For a therapist").wait_for()
        assert family.get_by_text("P-012").count() == 0, path
    assert barriers(family) == []
    give(family, "Open", "guess")
    family.get_by_text("Please try again.").wait_for()
    give(family, "Open", WORD)
    family.get_by_role("heading", name="Review a video").wait_for()
    go(therapist, app, "person?code=P-012")
    therapist.get_by_role("heading", name="P-012").wait_for()
    assert survivor.open().screen["kind"] == "home"
    survivor.page.locator("button[data-choice=helper]").click()
    survivor.page.get_by_role("heading", name="Share with my therapist").wait_for()
    assert survivor.page.locator("input[type=password]").count() == 0


def test_a_window_that_was_open_all_along_takes_nothing_in(app, home, window, tmp_path):
    family = window("therapist")
    set_passcode(window("therapist"))
    (tmp_path / "x.posecheck").write_bytes(b"age-encryption.org/v1\n")
    # The field for a file is drawn by itself, without its page.
    family.locator("input[type=file]").set_input_files(str(tmp_path / "x.posecheck"))
    family.get_by_role("heading", name="For a therapist").wait_for()
    sync_api.expect(family.get_by_text("P-012")).to_have_count(0)


def test_locking_and_taking_the_passcode_away(app, home, window):
    page = window("therapist")
    set_passcode(page)
    page.get_by_role("link", name="Lock, and back to practice").click()
    page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=30_000)
    go(page, app, "therapist")
    give(page, "Open", WORD)
    page.get_by_text("Passcode for these pages").click()
    give(page, "Take it away", WORD)
    page.get_by_role("link", name="Practice", exact=True).wait_for()
    other = window("therapist")
    other.get_by_role("link", name="P-012").wait_for()
