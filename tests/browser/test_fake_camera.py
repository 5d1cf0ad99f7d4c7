"""The fake camera behaves like a camera: pictures, acts, troubles, and what outlives a reload."""

import base64
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import av
import numpy as np
import pytest
from camera import ACTS, SCENES, frames, mjpeg, y4m

pytestmark = pytest.mark.real_time

# A page that opens its camera, counts what it is shown and keeps what happens to it.
PAGE = """<!doctype html><meta charset="utf-8"><title>camera</title><video muted playsinline autoplay></video><script>
const video = document.querySelector("video");
window.seen = { pictures: 0, different: 0, ended: 0, changes: 0, failed: null };
const small = Object.assign(document.createElement("canvas"), { width: 80, height: 60 });
const ink = small.getContext("2d", { willReadFrequently: true });
let last = "";
function look() {
  video.requestVideoFrameCallback(look);
  ink.drawImage(video, 0, 0, 80, 60);
  const now = ink.getImageData(0, 0, 80, 60).data.join();
  seen.pictures += 1;
  seen.different += now !== last;
  last = now;
}
window.openCamera = async () => {
  seen.failed = null;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    stream.getVideoTracks()[0].onended = () => (seen.ended += 1);
    window.stream = video.srcObject = stream;
    await video.play();
  } catch (error) {
    seen.failed = error.name;
  }
  return seen.failed;
};
window.picture = () => {
  const whole = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  whole.getContext("2d").drawImage(video, 0, 0);
  return whole.toDataURL("image/png").split(",")[1];
};
navigator.mediaDevices.addEventListener("devicechange", () => (seen.changes += 1));
video.requestVideoFrameCallback(look);
</script>"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        frame = '<!doctype html><iframe src="/"></iframe>'
        self.wfile.write((frame if self.path == "/framed" else PAGE).encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    """A page on loopback that uses a camera as any page does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(camera, site):
    """That page, its camera not yet opened."""
    camera.page.goto(site)
    return camera.page


def opened(page):
    """Open the page's camera; the name of the error, or None."""
    return page.evaluate("openCamera()")


def seen(page):
    return page.evaluate("seen")


