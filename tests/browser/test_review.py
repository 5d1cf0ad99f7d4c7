"""A therapist at a real browser: a set opened, corrected with the keys and the hand, and a video brought."""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from synthetic import clock, movement, person
from therapist import keep, settled

from posecheck.analysis import analyse
from posecheck.records import Settings

SHORT = Path(__file__).parents[1] / "phone" / "portrait.mp4"  # 6 s, one repetition of each arm


@pytest.fixture
def curls(app):
    """Ten curls at home, in the store of the app; the number of their set."""
    import numpy as np

    t_s = clock(104.0)
    bend = movement(
        t_s, [3.0 + 10 * i for i in range(10)], rest=10.0, top=100.0, lift_s=3.0, hold_s=1.0, lower_s=3.0
    )
    track = person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), bend), noise_px=0.5)
    result = analyse(track, "elbow_flexion", settings=Settings(affected="left"))
    with app.store() as store:
        store.save_person("P-012", {"person": {"weaker_side": "left"}})
        session = store.begin_session("P-012", kind="full")
        one = store.begin_set(
            session, position=0, exercise="elbow_flexion", side="right", role="stronger", level=2
        )
        store.keep_set(one, result, track)
        store.end_session(session)
    return one


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()


def opened(page, app, query):
    page.goto(f"{app.url}review?{query}")
    page.wait_for_function("() => globalThis.__review?.loaded_ms > 0", timeout=30_000)


def reps(page):
    return page.evaluate("() => __review.sheet.reps")


def barriers(page):
    """What axe finds on a page; nothing, if all is well."""
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]]


def edited(page, act):
    """Do something and wait for what the server says."""
    before = page.evaluate(
        "() => { const n = __review.sheet.edits.length; __review.edited_ms = 0; return n; }"
    )
    act()
    page.wait_for_function("() => __review.edited_ms > 0", timeout=10_000)
    return before


def test_a_set_of_ten_is_corrected_with_keys_and_hand(page, app, curls):
    opened(page, app, f"set={curls}")
    assert len(reps(page)) == 10
    assert barriers(page) == []
    page.keyboard.press("j")
    edited(page, lambda: page.keyboard.press("x"))
    assert [rep["complete"] for rep in reps(page)][:3] == [True, False, True]
    edited(page, lambda: page.keyboard.press("Control+z"))
    assert all(rep["complete"] for rep in reps(page))
    edited(page, lambda: page.keyboard.press("a"))
    assert reps(page)[1]["assisted"]
    # A boundary is drawn with the hand.
    page.keyboard.press("k")
    first = reps(page)[0]
    x0, x1, y = page.evaluate(
        "() => { const { plot } = __review, box = plot.canvas.getBoundingClientRect(), [rep] = __review.chosen;"
        " return [box.left + plot.px(rep.from_s), box.left + plot.px(rep.from_s - 1), box.top + 120]; }"
    )
    page.mouse.move(x0, y)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, y)
    page.mouse.move(x1, y)
    edited(page, page.mouse.up)
    assert reps(page)[0]["from_s"] == pytest.approx(first["from_s"] - 1.0, abs=0.15)
    # The whole set, shifted; and back.
    page.keyboard.press("Control+a")
    edited(page, lambda: page.get_by_role("button", name="Shift by s").click())
    assert reps(page)[9]["automatic"] is not None
    edited(page, lambda: page.get_by_role("button", name="Undo").click())
    assert page.errors == []
    page.wait_for_timeout(1500)
    with app.store() as store:
        kinds = [edit.kind for edit in store.load_set(curls).edits]
        assert kinds == ["assist", "move"]
        rows = store.reps(curls)
        assert rows[1]["assisted"]
        assert rows[1]["score"] != rows[1]["score"]


def test_the_picture_goes_where_the_plot_is_clicked_and_plays(page, app, curls):
    opened(page, app, f"set={curls}")
    page.get_by_role("button", name="5", exact=True).click()
    fifth = reps(page)[4]
    assert page.evaluate("() => __review.stage.time_s") == pytest.approx(fifth["from_s"], abs=0.05)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => __review.stage.time_s") == pytest.approx(fifth["from_s"] + 1 / 30, abs=0.03)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("() => __review.stage.time_s") > fifth["from_s"] + 0.3
    # Something is drawn there: the stick figure.
    assert (
        page.evaluate(
            "() => { const c = __review.stage.canvas;"
            " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"
        )
        > 500
    )


