"""The rules of the screens that a machine can check: on every kind of screen, whichever half is the seen one."""

import json
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from posecheck.coach.screen import Choice, Pacer, Screen, as_in_a_mirror
from posecheck.exercise import list_practices
from posecheck.words import words

NOW_S = 1_764_000_000.0
THREE = (Choice("pain", "Pain", "pain", 1), Choice("tired", "Tired", "tired", 2),
         Choice("something_else", "Something else", "something_else", 3),
         Choice("go_on", "Go on", "go_on", mark="hand_up"))  # fmt: skip
GO_ON = (Choice("go_on", "Go on", "go_on"),)
BY_HAND = (Choice("go_on", "Go on", "go_on", mark="hand_up"),)
ENOUGH = Choice("finish", "Stop for today", "stop")
PACER = Pacer(NOW_S, 3.0, 1.0, 3.0, 1.0, {"lift": "Up", "lower": "Down"}, led=0)
FIGURE = {"exercise": "elbow_flexion", "side": "right", "level": "1"}
PROGRESS = {"weeks": [["stronger", "", "weaker", "", "both", "", ""]] * 6, "task": {"picture": "cup", "times": 5},
            "balance": {"stronger": 120, "weaker": 100, "both": 60}}  # fmt: skip
SETUP = {"setup": True, "at": 3, "of": 27}
NOT_SURE = (Choice("not_sure", "Not sure", "not_sure"), Choice("back", "Back", "repeat"))
TILES = tuple(Choice(f"t{i}", text, picture, about=about, mark=mark) for i, (about, text, picture, mark) in enumerate([
    ("Weaker side", "Right", "weaker_right", ""), ("Harder to see", "Both are fine", "see_both", ""),
    ("Therapist's yes", "Yes", "doctor", "yes"), ("Recent stroke", "No", "calendar", "no"),
    ("Movement", "Quite well", "weaker_arm_right", ""), ("Days", "Monday, Wednesday, Friday", "week_mon_wed_fri", ""),
    ("Shoulder operation", "Not sure", "shoulder_surgery", "not_sure"), ("Wheelchair", "No", "wheelchair", "no"),
    ("Ambulance", "123456789012", "phone_emergency", "")]))  # fmt: skip
