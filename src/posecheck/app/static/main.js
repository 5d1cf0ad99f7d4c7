// The survivor's screen: opens the socket, takes the camera, and draws what the server says. It decides nothing.
import { Camera } from "./camera.js";
import { View } from "./view.js";
import { Voice } from "./voice.js";
import { now_s } from "./clock.js";

const TICK_MS = 250;
const RETRY_MS = 1000;

// A document's own fonts reach into a shadow tree; faces that a shadow tree declares reach nowhere.
function loadFonts(base) {
  for (const weight of [400, 700]) {
    const url = new URL(`live/static/fonts/atkinson-hyperlegible-latin-${weight}-normal.woff2`, base);
    const face = new FontFace("Atkinson Hyperlegible", `url("${url}")`, { weight: String(weight) });
    face.load().then((loaded) => document.fonts.add(loaded), () => {});
  }
}

export function start(root, data) {
  loadFonts(data.base);
  const app = new App(root, data);
  app.connect();
  return () => app.close();
}

class App {
  constructor(root, data) {
    this.data = data;
    this.voice = new Voice((text) => this.view.caption(text));
    this.view = new View(root, data, {
      answer: (choice) => this.send({ type: "answer", choice }),
      voice: this.voice,
      video: () => this.camera.video,
      reconnect: () => this.connect(),
    });
    this.camera = new Camera({
      ready: () => this.socket?.readyState === WebSocket.OPEN,
      frame: (bytes) => this.socket.send(bytes),
      state: (state) => this.send({ type: "camera", state }),
    });
    this.closed = false;
    this.timer = setInterval(() => this.send({ type: "tick" }), TICK_MS);
    this.probe = globalThis.__posecheck = { camera: this.camera, delays_ms: [], screens: [], view: this.view, app: this };
  }

  connect() {
    if (this.closed) return;
    const url = new URL("live/ws", this.data.base.replace(/^http/, "ws"));
    url.searchParams.set("token", this.data.token);
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.view.connected(true);
      this.camera.forget();
      this.send({ type: "hello" });
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (this.socket !== socket || this.closed) return;
      this.camera.forget();
      if (event.code === 4001) return this.elsewhere();
      this.view.connected(false);
      setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  elsewhere() {
    this.camera.close();
    this.view.elsewhere();
  }

  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ ...message, t_s: now_s() }));
  }

  receive(message) {
    if (message.ack !== undefined) {
      this.camera.acknowledged(message.ack);
      this.probe.delays_ms.push((now_s() - message.ack) * 1000);
      if (this.probe.delays_ms.length > 6000) this.probe.delays_ms.splice(0, 3000);
    }
    if (message.facing) this.view.face(message.facing);
    if (message.screen) {
      // What was still to be said of another screen would be said over the words of this one.
      const other = message.screen.kind !== this.screen?.kind || message.screen.title !== this.screen?.title;
      if (other && message.say?.length) this.voice.forget();
      this.screen = message.screen;
      this.probe.screens.push({ t_s: now_s(), ...message.screen });
      if (this.probe.screens.length > 2000) this.probe.screens.splice(0, 1000);
      this.view.show(message.screen);
      if (message.screen.camera) this.camera.open();
      else this.camera.close();
    }
    if (message.hover) this.held = message.hover;
    if (message.zones) this.zones = message.zones;
    if (message.trouble) this.view.caption(message.trouble);
    this.view.hover(this.held ?? [0, 0], this.zones ?? {});
    for (const said of message.say ?? []) this.voice.say(said.text, said.url);
    if (message.commands?.includes("open_camera")) this.camera.reopen();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    this.camera.end();
    this.voice.close();
    this.view.close();
    this.socket?.close();
  }
}
