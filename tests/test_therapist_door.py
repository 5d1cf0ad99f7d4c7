"""The passcode of the therapist's pages: what opens, what does not, how it is kept, and the way back."""

import json
import stat
from functools import partial

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from posecheck.app.live import TOKEN
from posecheck.app.server import OnlyHere, therapist
from posecheck.app.therapist.door import COOKIE, IDLE_S, LONGEST_WAIT_S, TRIES, Door
from posecheck.cli import cli
from posecheck.errors import PosecheckError, StoreError
from posecheck.store import open_store
from posecheck.store.passcode import FILE, Passcode

HOST = "127.0.0.1:8501"
ROOM = ("case/set-1/sheet.json", "case/set-1/poses.bin", "case/set-1/film.mp4", "case/set-1/files/report.pdf",
        "case/set-1/files/result.json", "case/upload-1/sheet.json")  # fmt: skip


@pytest.fixture
def kept(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return Passcode(folder)


# ── how it is kept ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_kept_is_a_salted_hash_that_only_this_user_reads(kept):
    kept.set("amber river")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    text = kept.path.read_text()
    assert "amber" not in text
    first = json.loads(text)
    kept.set("amber river")
    again = json.loads(kept.path.read_text())
    assert first["salt"] != again["salt"]
    assert first["hash"] != again["hash"]
    assert [path.name for path in kept.path.parent.iterdir()] == [FILE]


def test_only_the_passcode_opens(kept):
    assert kept.opens("anything")  # none is set
    kept.set("grüße 42")
    assert kept.opens("grüße 42")
    assert kept.opens("gru\u0308ße 42")  # as another keyboard composes it
    assert not kept.opens("grüße 43")
    assert not kept.opens("")
    assert kept.remove()
    assert not kept.remove()
    assert kept.opens("anything")


@pytest.mark.parametrize("text", ["", "abc", "a" * 201])
def test_too_short_and_too_long_are_refused_and_change_nothing(kept, text):
    kept.set("amber river")
    with pytest.raises(StoreError, match="at least 4"):
        kept.set(text)
    assert kept.opens("amber river")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"salt": "zz", "hash": "", "cost": {}}', "\u00e9"])
def test_a_damaged_file_opens_nothing_and_says_what_helps(kept, content):
    kept.path.write_text(content, encoding="utf-8")
    for asked in (
        lambda: kept.mark,
        lambda: kept.opens("x"),
        lambda: Door(lambda: kept.path.parent).admits(None),
    ):
        with pytest.raises(StoreError, match="posecheck data unlock"):
            asked()


def test_deleting_everything_takes_it_along(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        Passcode(store.folder).set("amber river")
        store.delete_all()
    assert list((tmp_path / "data").iterdir()) == []


def test_the_way_back_when_it_is_forgotten(tmp_path, monkeypatch):
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "data"))
    with open_store() as store:
        store.save_person("P-012", {})
        Passcode(store.folder).set("amber river")
    ran = CliRunner().invoke(cli, ["data", "unlock"])
    assert (ran.exit_code, ran.stderr) == (0, "The passcode is taken away.\n")
    assert CliRunner().invoke(cli, ["data", "unlock"]).stderr == "No passcode was set.\n"
    with open_store() as store:
        assert [one.code for one in store.people()] == ["P-012"]


# ── the door ──────────────────────────────────────────────────────────────────────────────────────────────────


class Clock:
    """A clock that a test sets on."""

    now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def door(kept, clock):
    return Door(lambda: kept.path.parent, clock=clock)


def test_without_a_passcode_everybody_here_may_go_in(door):
    assert not door.locked
    assert door.admits(None)
    assert door.admits("anything")


def test_who_set_it_is_in_and_nobody_else(door):
    grant = door.set("", "amber river")
    assert door.locked
    assert door.admits(grant)
    assert not any(door.admits(other) for other in (None, "", grant[:-1], "amber river"))
    assert door.admits(door.open("amber river"))


def test_a_grant_ends_when_it_is_not_used_and_with_leaving(door, clock):
    grant, other = door.set("", "amber river"), door.open("amber river")
    for _ in range(3):
        clock.now_s += IDLE_S - 1
        assert door.admits(grant)  # each use counts anew
    assert not door.admits(other)
    door.leave(grant)
    assert not door.admits(grant)


def test_another_passcode_locks_all_others_out(door, kept):
    grant = door.set("", "amber river")
    new = door.set("amber river", "stone cup")
    assert not door.admits(grant)
    assert door.admits(new)
    kept.set("from elsewhere")  # another program of this computer
    assert not door.admits(new)


def test_it_is_changed_and_taken_away_only_by_who_knows_it(door):
    door.set("", "amber river")
    for act in (lambda: door.set("", "mine now"), lambda: door.remove("guess")):
        with pytest.raises(PosecheckError, match="Please try again"):
            act()
    door.remove("amber river")
    assert door.admits(None)


