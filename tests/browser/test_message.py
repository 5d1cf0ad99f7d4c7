"""The therapist's message in their own voice, at the next start at home, in a real browser."""

from test_household import KNOWN, spoken_plan

from posecheck.app.household import Household

WORDS = "Slowly is fine."


def test_home_plays_the_message_once_and_again_on_request(survivor, app):
    house = Household(app.store)
    house.take_plan(KNOWN)
    house.take_plan(spoken_plan(1.0))
    house.store.close()
    page = survivor.open().page
    with page.expect_response(lambda answer: "/live/message/" in answer.url) as told:
        survivor.touch("start")
    assert (told.value.status, told.value.headers["content-type"]) == (200, "audio/webm")
    assert survivor.screen["lines"] == [WORDS]
    # The browser could play it: what cannot be decoded is not among the clips.
    page.wait_for_function(
        "(url) => __posecheck.app.voice.clips.get(new URL(url).pathname)?.duration > 0.9", arg=told.value.url
    )
    survivor.touch("again")
    page.wait_for_function(
        "(words) => __posecheckSaid.filter((one) => one.text === words).length === 2", arg=WORDS
    )
    survivor.touch("go_on")
    page.wait_for_function("() => __posecheck.screens.at(-1).kind !== 'read'")
    survivor.open()  # the session goes on where it was
    assert survivor.screen["kind"] != "home"
    assert WORDS not in survivor.said
    assert survivor.errors == []
    assert survivor.outside == []
