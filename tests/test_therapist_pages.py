"""The therapist's first pages: the people, one of them in ten seconds, the file from home, two recordings."""

import re
import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from test_clinic_facts import EXERCISE, MONDAY, at_noon, keep, practised_and_hurt, raised, seen_as
from test_six_weeks import Home

from posecheck.clinic.arriving import therapist_key
from posecheck.store import open_store
from posecheck.store.schema import Rep
from posecheck.store.sharing import write_practice_file

UNKIND = re.compile(
    r"\b(wrong|bad|badly|failed|failure|poor|abnormal|normal|worse|deficit|diagnos\w*|good side)\b", re.I
)


def _page(name, folder, *arguments):
    """What runs in the page: AppTest takes its source, so it imports what it needs itself."""
    from datetime import date

    from posecheck.app.therapist.compare_page import compare_page
    from posecheck.app.therapist.people_page import people_page
    from posecheck.app.therapist.person_page import person_page
    from posecheck.store import open_store

    with open_store(folder=folder) as store:
        if name == "people":
            people_page(store, today=date.fromisoformat(arguments[0]))
        elif name == "person":
            person_page(store, arguments[0], date.fromisoformat(arguments[1]))
        else:
            compare_page(store, [int(one) for one in arguments[0]], arguments[1])


def show(name, folder, *arguments):
    app = AppTest.from_function(_page, args=(name, str(folder), *arguments), default_timeout=60)
    return app.run()


def told(app):
    """All that is to be read on a page, in order, tags and pictures' words included."""
    assert not app.exception, app.exception
    return "\n".join(_words(app.main))


def _words(block):
    for one in block.children.values():
        if hasattr(one, "children"):
            yield getattr(one, "label", "") or ""
            yield from _words(one)
        else:
            body = getattr(getattr(one, "proto", None), "body", "") or getattr(one, "value", "")
            yield body if isinstance(body, str) else ""