SCREENS = {
    "welcome": Screen("choices", "Welcome.", lines=("This helps you practise slow, steady movement.",
                      "It is not medical advice.", "About 30 questions first, with a helper."), picture="helper",
                      data={"setup": True}, choices=(Choice("start", "Start", "go_on"),)),
    "set_up_yes_no": Screen("choices", "Therapist said yes to home exercise?", picture="doctor", data=SETUP, choices=(
        Choice("yes", "Yes", "yes"), Choice("no", "No", "no"), *NOT_SURE)),
    "set_up_days": Screen("choices", "Which days suit you?", data=SETUP, choices=(
        Choice("mon_wed_fri", "Monday, Wednesday, Friday", "week_mon_wed_fri"),
        Choice("tue_thu_sat", "Tuesday, Thursday, Saturday", "week_tue_thu_sat"),
        Choice("any_day", "Any day", "week_any_day"), *NOT_SURE)),
    "set_up_ambulance": Screen("choices", "Which number calls an ambulance?", data=SETUP, choices=(
        *(Choice(number, number, "phone_emergency") for number in ("112", "911", "999")),
        Choice("other_number", "Another number", "keypad"), *NOT_SURE)),
    "keypad": Screen("choices", "Which number calls an ambulance?", lines=("123456789012",), choices=(
        *(Choice(digit, digit, "") for digit in "1234567890"), NOT_SURE[1], *GO_ON), data=SETUP | {"grid": "keypad"}),
    "summed_up": Screen("choices", "Is this right?", lines=("Touch one to change it.",), data={
        "setup": True, "at": 0, "of": 3, "grid": "answers", "focus": "yes"}, choices=(
        *TILES, NOT_SURE[1], Choice("yes", "Yes", "yes"))),
    "finished": Screen("choices", "All set. Thank you.", lines=("It cannot see how you feel.", "Follow your therapist.",
                       "Stop if you feel unwell."),
                       picture="thumbs_up", data={"setup": True}, choices=GO_ON),
    "home": Screen("home", "Ready to practise?", picture="hand_up", choices=(
        Choice("start", "Start", "go_on"), Choice("shorter", "Shorter today", "clock_10"),
        Choice("progress", "My practice", "graph"))),
    "set_up": Screen("choices", "Which side is harder to see?", data=SETUP, choices=tuple(
        Choice(f"c{i}", text, picture) for i, (text, picture) in enumerate(
            [("Left half", "see_left"), ("Right half", "see_right"), ("Both are fine", "see_both"),
             ("Not sure", "not_sure"), ("Back", "repeat")]))),
    "question": Screen("choices", "What is it?", choices=THREE, camera=True, preview=True),
    "question_without_camera": Screen("choices", "What is it?", choices=THREE),
    "camera": Screen("camera", "Looking for you.", "Move back one step.", camera=True, preview=True, choices=(ENOUGH,)),
    "camera_offer": Screen("camera", "Looking for you.", "Close other programs.", camera=True, preview=True, choices=(
        Choice("anyway", "Go on", "go_on", 1), Choice("without", "Practise without camera", "camera_off", 2), ENOUGH)),
    "raise_hand": Screen("camera", "Raise your stronger hand.", camera=True, preview=True, picture="hand_up", choices=(
        Choice("skip", "Go on", "go_on"), ENOUGH)),
    "settle": Screen("camera", "Sit still for a moment.", camera=True, preview=True, data={"count_in": 3},
                     choices=(ENOUGH,)),
    "show": Screen("show", "Bend your elbow", figure=FIGURE, choices=GO_ON),
    "set": Screen("set", "Bend your elbow", "Slower. Count 3.", camera=True, preview=True, stop=True, pacer=PACER,
                  count=7, step=(1, 2), figure=FIGURE),
    "set_without_cue": Screen("set", "Lift your arm to the side", camera=True, preview=True, stop=True, pacer=PACER,
                              count=12, figure=FIGURE),
    "set_filmed": Screen("set", "Bend your elbow", camera=True, preview=True, stop=True, pacer=PACER, count=3,
                         step=(1, 2), figure=FIGURE, data={"film": True}),
    "check": Screen("choices", "A short check today?", lines=("Three moves. As far as comfortable.",), camera=True,
                    preview=True, choices=(Choice("go_on", "Go on", "yes", 1),
                                            Choice("not_today", "Not today", "no", 3))),
    "home_done": Screen("home", "Done for today. Well done.", picture="thumbs_up", choices=(
        Choice("progress", "My practice", "graph"), Choice("start", "Start", "go_on"),
        Choice("shorter", "Shorter today", "clock_10"))),
    "where": Screen("choices", "Where?", camera=True, preview=True, choices=(
        Choice("chest", "Chest", "where_chest", 1), Choice("back", "Back", "where_back", 2),
        Choice("leg", "Leg", "where_leg", 3), Choice("other", "Elsewhere", "where_other", mark="hand_up"))),
    "red_flag": Screen("choices", "New today?", camera=True, preview=True, choices=(
        Choice("new_arm_weak", "New weak arm or leg", "new_arm_weak", 1),
        Choice("new_face_droop", "New face droop", "new_face_droop", 2),
        Choice("new_speech", "New trouble speaking", "new_speech", 3),
        Choice("more", "None of these", "go_on", mark="hand_up"))),
    "red_flag_sure": Screen("choices", "New trouble speaking", lines=("Shall we stop for today?",), camera=True,
                            preview=True, picture="new_speech", choices=(
                                Choice("yes", "Stop for today", "stop", 1), Choice("no", "No", "no", 3))),
    "rest_well": Screen("home", "Rest today.", lines=("Call 112 now.",), picture="phone_emergency", choices=(
        Choice("progress", "My practice", "graph"),)),
    "weaker": Screen("set", "Bend your elbow", camera=True, preview=True, stop=True, pacer=PACER, count=6,
                     figure=FIGURE, data={"tried": True, "moved": True}, lines=("Weaker side",)),
    "rest": Screen("rest", "Rest now.", picture="rest", ends_s=NOW_S + 60, data={"begun_s": NOW_S},
                   choices=(Choice("more_rest", "More rest", "more_rest", 1), *GO_ON,
                            ENOUGH)),
    "card": Screen("read", "", lines=("Training one side can also help the other.",), picture="both_sides_linked",
                   choices=BY_HAND, data={"at": 0, "of": 2}),
    "task": Screen("read", "Now one everyday task.", lines=("Fold a towel on the table. The weaker hand holds. The "
                   "stronger hand folds.", "Done? Raise your stronger hand."), picture="towel", stop=True,
                   choices=BY_HAND),
    "alarm": Screen("alarm", "Call 112 now.", lines=("New trouble speaking", "Show this to someone."),
                    picture="phone_emergency", choices=(Choice("home", "Home", "home"),), data={"urgent": True}),
    "progress": Screen("progress", "My practice", data=PROGRESS, choices=(
        Choice("home", "Home", "home"), Choice("again", "Again", "repeat"))),
}  # fmt: skip
HALVES = ("left", "right", "")
LEADING = ("start", "lift", "hold", "lower")
OVERFLOW = 2  # px that rounding may bring


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    """The app's page, on which any screen can be put."""
    from app_server import App

    app = App(tmp_path_factory.mktemp("rules") / "data").start()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
    page = context.new_page()
    page.goto(app.url)
    page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=30_000)
    page.evaluate(
        "() => { const { app } = __posecheck; app.closed = true; app.socket.close(); app.voice.close();"
        " app.voice.caption = () => {}; }"  # what is said of the first screen would stand on the others
    )
    yield page
    context.close()
    app.stop()


