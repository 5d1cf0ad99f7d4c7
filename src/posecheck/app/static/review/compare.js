// Two repetitions side by side: one button moves both, each by the same part of its own lift, hold and lowering.
import { frameAt, readPoses, skeleton } from "./skeleton.js";
import { cell } from "./table.js";

const HIGH = 380, APART_S = 0.09, SLOWEST = 0.0625; // slower than that a browser's player does not go

const HTML = `
<div class="pair"></div>
<div class="drive" role="toolbar" aria-label="Both recordings"><button type="button" data-do="play" title="Space">Play</button>
  <button type="button" data-do="back" title="Arrow left">Frame back</button><button type="button" data-do="forth" title="Arrow right">Frame on</button>
  <label>Speed <select data-do="speed"><option value="0.25">quarter</option><option value="0.5">half</option><option value="1" selected>full</option></select></label>
  <label class="place">Place <input type="range" min="0" max="1000" value="0"></label><output></output></div>
<p class="trouble" role="status"></p>`;

export function start(root, data) {
  const pair = new Pair(root, data);
  pair.load().catch((error) => { pair.$(".trouble").textContent = String(error.message ?? error); });
  return () => pair.close();
}

// One of the two: its poses or its film, and where its chosen repetition begins, is at the top, and ends.
class Side {
  constructor(data, told, changed) {
    Object.assign(this, { told, changed });
    this.url = (what) => {
      const url = new URL(`room/case/${told.key}/${what}`, data.base);
      url.searchParams.set("token", data.token);
      return url;
    };
    this.canvas = cell("canvas", "", { role: "img", "aria-label": told.name });
    this.select = cell("select", "", { "aria-label": `Repetition, ${told.name}` });
    this.box = document.createElement("figure");
    const caption = cell("figcaption", `${told.name}${told.mirrored ? " (mirrored)" : ""} `);
    caption.append(this.select);
    this.box.append(this.canvas, caption);
    if (told.mirrored) this.canvas.style.transform = "scaleX(-1)";
  }

  async load() {
    const [sheet, packed] = await Promise.all([fetch(this.url("sheet.json")).then((r) => r.json()), fetch(this.url("poses.bin")).then((r) => r.arrayBuffer())]);
    if (!sheet.frames) throw new Error(sheet.trouble ?? "The program does not answer. Is it still running?");
    this.sheet = sheet;
    this.poses = readPoses(packed, sheet.frames, sheet.keypoints);
    this.reps = sheet.reps.filter((rep) => rep.side === this.told.side && rep.complete && rep.start_s !== null && rep.end_s !== null);
    if (!this.reps.length) throw new Error(`${this.told.name}: no repetition was counted.`);
    const middle = sheet.examples.find((one) => one.side === this.told.side && one.title.startsWith("In the middle")) ?? sheet.examples.find((one) => one.side === this.told.side);
    this.rep = this.reps.find((rep) => rep.rep === middle?.rep) ?? this.reps[0];
    this.select.append(...this.reps.map((rep) => cell("option", `repetition ${rep.rep}`, { value: rep.rep, ...(rep === this.rep ? { selected: "" } : {}) })));
    this.select.onchange = () => { this.rep = this.reps.find((rep) => rep.rep === +this.select.value); this.changed(); };
    if (sheet.film) this.watch();
  }

  watch() {
    this.video = Object.assign(document.createElement("video"), { src: this.url("film.mp4").href, muted: true, playsInline: true, preload: "auto" });
    this.video.onloadeddata = () => this.changed();
    this.video.onseeked = () => this.draw();
    this.video.onerror = () => { this.video = null; this.draw(); };
  }

  get timed() { return this.rep.top_start_s !== null && this.rep.top_end_s !== null; }
  knots(timed) { return timed ? [this.rep.start_s, this.rep.top_start_s, this.rep.top_end_s, this.rep.end_s] : [this.rep.start_s, this.rep.top_s, this.rep.end_s]; }
  get filmed() { return this.video?.readyState >= 2; }

  // Still at a time.
  seek(t_s) {
    this.t_s = t_s;
    if (this.filmed) {
      this.video.pause();
      this.video.currentTime = Math.max(0, t_s - this.poses.t_s[0]) + 1e-3;
    }
    this.draw();
  }

  // On the way, at a rate of its own: the player runs by itself and is called back only where it strays.
  follow(t_s, rate) {
    this.t_s = t_s;
    if (this.filmed) {
      const { video } = this, at_s = t_s - this.poses.t_s[0];
      if (rate < SLOWEST) video.pause();
      else {
        video.playbackRate = Math.min(rate, 4);
        if (video.paused) video.play().catch(() => {});
      }
      if (Math.abs(video.currentTime - at_s) > APART_S && !video.seeking) video.currentTime = at_s;
    }
    this.draw();
  }