def test_a_still_is_the_way_to_its_repetition_and_none_is_of_what_was_left_out(page, app, curls):
    opened(page, app, f"set={curls}")
    stills = page.locator("[data-still]")
    assert stills.count() == 3
    best = stills.first.get_attribute("data-still")
    assert "Closest to what was asked" in stills.first.inner_text()
    page.locator(".more summary").click()  # so that the page has to scroll back to the picture
    page.get_by_role("heading", name="Thresholds").wait_for()
    assert page.locator(".thresholds tbody tr").first.inner_text().split("\t")[2] == "assumed"
    assert barriers(page) == []
    stills.first.click()
    side, rep = best.split()
    chosen = page.evaluate("() => ({ ...__review.chosen[0], t_s: __review.stage.time_s })")
    assert (chosen["side"], chosen["rep"]) == (side, int(rep))
    assert chosen["t_s"] == pytest.approx(chosen["from_s"], abs=0.05)
    edited(page, lambda: page.keyboard.press("x"))
    assert best not in stills.evaluate_all("all => all.map((one) => one.dataset.still)")
    # The forearm is elsewhere at the top: two pictures, and not twice the same.
    first, second = stills.first.locator("canvas").evaluate_all("all => all.map((one) => one.toDataURL())")
    assert first != second
    assert page.errors == []


def test_where_the_poses_are_gone_or_there_never_were_any_there_is_one_sentence(page, app, curls):
    with app.store() as store:
        session = store.begin_session("P-012", kind="full")
        blind = store.begin_set(session, position=0, exercise="elbow_flexion", side="right", role="stronger")
        store.keep_attempts(blind, 8)
        (store.folder / store.set(curls).trial_folder / "pose.npz").unlink()
    for one, told in ((curls, "there are no stored poses here"), (blind, "was practised without a camera"),
                      (99, "There is no set 99 here.")):  # fmt: skip
        page.goto(f"{app.url}review?set={one}")
        page.get_by_text(told).wait_for()
        page.locator(".review").wait_for(state="detached")
        assert page.get_by_role("heading", level=1).all_inner_texts() == ["Review"]


def test_what_is_written_into_the_note_corrects_nothing(page, app, curls):
    opened(page, app, f"set={curls}")
    before = reps(page)
    note = page.get_by_label("Note for the report")
    note.click()
    page.keyboard.type("Thanks, no masks: next time slower. axjkmns")
    assert note.input_value() == "Thanks, no masks: next time slower. axjkmns"
    page.keyboard.press("Control+a")
    page.keyboard.type("Calm")
    page.keyboard.press("Delete")
    assert note.input_value() == "Calm"
    page.keyboard.type("x")
    assert note.input_value() == "Calmx"
    assert page.evaluate("() => __review.sheet.edits") == []
    assert reps(page) == before


def test_a_code_of_ones_own_is_the_one_that_is_kept(page, app):
    page.goto(f"{app.url}upload")
    page.locator("input[type=file]").set_input_files(str(SHORT))
    page.get_by_role("button", name="Review", exact=True).click(timeout=120_000)
    page.wait_for_function("() => globalThis.__review?.loaded_ms > 0", timeout=30_000)
    code = page.get_by_label("Code of the new person")
    code.fill("P-101")
    code.press("Tab")
    settled(page)
    assert code.input_value() == "P-101"
    keep(page, date(2026, 3, 2))
    with app.store() as store:
        assert [person.code for person in store.people()] == ["P-101"]


def test_a_video_is_brought_reviewed_and_kept(page, app):
    with app.store() as store:
        store.save_person("P-012", {"person": {"weaker_side": "left"}})
    page.goto(f"{app.url}upload?person=P-012")
    page.locator("input[type=file]").set_input_files(str(SHORT))
    page.get_by_text("no side is called weaker or stronger").wait_for(timeout=120_000)
    page.get_by_role("button", name="Review without a weaker side").click()
    page.wait_for_function("() => globalThis.__review?.loaded_ms > 0", timeout=30_000)
    assert {rep["role"] for rep in reps(page)} == {"unknown"}
    page.wait_for_function("() => __review.stage.video?.readyState >= 2", timeout=20_000)
    page.wait_for_function(
        "() => { const all = [...__review.root.querySelectorAll('.stills canvas')];"
        " return all.length === 4 && all.every((one) => one.dataset.film === 'true'); }", timeout=20_000
    )  # fmt: skip
    edited(page, lambda: page.keyboard.press("x"))
    keep(page, date(2026, 3, 2))
    with app.store() as store:
        [session] = store.sessions("P-012")
        [one] = store.sets(session.id)
        assert (session.kind, one.exercise) == ("clinic", "shoulder_abduction")
        assert session.started_utc.astimezone().date() == date(2026, 3, 2)
        assert [edit.kind for edit in store.load_set(one.id).edits] == ["exclude"]
        assert store.films("P-012") == ()
    assert [path for path in (app.folder / "uploads").rglob("*") if path.is_file()] == []
    assert page.errors == []
