// A camera for tests: getUserMedia gives a canvas on which short clips ("acts") are drawn, one after the other.
// Acts end in the posture in which they begin, so any order joins. camera.py puts `SCENES` (where the clips lie) and
// `FIRST` (the state of a page that has none yet) before this text and runs it before the page's own scripts.
(() => {
  const WIDTH = 640, HEIGHT = 480, KEPT = "fake-camera", LABEL = "Laptop camera", DEVICE = "laptop-camera";
  const TROUBLE = {
    unplugged: ["NotFoundError", "Requested device not found"],
    refused: ["NotAllowedError", "Permission denied"],
    busy: ["NotReadableError", "Could not start video source"],
  };
  const devices = navigator.mediaDevices;
  if (!devices) return; // no camera outside loopback and https, as in life

  const outer = (() => {
    try {
      return window !== window.top && window.top.__camera;
    } catch {
      return null; // a frame of somebody else
    }
  })();
  if (outer) { // a frame of the page looks through the page's camera
    window.__camera = outer;
    devices.getUserMedia = (wanted) => outer.open(wanted);
    devices.enumerateDevices = () => outer.devices();
    return;
  }

  class Device extends EventTarget {
    constructor() {
      super();
      Object.assign(this, FIRST, this.kept());
      this.queue = []; // acts to come, each with what to tell when it is over
      this.tracks = [];
      this.blobs = new Map();
      this.log = []; // acts that began: name, start_ms and end_ms since 1970, pictures drawn
      this.pictures = 0;
      this.canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
      this.ink = this.canvas.getContext("2d", { alpha: false });
      this.asked = false;
    }

    // --- what a test does with it ---------------------------------------------------------------------------

    get now() {
      return this.act?.name ?? null;
    }

    // Acts after those that wait; an act that only fills the time gives way at once. Resolves when the last is over.
    async play(names, { loopLast = this.loop, now = false } = {}) {
      this.loop = loopLast;
      this.keep();
      await Promise.all([...names, loopLast].map((name) => this.blob(name)));
      if (now) this.queue.splice(0).forEach((item) => item.over());
      const over = names.map((name) => new Promise((done) => this.queue.push({ name, over: done })));
      const current = this.coming ?? this.act;
      if (now || !current || current.idle) await this.next();
      await Promise.all(over);
    }

    black(on = true) {
      this.dark = on;
      this.keep();
    }

    rate(hz) {
      this.hz = hz;
      this.keep();
    }

    unplug() {
      this.fail("unplugged");
      devices.dispatchEvent(new Event("devicechange"));
    }

    refuse() {
      this.fail("refused");
    }

    busy() { // a camera that another programme took is not taken from who has it
      this.trouble = "busy";
      this.keep();
    }

    plug() {
      const gone = this.trouble === "unplugged";
      this.trouble = null;
      this.keep();
      if (gone) devices.dispatchEvent(new Event("devicechange"));
    }

    fail(trouble) {
      this.trouble = trouble;
      this.keep();
      for (const track of this.tracks.splice(0)) {
        if (track.readyState === "ended") continue; // the page stopped it itself and is told nothing
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
    }

    // --- what the page sees ---------------------------------------------------------------------------------

    async open(wanted = {}) {
      if (!wanted.video && !wanted.audio) throw new TypeError("At least one of audio and video must be requested");
      this.forbid();
      const exact = wanted.video?.deviceId?.exact;
      if (exact && ![exact].flat().includes(DEVICE)) throw new OverconstrainedError("deviceId", "");
      if (wanted.audio || !wanted.video) throw new DOMException(TROUBLE.unplugged[1], TROUBLE.unplugged[0]);
      if (!this.act) await (this.taking ?? this.next());
      this.forbid();
      const stream = this.canvas.captureStream(0), [track] = stream.getVideoTracks();
      Object.defineProperty(track, "label", { value: LABEL });
      const settings = track.getSettings.bind(track);
      track.getSettings = () => ({ ...settings(), width: WIDTH, height: HEIGHT, frameRate: 30, deviceId: DEVICE });
      this.tracks = [...this.tracks.filter((old) => old.readyState === "live"), track];
      this.asked = true;
      this.deliver();
      return stream;
    }

    forbid() {
      if (!this.trouble) return;
      const [name, words] = TROUBLE[this.trouble];
      throw new DOMException(words, name);
    }

    async devices() {
      if (this.trouble === "unplugged") return [];
      const [deviceId, label] = this.asked ? [DEVICE, LABEL] : ["", ""];
      const found = { deviceId, groupId: "", kind: "videoinput", label };
      return [{ ...found, toJSON: () => found }];
    }

    // --- pictures -------------------------------------------------------------------------------------------

    async blob(name) {
      if (!this.blobs.has(name)) {
        const got = fetch(`${SCENES}/${name}.mp4`).then((answer) => {
          if (!answer.ok) throw new Error(`no act is called ${name}`);
          return answer.blob();
        });
        this.blobs.set(name, got.then(URL.createObjectURL));
      }
      return this.blobs.get(name);
    }

    async ready(name) {
      const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, preload: "auto" });
      const loaded = new Promise((done, failed) => {
        video.onloadeddata = done;
        video.onerror = () => failed(new Error(`${name}: ${video.error?.message}`));
      });
      video.src = await this.blob(name);
      await loaded;
      return video;
    }

    next() {
      return (this.taking = this.take(this.queue.shift() ?? { name: this.loop, over: () => {}, idle: true }));
    }

    // The next act takes over with its first picture. What may follow is loaded meanwhile, so that nothing waits.
    async take(item) {
      this.coming = item;
      const prepared = this.prepared?.name === item.name ? this.prepared.video : this.ready(item.name);
      this.prepared = null;
      const video = await prepared;
      if (this.coming !== item) return item.over(); // another came in between
      this.coming = null;
      this.stop();
      this.act = { ...item, video, row: { name: item.name, start_ms: Date.now(), end_ms: null, pictures: 0 } };
      this.log.push(this.act.row);
      video.onended = () => video === this.act?.video && this.next();
      this.drawn_s = -1;
      this.draw(0);
      const again = (_, { mediaTime }) => {
        if (video !== this.act?.video) return;
        video.requestVideoFrameCallback(again);
        if (mediaTime > 0) this.draw(mediaTime);
      };
      video.requestVideoFrameCallback(again);
      await video.play();
      const after = this.queue[0]?.name ?? this.loop;
      this.prepared = { name: after, video: this.ready(after) };
    }

    stop() {
      if (!this.act) return;
      this.act.video.onended = null;
      this.act.video.pause();
      this.act.video.removeAttribute("src");
      this.act.row.end_ms = Date.now();
      this.act.over();
    }

    draw(media_s) {
      if (this.hz && this.drawn_s >= 0 && media_s - this.drawn_s < 1 / this.hz - 0.005) return;
      this.drawn_s = media_s;
      this.act.row.pictures += 1;
      if (this.dark) this.ink.fillRect(0, 0, WIDTH, HEIGHT);
      else this.ink.drawImage(this.act.video, 0, 0, WIDTH, HEIGHT);
      this.deliver();
    }

    deliver() {
      this.pictures += 1;
      for (const track of this.tracks) if (track.readyState === "live") track.requestFrame();
    }

    // --- what outlives a reload -----------------------------------------------------------------------------

    keep() {
      const { loop, dark, hz, trouble } = this;
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ loop, dark, hz, trouble }));
      } catch {} // a page without storage forgets
    }

    kept() {
      try {
        return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
      } catch {
        return {};
      }
    }
  }

  const device = (window.__camera = new Device());
  devices.getUserMedia = (wanted) => device.open(wanted);
  devices.enumerateDevices = () => device.devices();
})();
