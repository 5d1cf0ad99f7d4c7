// Start and top of the repetitions that stand for the others: from the film once it is there, else as stick figures.
import { around, frameAt, skeleton } from "./skeleton.js";
import { cell } from "./table.js";

const HIGH = 120, FILM_HIGH = 480;

export class Stills {
  constructor(box, go) {
    Object.assign(this, { box, go, pictures: new Map() });
  }

  load(poses, film) {
    this.poses = poses;
    if (film) this.watch(film);
  }

  draw(sheet) {
    this.sheet = sheet;
    this.shown = sheet.examples.map((one) => ({ ...one, at: [one.start_s, one.top_s].map((t_s) => frameAt(this.poses, t_s + 1e-3)) }));
    if (!this.shown.length) return this.box.replaceChildren();
    const rows = ["left", "right"].map((side) => this.shown.filter((one) => one.side === side)).filter((own) => own.length).map((own) => {
      const row = cell("div", "", { class: "row" });
      row.append(...own.map((one) => this.card(one)));
      return row;
    });
    this.box.replaceChildren(cell("h2", "Start and top"), ...rows, cell("p", sheet.stills_rule, { class: "hint" }));
    this.paint();
    if (this.video) this.take();
  }

  card(one) {
    const card = cell("button", "", { type: "button", "data-still": `${one.side} ${one.rep}`, title: "Show this repetition" });
    const pair = cell("span", "", { class: "pair", "aria-hidden": true });
    one.canvases = [0, 1].map(() => document.createElement("canvas"));
    pair.append(...one.canvases);
    const words = cell("span", "");
    words.append(cell("b", one.title), cell("b", `${one.side} ${one.rep}`), ...one.told.replaceAll(" s", "\u00a0s").split(", ").map((part) => cell("small", part)));
    card.append(pair, words);
    card.onclick = () => this.go(one);
    return card;
  }

  // All alike, so that they can be held beside one another.
  paint() {
    const [left, top, wide, high] = around(this.sheet, this.poses, this.shown.flatMap((one) => one.at)), bold = devicePixelRatio || 1;
    const scale = (HIGH * bold) / high, width = Math.round(wide * scale);
    for (const one of this.shown) one.at.forEach((i, k) => {
      const canvas = one.canvases[k], film = this.pictures.get(i), pen = canvas.getContext("2d");
      Object.assign(canvas, { width, height: Math.round(HIGH * bold) });
      Object.assign(canvas.style, { width: `${width / bold}px`, height: `${HIGH}px` });
      if (film) {
        const part = film.height / this.sheet.size_px[1];
        pen.drawImage(film, left * part, top * part, wide * part, high * part, 0, 0, canvas.width, canvas.height);
      }
      skeleton(pen, this.sheet, this.poses, i, { scale, left, top, bold: bold / 2, film: !!film });
      canvas.dataset.film = !!film;
    });
  }

  // ── the film, in a player of its own: the one on the stage stays where it is ─────────────────────────────────────

  watch(film) {
    this.video = Object.assign(document.createElement("video"), { muted: true, preload: "auto", src: film });
    this.video.onloadeddata = () => this.take();
    this.video.onerror = () => { this.video = null; };
  }

  async take() {
    if (this.taking || this.video.readyState < 2) return;
    this.taking = true;
    const missing = () => this.shown.flatMap((one) => one.at).find((i) => !this.pictures.has(i));
    for (let i = missing(); i !== undefined && this.video; i = missing()) this.pictures.set(i, await this.picture(i));
    this.taking = false;
    if (this.video) this.paint();
  }

  async picture(i) {
    const { video } = this, { t_s } = this.poses;
    await new Promise((done) => {
      video.onseeked = done;
      video.currentTime = Math.min(t_s[i] - t_s[0] + 0.005, video.duration);
    });
    return createImageBitmap(video, { resizeHeight: Math.min(FILM_HIGH, video.videoHeight), resizeQuality: "medium" });
  }

  close() {
    if (this.video) this.video.src = "";
    this.video = null;
  }
}
