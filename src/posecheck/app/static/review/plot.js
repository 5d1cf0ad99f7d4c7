// The angle over time: repetitions as bands, the one that is chosen with handles, target and prescription beside it.
const SIDES = ["left", "right"], COLOUR = { left: "#1f4e9e", right: "#b8600b" };
const PHASE = { lift: "#9cbcee", hold: "#3f6fc0", lower: "#d3e1f7" }, PHASE_RIGHT = { lift: "#f0bd8b", hold: "#c7752a", lower: "#f9e2cc" };
const LEFT = 54, RIGHT = 12, TOP = 12, LANE = 20, AXIS = 22, HANDLE = 7;

export class Plot {
  constructor(box, out) {
    this.out = out;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Angle over time; every number of it stands in the table below");
    box.append(this.canvas);
    this.box = box;
    this.adding = false;
    this.canvas.onpointerdown = (event) => this.down(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = (event) => this.up(event);
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(box);
  }

  load(sheet) {
    this.sheet = sheet;
    this.sides = SIDES.filter((side) => sheet.signals[side]);
    const values = this.sides.flatMap((side) => sheet.signals[side].filter((v) => v !== null));
    let [low, high] = [Infinity, -Infinity];
    for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
    const room = Math.max((high - low) * 0.08, sheet.exercise.unit === "deg" ? 5 : 0.02);
    this.y = values.length ? [low - room, high + room] : [0, 1];
    this.whole();
  }

  whole() {
    this.x = [0, Math.max(1, this.sheet.duration_s)];
    this.draw();
  }

  zoom(factor, about_s = (this.x[0] + this.x[1]) / 2) {
    const span = Math.min(Math.max((this.x[1] - this.x[0]) * factor, 2), Math.max(2, this.sheet.duration_s));
    const part = (about_s - this.x[0]) / (this.x[1] - this.x[0]);
    this.pan(about_s - part * span, span);
  }

  pan(from_s, span = this.x[1] - this.x[0]) {
    const begin = Math.min(Math.max(from_s, 0), Math.max(0, this.sheet.duration_s - span));
    this.x = [begin, begin + span];
    this.draw();
  }

  show(rep) {
    const span = this.x[1] - this.x[0];
    if (rep.from_s < this.x[0] || rep.to_s > this.x[1]) this.pan((rep.from_s + rep.to_s) / 2 - span / 2);
  }

  // ── places ──────────────────────────────────────────────────────────────────────────────────────────────────

  get high() { return 300; }
  get floor() { return this.high - AXIS - LANE * this.sides.length; }
  px(t_s) { return LEFT + ((t_s - this.x[0]) / (this.x[1] - this.x[0])) * (this.box.clientWidth - LEFT - RIGHT); }
  at(px) { return this.x[0] + ((px - LEFT) / (this.box.clientWidth - LEFT - RIGHT)) * (this.x[1] - this.x[0]); }
  py(value) { return this.floor - ((value - this.y[0]) / (this.y[1] - this.y[0])) * (this.floor - TOP); }
  lane(side) { return this.floor + 2 + LANE * this.sides.indexOf(side); }

  // ── the hand ────────────────────────────────────────────────────────────────────────────────────────────────

  down(event) {
    const { offsetX: x, offsetY: y } = event, chosen = this.out.chosen();
    this.canvas.setPointerCapture(event.pointerId);
    if (this.adding) {
      this.drag = { kind: "add", from_s: this.at(x), to_s: this.at(x), side: this.sideAt(y) };
      return;
    }
    if (chosen.length === 1) {
      const [rep] = chosen;
      for (const end of ["from_s", "to_s"]) if (Math.abs(this.px(rep[end]) - x) <= HANDLE) {
        this.drag = { kind: "edge", rep, end, from_s: rep.from_s, to_s: rep.to_s };
        return;
      }
    }
    this.drag = { kind: "seek", x };
    const t_s = this.at(x), side = this.sideAt(y);
    const here = this.sheet.reps.filter((rep) => rep.from_s <= t_s && t_s <= rep.to_s);
    const rep = here.find((one) => one.side === side) ?? here[0];
    this.out.seek(t_s);
    if (rep) this.out.choose(rep, event);
  }

  sideAt(y) {
    return this.sides.find((side) => y >= this.lane(side) && y < this.lane(side) + LANE) ?? this.out.side() ?? this.sides[0];
  }

  move(event) {
    const { offsetX: x } = event, chosen = this.out.chosen(), [rep] = chosen;
    const edge = chosen.length === 1 && ["from_s", "to_s"].some((end) => Math.abs(this.px(rep[end]) - x) <= HANDLE);
    this.canvas.style.cursor = this.adding ? "crosshair" : edge || this.drag?.kind === "edge" ? "ew-resize" : "pointer";
    if (!this.drag) return;
    const t_s = this.at(x);
    if (this.drag.kind === "seek") this.out.seek(t_s);
    if (this.drag.kind === "add") this.drag.to_s = t_s;
    if (this.drag.kind === "edge") {
      this.drag[this.drag.end] = t_s;
      this.out.seek(t_s);
    }
    this.draw();
  }

  up() {
    const { drag } = this;
    this.drag = null;
    if (drag?.kind === "edge" && drag.to_s - drag.from_s > 0.2 && (drag.from_s !== drag.rep.from_s || drag.to_s !== drag.rep.to_s))
      this.out.move(drag.rep, drag.from_s, drag.to_s);
    if (drag?.kind === "add") {
      this.adding = false;
      const [from_s, to_s] = [drag.from_s, drag.to_s].sort((a, b) => a - b);
      if (to_s - from_s > 0.2) this.out.add(drag.side, from_s, to_s);
    }
    this.draw();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.shiftKey) return;   // the page scrolls as pages do
    event.preventDefault();
    if (event.shiftKey) this.pan(this.x[0] + ((event.deltaY || event.deltaX) / 400) * (this.x[1] - this.x[0]));
    else this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.at(event.offsetX));
  }

  // ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────

  // Once a picture, however often it was asked for.
  draw() {
    this.asked ??= requestAnimationFrame(() => { this.asked = null; this.paint(); });
  }

  paint() {
    if (!this.sheet) return;
    const dpr = devicePixelRatio || 1, wide = this.box.clientWidth, { high } = this, { canvas } = this;
    Object.assign(canvas, { width: wide * dpr, height: high * dpr });
    Object.assign(canvas.style, { width: `${wide}px`, height: `${high}px` });
    const pen = canvas.getContext("2d");
    pen.scale(dpr, dpr);
    pen.font = "13px system-ui, sans-serif";
    this.axes(pen, wide);
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, wide - LEFT - RIGHT, high);
    pen.clip();
    const chosen = this.out.chosen();
    for (const rep of chosen) this.band(pen, this.dragged(rep));
    for (const side of this.sides) this.curve(pen, side);
    for (const rep of this.sheet.reps) this.inLane(pen, rep, chosen.includes(rep));
    if (this.drag?.kind === "add") this.band(pen, { ...this.drag, adds: true });
    const x = this.px(this.out.time());
    pen.strokeStyle = "#10294d";
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, high - AXIS);
    pen.stroke();
    pen.restore();
  }

  dragged(rep) {
    return this.drag?.kind === "edge" && this.drag.rep === rep ? { ...rep, from_s: this.drag.from_s, to_s: this.drag.to_s } : rep;
  }

  axes(pen, wide) {
    const unit = this.sheet.exercise.unit === "deg" ? "°" : "";
    pen.fillStyle = "#33415c";
    pen.strokeStyle = "#dfe6ef";
    pen.lineWidth = 1;
    pen.textAlign = "right";
    for (const value of ticks(this.y, 5)) {
      line(pen, LEFT, this.py(value), wide - RIGHT, this.py(value));
      pen.fillText(`${+value.toFixed(2)}${unit}`, LEFT - 6, this.py(value) + 4);
    }
    pen.textAlign = "center";
    for (const t_s of ticks(this.x, 8)) pen.fillText(clock(t_s), this.px(t_s), this.high - 6);
    pen.textAlign = "right";
    for (const side of this.sides) pen.fillText(side, LEFT - 6, this.lane(side) + 14);
  }

  curve(pen, side) {
    const { rate_hz, first_s, signals } = this.sheet, values = signals[side];
    const from = Math.max(0, Math.floor((this.x[0] - first_s) * rate_hz)), to = Math.min(values.length, Math.ceil((this.x[1] - first_s) * rate_hz) + 1);
    const step = Math.max(1, Math.floor((to - from) / 3000));
    pen.strokeStyle = COLOUR[side];
    pen.lineWidth = 2;
    pen.setLineDash(side === "right" && this.sides.length > 1 ? [8, 3] : []);
    pen.beginPath();
    let drawn = false;
    for (let k = from; k < to; k += step) {
      if (values[k] === null) { drawn = false; continue; }
      const x = this.px(first_s + k / rate_hz), y = this.py(values[k]);
      if (drawn) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      drawn = true;
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  // The chosen repetition, over the whole height: its phases, what was asked for, and where it may be taken hold of.
  band(pen, rep) {
    const [a, b] = [this.px(rep.from_s), this.px(rep.to_s)];
    pen.fillStyle = rep.adds ? "#cfe7d8" : "#eef3fb";
    pen.fillRect(a, TOP, b - a, this.floor - TOP);
    if (rep.adds) return;
    const sign = this.sheet.exercise.sign;
    if (rep.start !== null && rep.target_range !== null && this.sheet.kind !== "check") {
      const [low, high] = [0.9, 1.1].map((part) => this.py(rep.start + sign * part * rep.target_range));
      pen.fillStyle = "#cfe7d8";
      pen.fillRect(a, Math.min(low, high), b - a, Math.abs(high - low));
    }
    if (rep.target_lift_s !== null && rep.start_s !== null) {
      let t_s = rep.start_s;
      for (const phase of ["lift", "hold", "lower"]) {
        const lasts_s = rep[`target_${phase}_s`] ?? 0;
        pen.strokeStyle = "#10294d";
        pen.lineWidth = phase === "hold" ? 4 : 2;
        line(pen, this.px(t_s), TOP + 4, this.px(t_s + lasts_s) - 2, TOP + 4);
        t_s += lasts_s;
      }
    }
    pen.fillStyle = "#10294d";
    for (const x of [a, b]) {
      pen.fillRect(x - 1, TOP, 2, this.floor - TOP);
      pen.beginPath();
      pen.arc(x, (TOP + this.floor) / 2, HANDLE, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  inLane(pen, rep, chosen) {
    const top = this.lane(rep.side) + 2, high = LANE - 4, tint = rep.side === "left" ? PHASE : PHASE_RIGHT;
    const [a, b] = [this.px(rep.from_s), this.px(rep.to_s)];
    if (b < LEFT || a > this.box.clientWidth) return;
    pen.globalAlpha = rep.complete ? 1 : 0.35;
    pen.fillStyle = tint.lower;
    pen.fillRect(a, top, Math.max(2, b - a), high);
    const edges = [rep.start_s ?? rep.from_s, rep.top_start_s, rep.top_end_s, rep.end_s];
    ["lift", "hold", "lower"].forEach((phase, i) => {
      if (edges[i] === null || edges[i + 1] === null) return;
      pen.fillStyle = tint[phase];
      pen.fillRect(this.px(edges[i]), top, Math.max(1, this.px(edges[i + 1]) - this.px(edges[i])), high);
    });
    pen.globalAlpha = 1;
    pen.lineWidth = chosen ? 3 : 1;
    pen.strokeStyle = chosen ? "#10294d" : "#ffffff";
    pen.strokeRect(a, top, Math.max(2, b - a), high);
    if (b - a > 16) {
      pen.fillStyle = "#10294d";
      pen.textAlign = "left";
      pen.fillText(`${rep.rep}${rep.automatic ? "*" : ""}`, a + 4, top + 12);
    }
  }

  close() {
    cancelAnimationFrame(this.asked);
    this.resized.disconnect();
  }
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

export function ticks([low, high], about) {
  const raw = (high - low) / about, size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((one) => one * size >= raw) * size, out = [];
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9; v += step) out.push(v);
  return out;
}

export function clock(t_s) {
  const whole = Math.floor(t_s / 60), rest = t_s - 60 * whole;
  return `${whole}:${rest < 10 ? "0" : ""}${+rest.toFixed(rest % 1 ? 1 : 0)}`;
}