def put(page, screen, *, see="", hand="right"):
    """Put a screen there, in the half that is seen."""
    screen = as_in_a_mirror(screen, hand)
    page.evaluate(
        "([screen, facing]) => { const view = __posecheck.view; view.face(facing); view.show(screen); view.caption('');"
        " view.hover([0, 0], {}); }",
        [json.loads(json.dumps(screen.to_dict())), {"see": see, "hand": hand}],
    )
    page.wait_for_timeout(60)


def resized(page, wide, high):
    page.set_viewport_size({"width": wide, "height": high})


def boxes(page, selector):
    """Place and text of what is seen of a kind."""
    return page.evaluate(
        """(selector) => [...__posecheck.view.root.querySelectorAll(selector)].filter((e) => e.checkVisibility()
            && e.getBoundingClientRect().width).map((e) => { const b = e.getBoundingClientRect();
            return { left: b.left, top: b.top, right: b.right, bottom: b.bottom, width: b.width, height: b.height,
                     text: e.textContent.trim(), size: parseFloat(getComputedStyle(e).fontSize) }; })""",
        selector,
    )


@pytest.mark.parametrize("name", SCREENS)
def test_no_violation_of_the_accessibility_rules(page, name):
    put(page, SCREENS[name])
    found = Axe().run(page)
    told = [
        (rule["id"], node["html"][:200]) for rule in found.response["violations"] for node in rule["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize(("name", "see"), list(product(SCREENS, HALVES)))
def test_every_control_is_large_whole_and_in_the_half_that_is_seen(page, name, see):
    put(page, SCREENS[name], see=see, hand=see or "right")
    wide, high = 1366, 768
    buttons = boxes(page, "button")
    assert len(buttons) >= len(SCREENS[name].choices)
    for button in buttons:
        assert button["width"] >= 64, button
        assert button["height"] >= 64, button
        assert button["left"] >= -OVERFLOW, button
        assert button["right"] <= wide + OVERFLOW, button
        assert button["top"] >= -OVERFLOW, button
        assert button["bottom"] <= high + OVERFLOW, button
    for one, other in ((a, b) for i, a in enumerate(buttons) for b in buttons[i + 1 :]):
        apart = max(other["left"] - one["right"], one["left"] - other["right"], other["top"] - one["bottom"],
                    one["top"] - other["bottom"])  # fmt: skip
        assert apart >= 8, (one, other)
    seen = {"right": (wide / 2, wide), "left": (0, wide / 2), "": (0, wide)}[see]
    middle = (wide / 4, 3 * wide / 4)  # or within the central half
    for part in (
        *buttons,
        *boxes(page, ".title, .cue, .count, .films, .lines p, canvas.pacer, .ring, .sign"),
    ):
        inside = part["left"] >= seen[0] - OVERFLOW and part["right"] <= seen[1] + OVERFLOW
        central = part["left"] >= middle[0] and part["right"] <= middle[1]
        assert inside or central, (see, part)


@pytest.mark.parametrize(("name", "see"), list(product(SCREENS, HALVES)))
def test_nothing_covers_words_or_buttons(page, name, see):
    put(page, SCREENS[name], see=see, hand=see or "right")
    read = boxes(page, ".title, .cue, .lines p")
    others = [*read, *boxes(page, ".sign, .ring"), *boxes(page, ".choices button, .tools button")]
    for one in read:
        for other in others:
            apart = max(other["left"] - one["right"], one["left"] - other["right"], other["top"] - one["bottom"],
                        one["top"] - other["bottom"])  # fmt: skip
            assert other == one or apart >= -OVERFLOW, (one, other)


ZONES = {1: [470, 150, 92], 2: [470, 235, 92], 3: [470, 340, 92]}  # of somebody 1.3 m away, px


@pytest.mark.parametrize(("wide", "high"), [(1366, 768), (683, 384)])
@pytest.mark.parametrize("name", ["red_flag", "question", "check"])
def test_pictures_beside_the_hand_stand_apart(page, name, wide, high):
    resized(page, wide, high)
    try:
        put(page, SCREENS[name])
        page.evaluate("(zones) => __posecheck.view.hover([0, 0], zones)", ZONES)
        cards = sorted(boxes(page, ".beside button"), key=lambda card: card["top"])
        [mirror] = boxes(page, ".you")
    finally:
        resized(page, 1366, 768)
    assert len(cards) == sum(choice.place > 0 for choice in SCREENS[name].choices)
    for one, other in pairwise(cards):
        assert other["top"] >= one["bottom"]
    assert cards[0]["top"] >= mirror["top"]
    assert cards[-1]["bottom"] <= mirror["bottom"]


def test_words_beside_the_hand_are_whole(page):
    put(page, SCREENS["red_flag"])
    cut = page.evaluate(
        "() => [...__posecheck.view.root.querySelectorAll('.beside .choice')].filter((card) => {"
        " const c = card.getBoundingClientRect(), s = card.querySelector('span').getBoundingClientRect();"
        " return s.bottom > c.bottom || s.right > c.right || s.left < c.left || s.top < c.top; })"
        ".map((card) => card.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize(
    ("name", "see"), [(name, see) for name in SCREENS for see in HALVES if SCREENS[name].data.get("setup")]
)
@pytest.mark.parametrize(("wide", "high"), [(1366, 768), (683, 384)])
def test_words_and_pictures_of_the_set_up_are_whole(page, name, see, wide, high):
    resized(page, wide, high)
    try:
        put(page, SCREENS[name], see=see, hand=see or "right")
        page.wait_for_function(
            "() => [...__posecheck.view.root.querySelectorAll('img')].every((e) => e.complete)"
        )
        cut = page.evaluate(
            """() => [...__posecheck.view.root.querySelectorAll("button")].filter((button) => {
                const b = button.getBoundingClientRect(), pictures = [...button.querySelectorAll("img")];
                const inside = [...button.children].filter((e) => e.checkVisibility()).map((e) => {
                  const words = document.createRange(); words.selectNodeContents(e);
                  return e.localName === "img" ? e.getBoundingClientRect() : words.getBoundingClientRect(); });
                const over = inside.some((one, i) => inside.slice(i + 1).some((o) => one.left < o.right - 1
                  && o.left < one.right - 1 && one.top < o.bottom - 4 && o.top < one.bottom - 4)); // letters have air
                return over || pictures.some((e) => !e.naturalWidth) || inside.some((e) => e.right > b.right - 3
                  || e.left < b.left + 3 || e.top < b.top - 1 || e.bottom > b.bottom + 1); })
              .map((button) => button.textContent)"""
        )
        assert cut == []
        read = boxes(page, ".title, .of, .lines p, .sign")
        for one, other in (
            (a, b) for i, a in enumerate(read) for b in [*read[i + 1 :], *boxes(page, "button")]
        ):
            apart = max(other["left"] - one["right"], one["left"] - other["right"], other["top"] - one["bottom"],
                        one["top"] - other["bottom"])  # fmt: skip
            assert apart >= -OVERFLOW, (one, other)
    finally:
        resized(page, 1366, 768)


def test_how_far_the_set_up_is_stands_in_words_and_a_set_keeps_one_number(page):
    put(page, SCREENS["set_up"])
    [told] = boxes(page, ".steps .of")
    assert told["text"] == "4 of 27"
    assert told["width"] > 40
    assert page.get_by_role("status").filter(has_text="4 of 27").count() == 1
    put(page, SCREENS["set"])  # the count is the only number that is seen; a reader of screens is told
    [told] = boxes(page, ".steps .of")
    assert (told["text"], told["width"]) == ("Set 1 of 2", 1)


def test_where_all_answers_are_summed_up_enter_says_yes(page):
    put(page, SCREENS["summed_up"])
    assert page.evaluate("() => __posecheck.view.focused.dataset.choice") == "yes"
    assert page.get_by_role("button", name="Wheelchair No").count() == 1


def test_keys_type_the_digits_that_stand_on_them_and_stay_where_they_are(page):
    keypad = SCREENS["keypad"]
    put(page, replace(keypad, choices=keypad.choices[:-1]))
    page.evaluate(
        "() => { __posecheck.view.out.answer = (choice) => (globalThis.typed ??= []).push(choice); }"
    )
    for key in "1440":
        page.keyboard.press(key)
    assert page.evaluate("() => globalThis.typed") == list("1440")
    page.locator("button[data-choice='4']").focus()
    put(page, keypad)
    assert page.evaluate("() => __posecheck.view.focused.dataset.choice") == "4"


@pytest.mark.parametrize(("name", "chosen"), [("camera", []), ("settle", []), ("raise_hand", ["skip"])])
def test_a_clicker_never_ends_the_day_by_itself(page, name, chosen):
    put(page, SCREENS["home"])
    put(page, SCREENS[name])
    page.evaluate(
        "() => { globalThis.chosen = []; __posecheck.view.out.answer = (choice) => chosen.push(choice); }"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("() => chosen") == chosen
    page.keyboard.press("ArrowLeft")  # who wants it finds it with the keys
    page.keyboard.press("Enter")
    assert page.evaluate("() => chosen") == [*chosen, "finish"]


def test_the_own_picture_is_a_mirror_image(page):
    """As the pictograms are, and the figure (tests/test_pictures.py)."""
    put(page, SCREENS["settle"])
    turned = page.evaluate(
        "() => getComputedStyle(__posecheck.view.root.querySelector('.you video')).transform"
    )
    assert turned == "matrix(-1, 0, 0, 1, 0, 0)"


CUES = sorted(  # what stands on the screen during a set: not what is said before it, nor what leads the dot
    {text for practice in list_practices() for name, text in practice.cues.items() if name not in LEADING}
    | {check.say for practice in list_practices() for check in getattr(practice, "check", ()) if check.say}
    | {text for name, text in words()["cue"].items() if name not in LEADING}
    | {*words()["praise"].values(), *words()["posture"].values()}
    | {text for text in words()["cure"].values() if "{" not in text}
)


@pytest.mark.parametrize("see", ["right", ""])
def test_cues_have_letters_of_a_sixth_of_the_height_in_two_lines_at_most(page, see):
    small = {}
    for cue in CUES:
        put(
            page,
            Screen("set", "Bend your elbow", cue, camera=True, preview=True, stop=True, pacer=PACER, count=7),
            see=see,
        )
        [box] = boxes(page, ".cue")
        assert box["height"] <= 2 * 1.1 * box["size"] + OVERFLOW
        if box["size"] < 0.16 * 768:
            small[cue] = round(box["size"] / 768, 3)
    assert small == {}


@pytest.mark.parametrize(("name", "see"), list(product(SCREENS, HALVES)))
def test_nothing_is_lost_at_twice_the_size(page, name, see):
    resized(page, 683, 384)  # what 200 % leaves of 1366 x 768
    try:
        put(page, SCREENS[name], see=see, hand=see or "right")
        for button in boxes(page, "button"):
            assert button["left"] >= -OVERFLOW, button
            assert button["right"] <= 683 + OVERFLOW, button
        reached = page.evaluate(
            """() => [...__posecheck.view.root.querySelectorAll("button")].every((b) => { b.scrollIntoView();
                const box = b.getBoundingClientRect(); return box.top >= -2 && box.bottom <= innerHeight + 2; })"""
        )
        assert reached
    finally:
        resized(page, 1366, 768)


@pytest.mark.parametrize(
    ("see", "wide", "high"), [*((see, 1366, 768) for see in HALVES), *((see, 683, 384) for see in HALVES)]
)
def test_my_practice_is_seen_whole(page, see, wide, high):
    """Whichever half is seen, also at twice the size, where one may have to go down the page."""
    resized(page, wide, high)
    try:
        put(page, SCREENS["progress"], see=see, hand=see or "right")
        parts = boxes(page, ".progress figcaption, .progress svg, .progress svg text, .progress svg circle, "
                            ".progress svg rect, .progress img")  # fmt: skip
        assert len(parts) == 3 + 3 + 3 + 42 + 5 + 3 + 1
        buttons = boxes(page, "button")
        whole = page.evaluate(
            "() => [...__posecheck.view.root.querySelectorAll('.progress, .progress *')].every((e) =>"
            " e.scrollHeight <= e.clientHeight + 2 && e.scrollWidth <= e.clientWidth + 2"
            " || !['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowY))"
        )
        assert whole, "a part of it is cut, or has to be scrolled by itself"
        seen = {"right": (wide / 2, wide), "left": (0, wide / 2), "": (0, wide)}[see]
        for part in parts:
            assert part["left"] >= seen[0] - OVERFLOW, part
            assert part["right"] <= seen[1] + OVERFLOW, part
            assert high < 768 or part["bottom"] <= high, part
            for button in buttons:
                beside = max(button["left"] - part["right"], part["left"] - button["right"])
                assert beside >= 0 or part["bottom"] <= button["top"] + OVERFLOW, (part, button)
    finally:
        resized(page, 1366, 768)


@pytest.mark.parametrize("name", ["home", "question_without_camera", "rest", "card", "progress"])
def test_keys_alone_reach_every_choice(page, name):
    put(page, SCREENS[name])
    reached = set()
    for _ in SCREENS[name].choices:
        reached.add(page.evaluate("() => __posecheck.view.focused?.dataset.choice"))
        page.keyboard.press("ArrowRight")
    assert reached == {choice.id for choice in SCREENS[name].choices}


def test_nothing_of_streamlit_is_seen(page):
    put(page, SCREENS["home"])
    for name in ("Deploy", "Rerun", "Settings"):
        assert not page.get_by_text(name, exact=True).is_visible()
    top = page.evaluate("() => document.elementsFromPoint(1340, 20).map((e) => e.dataset?.testid ?? '')[0]")
    assert "Toolbar" not in top


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("ink", "paper"), [("#10294d", "#fbf7f0"), ("#ffffff", "#10294d"), ("#10294d", "#ffffff"),
                                            ("#ffffff", "#1f4e9e"), ("#10294d", "#efe8db")])  # fmt: skip
def test_letters_stand_out_by_seven_to_one(ink, paper):
    css = (Path(__file__).parents[2] / "src/posecheck/app/static/screen.css").read_text()
    assert ink in css
    assert paper in css
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7


def test_the_pacer_never_flashes(page):
    put(page, SCREENS["set_without_cue"])
    shares = page.evaluate(
        """async () => { const view = __posecheck.view;
            view.pacer.set({ ...view.screen.pacer, begin_s: Date.now() / 1000 });
            const canvas = view.root.querySelector("canvas.pacer"), out = [];
            const small = Object.assign(document.createElement("canvas"), { width: 20, height: 60 });
            const ink = small.getContext("2d", { willReadFrequently: true });
            for (let i = 0; i < 60; i++) { await new Promise(requestAnimationFrame); ink.clearRect(0, 0, 20, 60);
              ink.drawImage(canvas, 0, 0, 20, 60); const d = ink.getImageData(0, 0, 20, 60).data; let sum = 0;
              for (let k = 0; k < d.length; k += 4) sum += (d[k] + d[k + 1] + d[k + 2]) * d[k + 3] / 255 / 765;
              out.push(sum / 1200); } return out; }"""
    )
    assert max(shares) > 0
    assert max(abs(b - a) for a, b in pairwise(shares)) < 0.1  # of full white, from frame to frame
