"""The helper's page in a real browser: a home set up by a plan file, the file for the therapist, and no barrier."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_household import KNOWN

from posecheck.store import open_store
from posecheck.store.sharing import merge_practice_file, read_practice_file


@pytest.fixture
def helper(survivor, app, tmp_path):
    """The helper's page of a new home."""
    page = survivor.page
    survivor.open()
    page.locator("button[data-choice=helper]").click()
    page.get_by_role("heading", name="For a helper").wait_for()
    return page


def plan_file(tmp_path, text=KNOWN, name="maria.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def barriers(page):
    """What axe finds, as (rule, part of the page)."""
    found = Axe().run(page)
    return [
        (rule["id"], node["html"][:160]) for rule in found.response["violations"] for node in rule["nodes"]
    ]


def take(page, path):
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="from the next start").click()
    page.get_by_text("is in use.").wait_for()


def test_a_plan_file_sets_the_home_up_in_one_click(helper, survivor, app, tmp_path):
    assert barriers(helper) == []
    take(helper, plan_file(tmp_path))
    assert barriers(helper) == []
    survivor.open()
    assert survivor.screen["kind"] == "home"
    with app.store() as store:
        [person] = store.people()
        assert person.profile["person"]["weaker_side"] == "left"
        assert store.plan(person.code).source == "therapist"
    assert survivor.errors == []
    assert survivor.outside == []


def test_a_file_that_is_no_plan_gets_one_sentence(helper, tmp_path):
    helper.locator("input[type=file]").set_input_files(str(plan_file(tmp_path, "weeks = 3\n", "notes.toml")))
    told = helper.get_by_text("notes.toml", exact=False).last
    told.wait_for()
    assert helper.get_by_role("button", name="from the next start").count() == 0
    assert helper.get_by_text("Traceback").count() == 0


def test_a_number_to_call_has_digits(helper, app, tmp_path):
    take(helper, plan_file(tmp_path))
    for typed, told in (("abc", "and abc came: 112 stays."), ("1", "and 1 came"), ("144", "Kept: 144.")):
        field = helper.get_by_label("Emergency number")
        field.fill(typed)
        field.press("Enter")
        helper.get_by_text(told).wait_for()
    with app.store() as store:
        [person] = store.people()
        assert person.profile["emergency"] == "144"


def test_the_file_for_the_therapist_is_written_and_opens_and_deleting_leaves_nothing(
    helper, survivor, app, tmp_path
):
    take(helper, plan_file(tmp_path))
    helper.get_by_role("button", name="Write the file").click()
    helper.get_by_text("Written:").wait_for()
    written = helper.get_by_text("Written:").inner_text().removeprefix("Written: ").strip()
    words = helper.locator("code").inner_text().strip()
    with open_store(folder=tmp_path / "clinic") as clinic:
        taken = merge_practice_file(clinic, read_practice_file(written, passphrase=words))
        assert taken
        assert [person.profile["person"]["task"] for person in clinic.people()] == ["cup"]
    helper.get_by_text("Delete all of it. I am sure.").click()
    helper.get_by_role("button", name="Delete everything").click()
    helper.get_by_text("Nothing is left.").wait_for()
    with app.store() as store:
        assert store.people() == ()
    assert list(app.folder.rglob("*.npz")) == []