def test_tries_slow_down_and_the_passcode_itself_waits_too(door, clock):
    door.set("", "amber river")
    told = []
    for _ in range(TRIES):
        with pytest.raises(PosecheckError) as other:
            door.open("guess")
        told.append(str(other.value))
    assert told == [
        *["That is another passcode. Please try again."] * 2,
        "That is another passcode. Please try again in 2 seconds.",
    ]
    with pytest.raises(PosecheckError, match="A moment, please: the next try counts in 2 seconds"):
        door.open("amber river")
    waits = []
    for _ in range(8):
        clock.now_s = door._wait_until_s
        with pytest.raises(PosecheckError):
            door.open("guess")
        waits.append(door._wait_until_s - clock.now_s)
    assert waits == [4, 8, 16, 32, *[LONGEST_WAIT_S] * 4]
    clock.now_s = door._wait_until_s
    assert door.admits(door.open("amber river"))
    with pytest.raises(PosecheckError, match=r"Please try again\.$"):
        door.open("guess")  # it begins anew


# ── routes and pages ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def browser(desk):
    """A function that makes a browser with cookies of its own."""
    app = Starlette(routes=[Mount("/room", app=therapist)], middleware=[Middleware(OnlyHere)])
    return partial(
        TestClient, app, base_url=f"http://{HOST}", client=("127.0.0.1", 50000), follow_redirects=False
    )


def door_of(client, act, **told):
    return client.post(f"/room/door/{act}?token={TOKEN}", json=told)


def statuses(client):
    asked = [client.get(f"/room/{path}?token={TOKEN}") for path in ROOM]
    asked += [
        client.post(f"/room/case/set-1/{act}?token={TOKEN}", json={}) for act in ("edits", "undo", "exercise")
    ]
    asked.append(client.put(f"/room/upload?token={TOKEN}&name=a.mp4", content=b"x"))
    return [answer.status_code for answer in asked], asked


def test_routes_refuse_without_open_with_and_are_open_again_afterwards(desk, browser):
    with browser() as family, browser() as therapist:
        assert 403 not in statuses(family)[0]
        assert door_of(therapist, "set", new="amber river", again="amber river").status_code == 200
        codes, answers = statuses(family)
        assert set(codes) == {403}
        assert {answer.json()["trouble"] for answer in answers} == {
            "The therapist's pages are locked. Open People, and give the passcode."
        }
        assert [one.name for one in desk.uploads.all()] == ["a.mp4"]  # the one from before
        assert 403 not in statuses(therapist)[0]
        wrong = door_of(family, "open", passcode="guess")
        assert (wrong.status_code, COOKIE in family.cookies) == (409, False)
        assert wrong.json()["trouble"].endswith("Please try again.")
        assert door_of(family, "open", passcode="amber river").status_code == 200
        assert 403 not in statuses(family)[0]
        left = family.get(f"/room/door/leave?token={TOKEN}")
        assert (left.status_code, left.headers["location"]) == (303, "/")
        assert set(statuses(family)[0]) == {403}
        assert door_of(therapist, "remove", passcode="amber river").status_code == 200
        assert 403 not in statuses(family)[0]


def test_the_cookie_is_for_no_script_and_no_other_site(browser):
    with browser() as client:
        set_cookie = (
            door_of(client, "set", new="amber river", again="amber river").headers["set-cookie"].lower()
        )
    assert "httponly" in set_cookie
    assert "samesite=strict" in set_cookie


def test_the_two_must_be_the_same_and_foreign_pages_set_nothing(desk, browser):
    with browser() as client:
        told = door_of(client, "set", new="amber river", again="amber rivet")
        assert told.json()["trouble"] == "The two differ. Type the new passcode twice."
        body = {"new": "amber river", "again": "amber river"}
        foreign = {"origin": "http://elsewhere.example"}
        assert client.post(f"/room/door/set?token={TOKEN}", json=body, headers=foreign).status_code == 403
        assert client.post("/room/door/set?token=guess", json=body).status_code == 403
    assert not desk.door.locked


def _page():
    """What runs in the page."""
    import streamlit as st

    from posecheck.app.therapist.pages import _inside

    _inside(lambda: st.write("amber-river-42 practised"))()


def test_a_page_asks_and_shows_nothing_of_anybody(desk):
    page = AppTest.from_function(_page, default_timeout=60).run()
    assert "amber-river-42 practised" in [one.value for one in page.markdown]
    desk.door.set("", "amber river")
    page.run()  # a window that was open all the time
    assert not page.exception
    assert [one.value for one in page.title] == ["For a therapist"]
    assert "amber-river-42 practised" not in [one.value for one in page.markdown]
    desk.door.remove("amber river")
    assert "amber-river-42 practised" in [one.value for one in page.run().markdown]


def test_a_damaged_passcode_shows_one_sentence(desk):
    Passcode(desk.store.folder).path.write_text("{")
    page = AppTest.from_function(_page, default_timeout=60).run()
    assert "posecheck data unlock" in page.info[0].value
    assert not page.markdown