def read(app):
    """The same without tags: what a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", told(app), flags=re.S))


@pytest.fixture(scope="module")
def hurt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hurt") / "data"
    home = practised_and_hurt(folder)
    home.store.close()
    return folder, home.code


@pytest.fixture(scope="module")
def six_weeks(tmp_path_factory):
    """Scene 9 as the flow keeps it: check sets of the beginning (40 deg) and of week three (60 deg)."""
    home = Home(tmp_path_factory.mktemp("weeks") / "data")
    home.practise(0)
    home.check(2, weaker_deg=40.0)
    day = 4
    while True:
        home.go_to(day)
        if home.house.plan_today("full")[0].check == 3:
            break
        home.practise(day)
        day += 3 if day % 7 == 4 else 2
        assert day < 60
    home.check(day, weaker_deg=60.0)
    code, folder = home.house.code, home.store.folder
    home.store.save_clinic_measure(code, "fugl_meyer_upper", 31.0, measured_on=MONDAY, at=home.now)
    home.store.close()
    return folder, code, MONDAY + timedelta(days=day)


def test_pain_stands_first_on_the_page_of_a_person(hurt):
    folder, code = hurt
    page = show("person", folder, code, "2026-03-07")
    assert [one.value for one in page.header][:3] == [
        "Pain and stops",
        "Asked for, done, not seen",
        "How the sides were confirmed",
    ]
    words = read(page)
    pain = words.index("Wed 4 March: pain, shoulder, during Lift your arm to the side.")
    assert words.index("It stopped the set.") > pain
    assert pain < words.index("stopped during Both arms up together: tired") < words.index("Asked for")
    assert words.count("pain, shoulder") == 1
    assert "Weaker side left Plan Plan for spring" in words


def test_the_facts_of_a_person_are_in_the_first_lines(hurt):
    folder, code = hurt
    words = read(show("person", folder, code, "2026-03-07"))
    assert "Last session Fri 6 March, yesterday In the last 7 days 3 of 3 sessions" in words
    assert "Stronger side, by itself 3 × 4 to 5 (14) 3 × 2 to 5 (11) 5 repetitions, 1 whole set" in words
    assert "Confirmed by the raised hand in 2 of 2 sessions." in words
    assert "As last time: seen from the front" in words
    assert "Effort as told: just right 2 ×." in words


def test_three_things_worth_watching_each_with_a_way_to_it(hurt):
    folder, code = hurt
    html = told(show("person", folder, code, "2026-03-07"))
    worth = html[html.index("Worth watching") : html.index("Over the weeks")]
    reasons = re.findall(r"<li><strong>(.*?)</strong>", worth)
    assert len(reasons) == 3
    assert reasons[0] == "Stopped for pain (shoulder) after 2 repetitions of 5."
    assert reasons[2].startswith("The best one: score ")
    ways = re.findall(r'href="(/review\?set=\d+&amp;rep=right%20\d)"', worth)
    assert len(ways) == len(set(ways)) == 3


def test_pictures_are_told_in_words(hurt, six_weeks):
    for folder, code, day in ((*hurt, "2026-03-07"), (six_weeks[0], six_weeks[1], six_weeks[2].isoformat())):
        html = told(show("person", folder, code, day))
        alts = re.findall(r'<img [^>]*alt="([^"]*)"', html)
        assert alts
        assert all(len(alt) > 20 for alt in alts)
        assert html.count("<img") == len(alts)


def test_words_are_kind_on_every_page(hurt, six_weeks, tmp_path):
    folder, code, day = six_weeks
    for page in (
        show("people", hurt[0], "2026-03-07"),
        show("person", *hurt, "2026-03-07"),
        show("person", folder, code, day.isoformat()),
        show("compare", folder, [], code),
    ):
        words = read(page)
        assert UNKIND.findall(words) == [], words
        assert "None" not in re.sub(r"None (told|yet)", "", words)
        assert "nan" not in words.lower().split()


def test_twenty_degrees_more_are_a_change_and_three_are_not(six_weeks, tmp_path):
    folder, code, day = six_weeks
    words = read(show("person", folder, code, day.isoformat()))
    assert re.search(
        r"Weaker side \(left\) ?(\*\*)?: 40° on Wed 4 March, 60° on \w+ \d+ \w+: changed by \+20° "
        r"\(95 % interval \+\d+° to \+\d+°, of the repetitions alone; detectable from 10° on, assumed\)", words
    ), words  # fmt: skip
    assert re.search(r"Stronger side \(right\).*no measurable difference in range", words)
    shutil.copytree(folder, tmp_path / "data")
    with open_store(folder=tmp_path / "data") as store:
        store.delete_person(code)
        store.save_person("P-001", {"person": {"weaker_side": "left"}})
        for at, top in ((MONDAY, 40.0), (day, 43.0)):
            keep(store, at, raised(top=top, noise_px=0.0), code="P-001")
    words = read(show("person", tmp_path / "data", "P-001", day.isoformat()))
    assert "no measurable difference in range (+3°" in words
    assert "changed by" not in words


def test_what_was_measured_by_hand_stands_under_the_trends_and_apart(six_weeks):
    folder, code, day = six_weeks
    html = told(show("person", folder, code, day.isoformat()))
    by_hand = html.index('alt="Fugl-Meyer, arm and hand: Mon 2 March: 31."')
    assert html.index("From check sets") < html.index("Measured by hand in the clinic") < by_hand
    camera = html[html.index("From check sets") : html.index("Measured by hand in the clinic")]
    assert "Fugl-Meyer" not in camera


def test_links_of_the_page_of_a_person(six_weeks):
    folder, code, day = six_weeks
    html = told(show("person", folder, code, day.isoformat()))
    assert f'href="/plan?person={code}"' in html
    assert re.search(r'href="/compare\?sets=\d+,\d+&(amp;)?sides=(left,left|right,right)"', html)
    assert 'target="_blank"' not in html


def test_each_set_that_was_seen_has_its_report(hurt):
    folder, code = hurt
    html = told(show("person", folder, code, "2026-03-07"))
    with open_store(folder=folder) as store:
        seen = [
            one.id for session in store.sessions(code) for one in store.sets(session.id) if one.trial_folder
        ]
    ways = re.findall(r'href="/room/case/set-(\d+)/files/report\.(pdf|html)\?token=[^"]+"', html)
    assert ways[0] == (str(seen[-1]), "pdf")  # the newest one, at the top
    assert {(int(one), kind) for one, kind in ways} == {
        (one, kind) for one in seen for kind in ("pdf", "html")
    }


def test_somebody_is_exported_into_a_folder_of_this_user(hurt, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (f"posecheck-{hurt[1]}-{date.today()}", f"posecheck-{hurt[1]}-{date.today()}-2"):
        page = show("person", *hurt, "2026-03-07")
        button(page, "Export everything").click().run()
        assert f"Written: {tmp_path / name}." in page.success[0].value
        assert (tmp_path / name / "reps.csv").exists()


def test_somebody_is_deleted_once_the_code_is_typed(hurt, tmp_path):
    folder, code = shutil.copytree(hurt[0], tmp_path / "data"), hurt[1]
    with open_store(folder=folder) as store:
        store.save_person("P-001", {})
        store.save_setting("person", "P-001")  # whose home this is
    page = show("person", folder, code, "2026-03-07")
    field = next(one for one in page.text_input if one.label == f"To delete, type {code}")
    field.set_value("P-001")
    button(page, "Delete for good").click().run()
    assert page.info[-1].value == f"Nothing was deleted: {code} was expected here, got P-001."
    next(one for one in page.text_input if one.label == f"To delete, type {code}").set_value(f" {code} ")
    button(page, "Delete for good").click().run()
    assert page.success[0].value == f"Nothing of {code} is left here."
    with open_store(folder=folder) as store:
        assert [one.code for one in store.people()] == ["P-001"]
        assert store.setting("person") == "P-001"
    assert list((folder / "poses").rglob("*.npz")) == []


def test_somebody_who_is_not_here_gets_one_sentence(tmp_path):
    page = show("person", tmp_path / "data", "nobody", "2026-03-07")
    assert "Nobody here has the code 'nobody'" in read(page)


def test_a_person_without_any_session_has_a_whole_page(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-001", {})
    words = read(show("person", tmp_path / "data", "P-001", "2026-03-07"))
    assert "Weaker side not known here" in words
    assert "Last session none yet" in words
    assert "No session in the last 14 days." in words


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_people_tells_facts(hurt, tmp_path):
    folder, code = hurt
    shutil.copytree(folder, tmp_path / "data")
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-001", {})
        session = store.begin_session("P-001", kind="full", at=at_noon(date(2026, 2, 26)))
        store.end_session(session, at=at_noon(date(2026, 2, 26)))
    page = show("people", tmp_path / "data", "2026-03-07")
    words = read(page)
    assert f"{code} yesterday 3 of 3 none shoulder tired" in words
    assert "P-001 no session for 9 days 0 of 3 none none none" in words
    assert words.index(code) < words.index("P-001")
    assert f'href="/person?code={code}"' in told(page)


def test_nobody_yet(tmp_path):
    page = show("people", tmp_path / "data", "2026-03-07")
    assert "Nobody yet." in read(page)
    page.button[0].click().run()
    assert re.search(r"New here: \w+-\w+-\d\d\.", read(page))
    with open_store(folder=tmp_path / "data") as store:
        assert len(store.people()) == 1


def chosen(page, path):
    """The file as the browser's field has sent it."""
    content = path.read_bytes()
    page.session_state["practice_file"] = {
        "name": path.name, "content": bytearray(content), "at": len(content), "whole": True,
    }  # fmt: skip
    return page.run()


