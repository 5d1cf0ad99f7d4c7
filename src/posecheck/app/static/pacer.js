// The dot that leads the movement: up with the lift, still while it is held, down, and still again. Never quicker than that.
import { now_s } from "./clock.js";

const smooth = (part) => 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, Math.max(0, part)));

export function phaseAt(pacer, t_s) {
  const since = t_s - pacer.begin_s;
  if (!pacer.running || since < 0) return { name: "rest", height: 0, cycle: since < 0 ? -1 : 0, since: 0 };
  const whole = pacer.lift_s + pacer.hold_s + pacer.lower_s + pacer.rest_s;
  const cycle = Math.floor(since / whole);
  let into = since - cycle * whole;
  for (const [name, lasts] of [["lift", pacer.lift_s], ["hold", pacer.hold_s], ["lower", pacer.lower_s], ["rest", pacer.rest_s]]) {
    if (into < lasts || name === "rest") {
      const part = lasts ? into / lasts : 0;
      const height = { lift: smooth(part), hold: 1, lower: 1 - smooth(part), rest: 0 }[name];
      return { name, height, cycle, part };
    }
    into -= lasts;
  }
}

export class PacerView {
  constructor(canvas, say) {
    this.canvas = canvas;
    this.say = say;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.spoken = "";
  }

  set(pacer) {
    this.pacer = pacer;
    if (pacer && !this.frame) this.draw();
  }

  // 30 times a second is smooth for a slow dot, and leaves a small computer its time for the camera.
  draw() {
    this.frame = this.pacer && requestAnimationFrame(() => this.draw());
    const t_s = now_s();
    if (!this.pacer || t_s - (this.drawn_s ?? 0) < 0.9 / 30) return;
    this.drawn_s = t_s;
    const phase = phaseAt(this.pacer, t_s);
    this.lead(phase);
    this.paint(phase);
  }

  // The voice leads the first movements.
  lead(phase) {
    const { words, led, begin_s } = this.pacer;
    if (phase.cycle < 0 || phase.cycle >= led || !words[phase.name]) return;
    const key = `${begin_s}/${phase.cycle}/${phase.name}`;
    if (key === this.spoken) return;
    this.spoken = key;
    this.say(words[phase.name]);
  }

  paint(phase) {
    const { canvas } = this, ratio = globalThis.devicePixelRatio || 1;
    const w = canvas.clientWidth, h = canvas.clientHeight;
    if (!w || !h) return;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) { canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio); }
    const cx = canvas.getContext("2d");
    cx.setTransform(ratio, 0, 0, ratio, 0, 0);
    cx.clearRect(0, 0, w, h);
    const r = Math.min(w * 0.34, 44), top = r + 8, bottom = h - r - 8, x = w / 2;
    const height = this.still.matches ? Math.round(phase.height * 2) / 2 : phase.height;
    const y = bottom - (bottom - top) * height;
    cx.lineCap = "round";
    cx.lineWidth = r * 0.9; cx.strokeStyle = "#d9e2ef";
    cx.beginPath(); cx.moveTo(x, top); cx.lineTo(x, bottom); cx.stroke();
    cx.strokeStyle = "#9dbde8";
    cx.beginPath(); cx.moveTo(x, bottom); cx.lineTo(x, y); cx.stroke();
    cx.fillStyle = this.pacer.running ? "#e07a12" : "#9aa7b8";
    cx.beginPath(); cx.arc(x, y, r, 0, 7); cx.fill();
    cx.lineWidth = 5; cx.strokeStyle = "#ffffff"; cx.stroke();
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
