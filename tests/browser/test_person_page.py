"""The page of a person in a real browser: the report, everything taken along, everything deleted, also at home."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_clinic_facts import MONDAY, keep, raised
from test_household import KNOWN

from posecheck.app.household import Household


@pytest.fixture
def home(app):
    """Somebody whose home this computer is, with one set that the camera saw; the code."""
    house = Household(app.store)
    house.take_plan(KNOWN)
    keep(house.store, MONDAY, raised(), code=house.code)
    yield house.code
    house.store.close()


@pytest.fixture
def page(survivor, app, home):
    survivor.open()
    survivor.page.goto(f"{app.url}person?code={home}")
    survivor.page.get_by_role("heading", name=home).wait_for()
    survivor.page.get_by_role("heading", name="Take along, delete").wait_for()
    return survivor.page


def test_the_report_comes_from_the_page_of_the_person(page, home):
    with page.expect_download() as told:
        page.get_by_role("link", name="Newest report (PDF)").click()
    assert told.value.path().read_bytes().startswith(b"%PDF")
    page.locator("summary", has_text="1 set").click()
    page.get_by_role("link", name="page", exact=True).click()
    page.get_by_text("Coaching and research", exact=False).first.wait_for()
    assert home in page.content()


def test_everything_is_taken_along_and_deleted_and_practice_begins_anew(page, survivor, app, home, tmp_path):
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Export everything").click()
    page.get_by_text("Written:").wait_for()
    [folder] = (tmp_path / "home").glob(f"posecheck-{home}-*")
    assert (folder / "reps.csv").exists()
    page.get_by_text(f"Delete {home}").click()
    page.get_by_label(f"To delete, type {home}").fill(home)
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text(f"Nothing of {home} is left here.").wait_for()
    assert list(app.folder.rglob("*.npz")) == []
    assert survivor.open().screen["kind"] == "choices"  # the first question of the set-up
    assert survivor.errors == []
