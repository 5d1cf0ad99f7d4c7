"""What a therapist does at the browser, for the tests that act it out."""

import re
import shutil
import subprocess
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

sync_api = pytest.importorskip("playwright.sync_api")
MIRRORED = "Is writing in the picture backwards"


def new_page(browser, **options):
    """A page of its own; `errors` are those of its scripts, `outside` what it asked of other machines."""
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 1100}, **options})
    page = context.new_page()
    page.errors, page.outside = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda r: None if _here(r.url) else page.outside.append(r.url))
    return page


def _here(url):
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def to(page, url, heading):
    """Go to a page and wait until it is whole."""
    page.goto(url)
    page.get_by_role("heading", name=heading).wait_for(timeout=30_000)
    settled(page)


def settled(page):
    """Wait until the page answers nothing any more: a click that comes meanwhile can get lost (Streamlit)."""
    for _ in range(2):  # what follows from an answer can begin a moment later
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=30_000)
        page.wait_for_timeout(150)


def barriers(page):
    """What axe finds, as (rule, part of the page)."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]


def question(page, label):
    """A choice by the beginning of its label."""
    return page.get_by_role("combobox", name=re.compile(re.escape(label)))


def choose(page, label, option):
    """Answer one; `page` may be a part of a page."""
    question(page, label).click()
    getattr(page, "page", page).get_by_role("option", name=option, exact=True).click()


def dropped(page, field, path):
    """Let a file fall on a field, as the browser itself sees it."""
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


# ── videos ────────────────────────────────────────────────────────────────────────────────────────────────────


def to_upload(page, app, query=""):
    """Go to the page that takes videos."""
    page.goto(f"{app.url}upload{query}")
    page.locator("input[type=file]").wait_for(timeout=30_000)


def bring(page, *paths):
    """Choose videos, as many as are given at once."""
    page.locator("input[type=file]").set_input_files([str(path) for path in paths])


def part_of(page, name):
    """The part of the upload page about one video."""
    return page.locator("[class*='st-key-upload-']").filter(
        has=page.get_by_role("heading", name=name, exact=True)
    )


def point(still, x, y):
    """Click the picture of a video, at parts of its width and height."""
    sync_api.expect(still).to_have_count(1)  # one that is drawn anew may lie over the one before for a moment
    box = still.bounding_box()
    still.click(position={"x": x * box["width"], "y": y * box["height"]})


def to_review(page, *, within_s=120):
    """The button that opens the review; it is there once the video was watched, and says what is in doubt."""
    button = page.get_by_role("button", name=re.compile("^Review( without a weaker side)?$"))
    button.wait_for(timeout=1000 * within_s)
    return button


def keep(page, filmed=None):
    """Keep what is reviewed, as of today or the day it was filmed, where its file does not say that."""
    if filmed is not None:
        day = page.get_by_test_id("stDateInput")
        day.get_by_role("spinbutton").first.click()
        page.keyboard.type(f"{filmed:%Y%m%d}")
        page.get_by_role("heading").first.click()  # a day counts once its field is left
        settled(page)
    button = page.get_by_role("button", name="Keep", exact=True)
    sync_api.expect(button).to_be_enabled(timeout=10_000)
    button.click()
    page.wait_for_url("**/review?set=*", timeout=20_000)
    page.get_by_text("Kept. What you change").wait_for()
    reviewing(page)


def left_behind(app):
    """Files of uploads on the disk; what was closed may be on its way out."""
    folder, until = app.folder / "uploads", time.monotonic() + 10
    while (files := [path for path in folder.rglob("*") if path.is_file()]) and time.monotonic() < until:
        time.sleep(0.1)
    return files


# ── review ────────────────────────────────────────────────────────────────────────────────────────────────────


def reviewing(page):
    """Wait for the review, and for its film where it has one."""
    page.wait_for_function("() => globalThis.__review?.loaded_ms > 0", timeout=30_000)


def reps(page):
    """The repetitions as the review has them now."""
    return page.evaluate("() => __review.sheet.reps")


def edited(page, act):
    """Correct something and wait for what the server says; the repetitions."""
    page.evaluate("() => { __review.edited_ms = 0; }")
    act()
    page.wait_for_function("() => __review.edited_ms > 0", timeout=10_000)
    return reps(page)


def pressed(page, *keys):
    """The same with keys, one after the other."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    return edited(page, lambda: page.keyboard.press(keys[-1]))


def downloaded(page, button, path):
    """Press what gives a file, and keep it."""
    with page.expect_download(timeout=60_000) as told:
        button.click()
    told.value.save_as(path)
    return path


def text_of(pdf):
    """The words of a PDF; the test is skipped where nothing reads them."""
    return _poppler("pdftotext", "-layout", pdf, "-").stdout


def pictures_of(pdf, folder, *, dots_an_inch=60):
    """Each page of a PDF as a PNG, as it is printed."""
    _poppler("pdftoppm", "-r", dots_an_inch, "-png", pdf, folder / pdf.stem)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def _poppler(program, *arguments):
    if shutil.which(program) is None:
        pytest.skip(f"needs {program} of the Debian package poppler-utils")
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=60
    )
