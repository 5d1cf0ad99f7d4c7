"""A browser and a camera for it."""

from contextlib import suppress
from pathlib import Path

import pytest
from app_server import App, Survivor
from camera import Camera, serve_scenes

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


# --- browser and camera ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="package")
def playwright():
    """Playwright, which drives the browser."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: install the Debian package chromium")
    with sync_api.sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def launch(playwright):
    """A function that starts Chromium with further arguments; what it started is closed at the end."""
    started = []

    def start(*further):
        started.append(playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *further]))
        return started[-1]

    yield start
    for browser in started:
        browser.close()


@pytest.fixture(scope="package")
def chromium(launch):
    """The browser of all tests."""
    return launch()


@pytest.fixture(scope="package")
def scenes_url():
    """Where the clips lie, on loopback."""
    with serve_scenes() as url:
        yield url


@pytest.fixture
def camera(chromium, scenes_url):
    """A camera before which somebody sits, in a page of its own: `camera.page` goes where the test wants."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
    yield Camera(context.new_page(), scenes_url)
    context.close()


# --- what was on the screen when a test did not pass ------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """The words of the pages beside the trouble: where a browser is not at hand, nothing else tells."""
    report = yield
    if report.when == "call" and report.failed:
        pages = [
            page
            for name in ("page", "camera")
            if (shown := getattr(item, "funcargs", {}).get(name)) is not None
            for page in getattr(shown, "page", shown).context.pages
        ]
        for page in pages:
            with suppress(Exception):  # a page that is gone must not hide the trouble itself
                words = page.locator("body").inner_text(timeout=2000)
                report.sections.append((f"words on {page.url}", words))
    return report


# --- the app ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def app(tmp_path):
    """The app, with nothing kept yet."""
    app = App(tmp_path / "data").start()
    yield app
    app.stop()


@pytest.fixture
def survivor(camera, app):
    """Somebody before the app's screen."""
    return Survivor(camera, app)
