// The picture: film with the skeleton over it, or the skeleton alone; time runs here and nowhere else.
import { frameAt, skeleton } from "./skeleton.js";

export class Stage {
  constructor(box, moved) {
    this.moved = moved;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "The person, as a skeleton");
    box.append(this.canvas);
    this.box = box;
    this.time_s = 0;
    this.rate = 1;
    this.playing = false;
    this.frame = requestAnimationFrame(() => this.tick());
  }

  load(sheet, poses, film) {
    Object.assign(this, { sheet, poses });
    this.video?.remove();
    this.video = null;
    if (film) {
      this.video = Object.assign(document.createElement("video"), { src: film, muted: true, playsInline: true, preload: "auto" });
      this.video.setAttribute("aria-label", "The film");
      this.box.prepend(this.video);
      this.video.onerror = () => { this.video?.remove(); this.video = null; this.draw(); };
      this.video.onloadedmetadata = () => this.seek(this.time_s);
    }
    this.seek(poses.t_s[0] ?? 0);
  }

  get end_s() {
    return this.poses ? this.poses.t_s[this.poses.t_s.length - 1] : 0;
  }

  seek(t_s) {
    const first = this.poses?.t_s[0] ?? 0;
    this.time_s = Math.min(Math.max(t_s, first), this.end_s);
    if (this.video?.readyState) this.video.currentTime = this.time_s - first;
    this.begun = { clock: performance.now(), time_s: this.time_s };
    this.draw();
    this.moved(this.time_s);
  }

  // Whole pictures, as they were taken.
  step(by) {
    this.play(false);
    const at = frameAt(this.poses, this.time_s + 1e-4), last = this.poses.t_s.length - 1;
    this.seek(this.poses.t_s[Math.min(Math.max(at + by, 0), last)] + 1e-4);
  }

  play(on = !this.playing) {
    if (on && this.time_s >= this.end_s - 0.05) this.seek(this.poses.t_s[0]);
    this.playing = on;
    this.begun = { clock: performance.now(), time_s: this.time_s };
    if (!this.video) return;
    this.video.playbackRate = this.rate;
    if (on) this.video.play();
    else this.video.pause();
  }

  speed(rate) {
    this.rate = rate;
    if (this.video) this.video.playbackRate = rate;
    this.begun = { clock: performance.now(), time_s: this.time_s };
  }

  tick() {
    this.frame = requestAnimationFrame(() => this.tick());
    if (!this.playing || !this.poses) return;
    const first = this.poses.t_s[0];
    this.time_s = this.video ? this.video.currentTime + first
      : this.begun.time_s + (this.rate * (performance.now() - this.begun.clock)) / 1000;
    if (this.time_s >= this.end_s) {
      this.play(false);
      this.time_s = this.end_s;
    }
    this.draw();
    this.moved(this.time_s);
  }

  draw() {
    if (!this.sheet || !this.poses) return;
    const [wide, high] = this.sheet.size_px, { canvas } = this, shown = this.box.clientWidth || 480;
    const scale = Math.min(shown / wide, 420 / high), dpr = devicePixelRatio || 1;
    this.box.style.height = `${Math.round(high * scale)}px`;
    const [w, h] = [Math.round(wide * scale * dpr), Math.round(high * scale * dpr)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    for (const element of [canvas, this.video]) if (element) Object.assign(element.style, { width: `${w / dpr}px`, height: `${h / dpr}px` });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, w, h);
    skeleton(pen, this.sheet, this.poses, frameAt(this.poses, this.time_s + 1e-3), { scale: scale * dpr, bold: dpr, film: !!this.video });
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