def test_a_file_for_the_therapists_key_opens_by_itself_and_brings_nothing_twice(hurt, tmp_path):
    folder, code = hurt
    with open_store(folder=tmp_path / "clinic") as clinic, open_store(folder=folder) as home:
        path = write_practice_file(home, code, tmp_path / "x.posecheck", recipient=therapist_key(clinic))
    page = chosen(show("people", tmp_path / "clinic", "2026-03-07"), path)
    assert page.success[0].value == f"{code}: 3 sessions, 6 sets new; 0 known already."
    assert "yesterday 3 of 3 none shoulder tired" in read(page)
    page = chosen(page, path)
    assert page.success[0].value == f"{code}: 0 sessions, 0 sets new; 3 known already."
    with open_store(folder=tmp_path / "clinic") as clinic:
        assert [one.code for one in clinic.people()] == [code]
        assert len(clinic.sessions(code)) == 3


def test_four_words_open_a_file_and_it_is_asked_whose_it_is(hurt, tmp_path):
    folder, code = hurt
    with open_store(folder=tmp_path / "clinic") as clinic, open_store(folder=folder) as home:
        clinic.save_person("P-001", {})
        path = write_practice_file(home, code, tmp_path / "x.posecheck", passphrase="amber river stone cup")
    page = chosen(show("people", tmp_path / "clinic", "2026-03-07"), path)
    page.text_input[0].set_value("amber river stone")
    page = button(page, "Open").click().run()
    assert "x.posecheck: these words do not open it." in page.info[0].value
    page.text_input[0].set_value("Amber river stone cup")
    page = button(page, "Open").click().run()
    assert page.selectbox[0].options == [f"Somebody new ({code})", "P-001"]
    page.selectbox[0].set_value("P-001").run()
    page = button(page, "Take it in").click().run()
    assert page.success[0].value == "P-001: 3 sessions, 6 sets new; 0 known already."
    with open_store(folder=tmp_path / "clinic") as clinic:
        assert [one.code for one in clinic.people()] == ["P-001"]