  draw() {
    if (!this.poses || this.t_s === undefined) return;
    const [wide, high] = this.sheet.size_px, bold = devicePixelRatio || 1, scale = Math.min((this.box.clientWidth || 480) / wide, HIGH / high) * bold, { canvas } = this;
    const [w, h] = [Math.round(wide * scale), Math.round(high * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      Object.assign(canvas.style, { width: `${w / bold}px`, height: `${h / bold}px` });
    }
    const pen = canvas.getContext("2d"), film = this.filmed;
    pen.clearRect(0, 0, w, h);
    if (film) pen.drawImage(this.video, 0, 0, w, h);
    skeleton(pen, this.sheet, this.poses, frameAt(this.poses, (film ? this.video.currentTime + this.poses.t_s[0] : this.t_s) + 1e-3), { scale, bold, film });
    canvas.dataset.film = !!film;
  }

  close() {
    if (this.video) this.video.src = "";
    this.video = null;
  }
}

class Pair {
  constructor(root, data) {
    this.data = data;
    root.innerHTML = HTML;
    root.tabIndex = -1;
    this.root = root;
    this.$ = (selector) => root.querySelector(selector);
    this.sides = data.pair.map((told) => new Side(data, told, () => this.seek(this.at ?? 0)));
    this.$(".pair").append(...this.sides.map((side) => side.box));
    const drive = { play: () => this.play(), back: () => this.step(-1), forth: () => this.step(1) };
    for (const button of root.querySelectorAll(".drive button")) button.onclick = () => drive[button.dataset.do]();
    this.$("select[data-do=speed]").onchange = (event) => { this.speed = +event.target.value; };
    this.$("input").oninput = (event) => { this.play(false); this.seek(event.target.value / 1000); };
    this.keys = (event) => this.key(event, drive);
    root.addEventListener("keydown", this.keys);
    this.resized = new ResizeObserver(() => this.sides.forEach((side) => side.draw()));
    this.resized.observe(root);
    Object.assign(this, { speed: 1, playing: false });
    this.frame = requestAnimationFrame((now_ms) => this.tick(now_ms));
    globalThis.__compare = this;
  }

  async load() {
    await Promise.all(this.sides.map((side) => side.load()));
    this.seek(0);
    this.loaded = true;
  }

  // ── one place for both ──────────────────────────────────────────────────────────────────────────────────────

  get timed() { return this.sides.every((side) => side.timed); }
  get marks() { return this.timed ? this.data.timed_at : this.data.untimed_at; }
  get phases() { return this.timed ? this.data.timed : this.data.untimed; }

  phaseAt(at) {
    const { marks } = this;
    return Math.max(0, marks.findLastIndex((mark, k) => mark <= at && k < marks.length - 1));
  }

  // When a recording is at a place, and where it is at a time: straight lines between its own phases.
  time(side, at) { return along(at, this.marks, side.knots(this.timed)); }
  place(side, t_s) { return along(t_s, side.knots(this.timed), this.marks); }

  // Neither is ever quicker than it was: a phase takes both as long as the slower of them took.
  lasts(k) { return Math.max(...this.spans(k), 1e-3); }
  spans(k) { return this.sides.map((side) => { const knots = side.knots(this.timed); return knots[k + 1] - knots[k]; }); }

  seek(at) {
    if (!this.sides.every((side) => side.poses)) return;
    this.at = at;
    for (const side of this.sides) side.seek(this.time(side, at));
    this.tell();
  }

  tell() {
    const k = this.phaseAt(this.at), { marks } = this, part = (this.at - marks[k]) / (marks[k + 1] - marks[k]);
    const words = `${this.phases[k]}, ${Math.round(100 * Math.min(part, 1))} %`;
    this.$("output").textContent = words;
    Object.assign(this.$("input"), { value: Math.round(1000 * this.at) });
    this.$("input").setAttribute("aria-valuetext", words);
    this.$("button[data-do=play]").textContent = this.playing ? "Pause" : "Play";
  }

  play(on = !this.playing) {
    if (!this.loaded) return;
    if (on && this.at >= 1) this.seek(0);
    this.playing = on;
    this.last_ms = undefined;
    if (!on) this.seek(this.at);
    this.tell();
  }

  tick(now_ms) {
    this.frame = requestAnimationFrame((now) => this.tick(now));
    if (!this.playing) return;
    let left_s = ((now_ms - (this.last_ms ?? now_ms)) / 1000) * this.speed;
    this.last_ms = now_ms;
    while (left_s > 0 && this.at < 1) { // a picture may reach from one phase into the next
      const k = this.phaseAt(this.at), pace = (this.marks[k + 1] - this.marks[k]) / this.lasts(k), need_s = (this.marks[k + 1] - this.at) / pace;
      this.at = left_s < need_s ? this.at + left_s * pace : this.marks[k + 1];
      left_s -= need_s;
    }
    if (this.at >= 1) return this.play(false);
    const k = this.phaseAt(this.at), spans = this.spans(k);
    this.sides.forEach((side, i) => side.follow(this.time(side, this.at), (spans[i] / this.lasts(k)) * this.speed));
    this.tell();
  }

  // To the next picture that either of them has.
  step(by) {
    this.play(false);
    const near = 1e-6, all = [0, 1, ...this.sides.flatMap((side) => {
      const { t_s } = side.poses, at = frameAt(side.poses, this.time(side, this.at) + 1e-4);
      return [-1, 0, 1].map((n) => t_s[Math.min(Math.max(at + n, 0), t_s.length - 1)]).map((t) => this.place(side, t));
    })].filter((at) => by * (at - this.at) > near && at >= 0 && at <= 1);
    if (all.length) this.seek(by > 0 ? Math.min(...all) : Math.max(...all));
  }

  key(event, drive) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("select, input")) return;
    const act = { " ": drive.play, arrowleft: drive.back, arrowright: drive.forth }[event.key.toLowerCase()];
    if (!act || (event.key === " " && event.target.closest?.("button"))) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.root.removeEventListener("keydown", this.keys);
    for (const side of this.sides) side.close();
  }
}

// y at x, on straight lines through points; before the first and after the last the outer lines go on.
function along(x, xs, ys) {
  let k = 0;
  while (k < xs.length - 2 && x > xs[k + 1]) k += 1;
  const span = xs[k + 1] - xs[k];
  return span > 0 ? ys[k] + ((x - xs[k]) / span) * (ys[k + 1] - ys[k]) : ys[k];
}