def picture_of(page):
    """What the page's video element shows, (480, 640, 3) uint8."""
    data = base64.b64decode(page.evaluate("picture()"))
    with av.open(io.BytesIO(data)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def apart(a, b):
    """Mean absolute difference of two pictures, in levels of 256."""
    return float(np.abs(np.asarray(a, int) - np.asarray(b, int)).mean())


def test_every_picture_of_a_clip_arrives_as_its_own(camera, page):
    assert opened(page) is None
    before = seen(page)["different"]
    camera.play("curl_right_slow", loop="empty")
    drawn = next(row["pictures"] for row in camera.log if row["name"] == "curl_right_slow")
    # Counts over a clip, no times: it holds 240 pictures, of which an idle machine shows 230 or more (28 a second). A
    # busy one drops some, which says nothing about the camera; half of them are still a moving picture.
    assert drawn > 120
    assert seen(page)["different"] - before > 0.8 * drawn


def test_the_pictures_are_those_of_the_clip(camera, page):
    opened(page)
    empty, sitting = next(frames("empty")), next(frames("sit"))
    empty, sitting = (picture.to_ndarray(format="rgb24") for picture in (empty, sitting))
    close, other = 2.5, 6.0  # levels: compression on the way, and a whole person
    assert apart(empty, sitting) > other
    assert apart(picture_of(page), sitting) < close
    camera.play(loop="empty", now=True)
    page.wait_for_function("__camera.now === 'empty' && __camera.act.row.pictures > 3")
    assert apart(picture_of(page), empty) < close


def test_acts_follow_each_other_and_the_last_goes_on(camera, page):
    opened(page)
    camera.play("curl_right_fast", wait=False)
    camera.play("abduct_right_fast", loop="empty")
    page.wait_for_function("__camera.now === 'empty'")
    assert [row["name"] for row in camera.log] == ["sit", "curl_right_fast", "abduct_right_fast", "empty"]


def test_the_act_that_fills_the_time_begins_again(camera, page):
    opened(page)
    camera.play(loop="curl_right_fast", now=True)
    page.wait_for_function("__camera.log.length >= 4")
    assert [row["name"] for row in camera.log][-2:] == ["curl_right_fast"] * 2


def test_an_act_can_be_cut_short(camera, page):
    opened(page)
    camera.play("beside_1", "beside_2", wait=False)
    page.wait_for_function("__camera.now === 'beside_1'")
    camera.play("curl_right_fast", now=True, loop="empty")
    assert "beside_2" not in [row["name"] for row in camera.log]


def test_an_act_may_begin_before_the_page_opens_its_camera(camera, page):
    camera.play("curl_right_fast", wait=False)
    assert opened(page) is None
    assert [row["name"] for row in camera.log] == ["curl_right_fast"]


def test_a_covered_lens_gives_black_pictures(camera, page):
    opened(page)
    camera.black()
    page.wait_for_function("(was) => __camera.pictures > was + 5", arg=camera.pictures)
    assert picture_of(page).mean() < 3
    camera.black(False)
    page.wait_for_function("(was) => __camera.pictures > was + 5", arg=camera.pictures)
    assert picture_of(page).mean() > 50


def test_a_slow_camera_gives_fewer_pictures(camera, page):
    opened(page)
    camera.rate(5)
    camera.play("curl_right_slow", loop="empty")
    drawn = next(row["pictures"] for row in camera.log if row["name"] == "curl_right_slow")
    assert 20 <= drawn <= 42  # 8 s of 5 a second; a busy machine drops some


def test_a_camera_that_is_unplugged_ends_and_is_not_found_until_it_is_back(camera, page):
    opened(page)
    camera.unplug()
    page.wait_for_function("seen.ended === 1 && seen.changes === 1")
    assert page.evaluate("stream.getVideoTracks()[0].readyState") == "ended"
    assert page.evaluate("navigator.mediaDevices.enumerateDevices()") == []
    assert opened(page) == "NotFoundError"
    camera.plug()
    page.wait_for_function("seen.changes === 2")
    assert opened(page) is None
    assert picture_of(page).mean() > 50


def test_a_camera_that_is_refused_says_so(camera, page):
    camera.refuse()
    assert opened(page) == "NotAllowedError"
    camera.plug()
    assert opened(page) is None
    camera.refuse()
    page.wait_for_function("seen.ended === 1")


def test_a_busy_camera_is_not_taken_from_who_has_it(camera, page):
    opened(page)
    camera.busy()
    assert page.evaluate("stream.getVideoTracks()[0].readyState") == "live"
    assert opened(page) == "NotReadableError"
    assert seen(page)["ended"] == 0


def test_a_track_that_the_page_stops_tells_nothing(camera, page):
    opened(page)
    page.evaluate("stream.getTracks().forEach((track) => track.stop())")
    camera.unplug()
    assert seen(page)["ended"] == 0


def test_what_was_set_outlives_a_reload(camera, page):
    opened(page)
    camera.play("beside_1", loop="empty", wait=False)
    camera.black()
    page.reload()
    assert opened(page) is None
    assert camera.now == "empty"
    assert picture_of(page).mean() < 3
    camera.unplug()
    page.reload()
    assert opened(page) == "NotFoundError"


def test_a_device_is_named_once_the_page_may_see(camera, page):
    label = "navigator.mediaDevices.enumerateDevices().then((found) => found[0].label)"
    assert page.evaluate(label) == ""
    opened(page)
    assert page.evaluate(label) == "Laptop camera"
    settings = page.evaluate("stream.getVideoTracks()[0].getSettings()")
    assert (settings["width"], settings["height"], settings["frameRate"]) == (640, 480, 30)


def test_a_frame_looks_through_the_camera_of_its_page(camera, site):
    camera.page.goto(f"{site}/framed")
    inner = camera.page.frames[1]
    assert inner.evaluate("openCamera()") is None
    inner.wait_for_function("seen.pictures > 3")
    camera.unplug()
    inner.wait_for_function("seen.ended === 1")


def test_an_act_that_nobody_filmed_is_named(camera, page):
    with pytest.raises(ValueError, match=r"No act is called 'dance'\. There are: .*curl"):
        camera.play("dance")


@pytest.mark.parametrize("write", [mjpeg, y4m], ids=["mjpeg", "y4m"])
def test_chromium_takes_clips_as_its_own_fake_camera(launch, site, write):
    path = write(["curl_right_fast"])
    assert write(["curl_right_fast"]) == path
    own = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    browser = launch(*own, f"--use-file-for-fake-video-capture={path}")
    page = browser.new_page()
    page.goto(site)
    assert opened(page) is None
    page.wait_for_function("seen.different > 10")
    assert apart(picture_of(page), next(frames("sit")).to_ndarray(format="rgb24")) < 8.0
    browser.close()


def test_every_act_is_there():
    assert {path.stem for path in SCENES.glob("*.mp4")} == set(ACTS)