def test_another_kind_of_file_gets_one_sentence(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("no practice")
    page = chosen(show("people", tmp_path / "clinic", "2026-03-07"), other)
    assert page.info[0].value.startswith("notes.txt: a practice file")
    assert not page.success


def button(page, label):
    return next(one for one in page.button if one.label == label)


def test_pieces_of_a_file_are_put_together_in_order():
    import base64

    from posecheck.app.therapist.people_page import _take_piece

    kept, content = {}, bytes(range(256)) * 20
    pieces = [
        {"name": "a.posecheck", "size": len(content), "at": at,
         "base64": base64.b64encode(content[at : at + 2000]).decode()}
        for at in range(0, len(content), 2000)
    ]  # fmt: skip
    _take_piece(kept, pieces[0])
    _take_piece(kept, pieces[2])  # out of order: not taken
    assert (kept["at"], kept["whole"]) == (2000, False)
    for piece in pieces[1:]:
        _take_piece(kept, piece)
    assert bytes(kept["content"]) == content
    assert kept["whole"]
    _take_piece(kept, pieces[0])  # another file begins anew
    assert kept["at"] == 2000
    _take_piece(kept, {**pieces[1], "base64": "no base64!"})
    assert "could not be read" in kept["trouble"]


# ── compare ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(tmp_path):
    """A folder with check sets of before and after, left and right, and one from another side."""
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-001", {"person": {"weaker_side": "left"}})
        sets = {
            "before": keep(store, MONDAY, raised(top=40.0), code="P-001"),
            "after": keep(store, MONDAY + timedelta(days=40), raised(top=60.0), code="P-001"),
            "right": keep(
                store, MONDAY + timedelta(days=40), raised(top=80.0, side="right"), side="right", code="P-001"
            ),
            "other": keep(store, MONDAY + timedelta(days=41), raised(view="left"), code="P-001",
                          exercise="shoulder_flexion"),
        }  # fmt: skip
    return tmp_path / "data", sets


def test_before_and_after_whatever_the_order_of_the_address(pair):
    folder, sets = pair
    for ids in ([sets["before"], sets["after"]], [sets["after"], sets["before"]]):
        words = read(show("compare", folder, ids, ""))
        assert re.search(r"Lift your arm to the side, weaker side \(left\): changed by \+20°", words)
        assert words.index("Mon 2 March, weaker side") < words.index("Sat 11 April, weaker side")
        assert re.search(r"Range 40° 60° 1\.5\d? \(95 % interval .*? assumed\)", words)
        assert "How the camera was placed and what the pose model errs by are not in it" in words


def test_left_and_right_are_told_as_weaker_and_stronger_with_their_interval(pair):
    folder, sets = pair
    page = show("compare", folder, [sets["after"], sets["right"]], "")
    words = read(page)
    assert re.search(
        r"weaker side \(left\) 60° of the 80° of the stronger side \(right\), 7\d % "
        r"\(95 % interval \d+ to \d+ %, assumed\)",
        words,
    ), words
    assert "(mirrored)" in words
    assert words.count("Halfway up") >= 2
    assert re.search(r"Range 60° 80° 0\.7\d", words)


def test_different_exercises_are_not_compared(pair):
    folder, sets = pair
    words = read(show("compare", folder, [sets["before"], sets["other"]], ""))
    assert "the two are not compared: different exercises" in words
    assert "In numbers" not in words


def test_across_views_nothing_is_compared_and_it_is_said(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-001", {"person": {"weaker_side": "left"}})
        first = keep(store, MONDAY, raised(view="left", top=60.0), code="P-001", exercise="shoulder_flexion")
        track = raised(view="left", top=60.0)
        other = keep(store, MONDAY + timedelta(days=3), track, code="P-001", exercise="shoulder_flexion")
        seen_as(store, other, "oblique_left")
    words = read(show("compare", tmp_path / "data", [first, other], ""))
    assert "the two are not compared: different views: left and oblique left" in words
    assert (
        words.count("from the left side and the second from half left: their angles are not to be compared")
        == 2
    )
    assert "changed by" not in words
    assert re.search(r"Range 60° 60° (?!\d)", words)


def test_across_views_it_is_said_also_where_something_else_forbids_the_comparison(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-001", {"person": {"weaker_side": "left"}})
        track = raised(view="left", top=60.0)
        sets = [keep(store, MONDAY + timedelta(days=day), track, code="P-001", exercise="shoulder_flexion", role=role)
                for day, role in ((0, "check"), (3, "weaker"))]  # fmt: skip
        seen_as(store, sets[1], "oblique_left")
    words = read(show("compare", tmp_path / "data", sets, ""))
    assert "one is a check set and the other a practice set" in words
    assert "what looks different may be the camera" in words


def test_the_numbers_of_the_table_are_those_that_are_compared(pair):
    folder, sets = pair
    with open_store(folder=folder) as store:
        more = raised(top=60.0, reps=5)
        sets["long"] = keep(store, MONDAY + timedelta(days=50), more, code="P-001")
        with store.database.writing() as session:  # the first one of five was far larger
            for row in session.scalars(select(Rep).filter_by(set_id=sets["long"], number=1)):
                row.row = {**row.row, "range_deg": 110.0}
    words = read(show("compare", folder, [sets["before"], sets["long"]], ""))
    assert re.search(r"Range 40° 60° 1\.5", words), words


def test_two_recordings_are_chosen_on_the_page(pair):
    folder, sets = pair
    page = show("compare", folder, [], "P-001")
    assert "changed by" not in read(page)
    page.selectbox[0].set_value(sets["before"])
    page.selectbox[1].set_value(sets["after"]).run()
    assert "changed by +20°" in read(page)
    assert page.query_params["sets"] == f"{sets['before']},{sets['after']}"


@pytest.mark.parametrize("ids", [[999], []])
def test_a_set_that_is_not_there_or_none_gets_one_sentence(pair, ids):
    words = read(show("compare", pair[0], ids, ""))
    assert "There is no set 999 here." in words if ids else "Choose a person first" in words
    assert EXERCISE not in words


def test_poses_that_were_lost_leave_the_numbers_and_get_one_sentence(pair):
    folder, sets = pair
    with open_store(folder=folder) as store:
        (store.folder / store.set(sets["after"]).trial_folder / "pose.npz").unlink()
    words = read(show("compare", folder, [sets["before"], sets["after"]], ""))
    assert "changed by +20°" in words
    assert "there are no stored poses here" in words
