// The camera: opens, tells its troubles by name, and sends pictures as JPEG, at most two on their way at a time.
import { at_s, now_s } from "./clock.js";

const WIDTH = 640, HEIGHT = 480, QUALITY = 0.75, ON_THEIR_WAY = 2, LOST_AFTER_S = 2;
const TROUBLE = {
  NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none",
  DevicesNotFoundError: "none", NotReadableError: "busy", AbortError: "busy",
};

export class Camera {
  constructor(out) {
    this.out = out;
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, playsInline: true, autoplay: true });
    this.open_ = [];
    this.stats = { sent: 0, pictures: 0 };
    this.wanted = this.missed = false;
    this.plugged = () => this.missed && this.open();   // a camera that is there again is used without a touch
    navigator.mediaDevices?.addEventListener("devicechange", this.plugged);
  }

  async open() {
    if (this.wanted) return;
    this.wanted = true;
    if (!navigator.mediaDevices?.getUserMedia || !globalThis.OffscreenCanvas || !("requestVideoFrameCallback" in this.video))
      return this.out.state("unsupported");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: 30 } }, audio: false,
      });
      if (!this.wanted) return stream.getTracks().forEach((track) => track.stop());
      this.stream = stream;
      stream.getVideoTracks()[0].addEventListener("ended", () => this.lost(stream));
      this.video.srcObject = stream;
      await this.video.play();
      this.canvas = new OffscreenCanvas(this.video.videoWidth || WIDTH, this.video.videoHeight || HEIGHT);
      this.missed = false;
      this.out.state("on");
      this.next(stream);
    } catch (error) {
      this.wanted = false;
      this.missed = true;
      console.warn("camera:", error.name);
      this.out.state(TROUBLE[error.name] ?? "none");
    }
  }

  lost(stream) {
    if (this.stream !== stream) return;
    this.close();
    this.missed = true;
    this.out.state("ended");
  }

  reopen() {
    this.close();
    this.open();
  }

  end() {
    this.close();
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
  }

  close() {
    this.wanted = this.missed = false;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.open_ = [];
  }

  next(stream) {
    this.video.requestVideoFrameCallback((now, meta) => {
      if (this.stream !== stream) return;
      this.next(stream);
      this.stats.pictures++;
      this.send(at_s(meta.captureTime ?? now)).catch((error) => console.warn("picture:", error));
    });
  }

  async send(t_s) {
    this.open_ = this.open_.filter((sent_s) => now_s() - sent_s < LOST_AFTER_S);
    if (this.open_.length >= ON_THEIR_WAY || !this.out.ready()) return;
    this.open_.push(t_s);
    const { video, canvas } = this;
    if (canvas.width !== video.videoWidth && video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
    }
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    const jpeg = await (await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })).arrayBuffer();
    const message = new Uint8Array(8 + jpeg.byteLength);
    new DataView(message.buffer).setFloat64(0, t_s, true);
    message.set(new Uint8Array(jpeg), 8);
    if (!this.out.ready()) return;
    this.out.frame(message);
    this.stats.sent++;
  }

  // Cumulative: the server may leave pictures out, and then answers a later one.
  acknowledged(t_s) {
    this.open_ = this.open_.filter((sent_s) => sent_s > t_s + 1e-6);
  }

  forget() {
    this.open_ = [];
    if (this.stream) this.out.state("on");
  }
}
