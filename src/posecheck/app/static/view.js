// Draws a screen of the server: one thing at a time, everything that matters in the half that is seen.
import { drawFigure } from "./figure.js";
import { PacerView } from "./pacer.js";
import { drawProgress } from "./progress.js";
import { now_s } from "./clock.js";

const LOUD = 0.9, SOFT = 0.4;   // of the voice
const LEAST_PX = 84; // of a picture to touch
const MOVING = ["show", "set", "rest"], IDLE_MS = 100;

// Streamlit's page has the landmarks; within them these are plain boxes.
const HTML = `
<div class="screen" tabindex="-1" role="group">
  <div class="band"><h1 class="title"></h1><p class="side"></p><p class="cue" role="status" aria-live="assertive"></p><p class="steps" role="status" hidden><span class="dots" aria-hidden="true"></span><span class="of"></span></p><p class="films" hidden></p></div>
  <div class="mirror"><div class="you"></div><div class="beside"></div></div>
  <div class="figure"><canvas role="img" aria-label="Figure"></canvas></div>
  <div class="work"><canvas class="pacer" aria-hidden="true"></canvas><p class="count" aria-live="off"></p></div>
  <div class="read"><img class="sign" alt=""><div class="lines"></div><svg class="ring" viewBox="0 0 100 100"
    aria-hidden="true"><circle class="all" cx="50" cy="50" r="44"/><circle class="part" cx="50" cy="50" r="44"/></svg></div>
  <div class="progress"></div>
  <div class="choices"></div>
  <p class="caption" role="log" aria-live="polite"></p>
  <div class="tools"></div>
</div>`;

export class View {
  constructor(root, data, out) {
    root.innerHTML = HTML;
    this.root = root;
    this.face({ see: "", hand: "right" });
    this.$ = (selector) => root.querySelector(selector);
    this.data = data;
    this.text = data.text;
    this.out = out;
    this.main = this.$(".screen");
    this.pacer = new PacerView(this.$("canvas.pacer"), (text) => out.voice.say(text, this.url(text), { within_s: 0.8, first: true }));
    this.hidden = localStorage.getItem("posecheck.figure") === "1";
    this.keys = (event) => this.key(event);
    addEventListener("keydown", this.keys);
    this.resized = () => {
      this.fit();
      this.placeAnew();
    };
    this.hovered = [[0, 0], {}];
    addEventListener("resize", this.resized);
    this.figures = new Map();
    this.animate();
  }

  get focused() {
    return this.root.getRootNode().activeElement;
  }

  url(text) {
    const url = this.screen?.data.voice?.[text];
    return url ? new URL(url, this.data.base).href : null;
  }

  // Where things stand: in the half that is seen, and where both are, on the side of the hand that answers.
  face({ see, hand }) {
    this.see = see;
    this.hand = hand;
  }

  // ── a screen ────────────────────────────────────────────────────────────────────────────────────────────────

  show(screen) {
    const before = this.screen ?? {};
    this.screen = screen;
    const looked = this.main.className;
    this.main.className = `screen kind-${screen.kind} see-${this.see || "both"} hand-${this.hand}` +
      (screen.preview ? " previews" : "") + (screen.data.count_in ? " counts-in" : "") + (screen.cue ? " cues" : "") + (screen.data.setup ? " asks" : "") +
      (screen.data.grid ? ` ${screen.data.grid}` : "");
    this.write(".title", screen.title);
    this.write(".cue", screen.cue);
    this.write(".side", screen.kind === "set" || (screen.kind === "choices" && screen.preview) ? screen.lines.join(" ") : "");
    this.fit();
    this.lines(screen);
    this.count(screen);
    this.steps(screen);
    this.$(".films").hidden = !screen.data.film;
    this.write(".films", this.text.filming);
    this.pacer.set(screen.kind === "set" ? screen.pacer : null);
    if (screen.preview && !this.$(".you video")) this.$(".you").append(this.out.video());
    this.$(".you").classList.toggle("hides", this.hidden);
    if (JSON.stringify(before.choices) !== JSON.stringify(screen.choices) || before.kind !== screen.kind ||
        before.preview !== screen.preview) this.choices(screen, before);
    if (looked !== this.main.className) this.placeAnew(); // the mirror may be elsewhere now
    this.tools(screen);
    if (screen.figure) this.load(screen.figure);
    if (screen.kind === "progress") drawProgress(this.$(".progress"), screen.data, this.text, (id) => this.picture(id));
    if (before.kind !== screen.kind || before.title !== screen.title) this.main.scrollIntoView({ block: "start" });
    if (screen.kind === "alarm" && before.kind !== "alarm") this.out.voice.chime();
  }

  write(selector, text) {
    const element = this.$(selector);
    if (element.textContent !== text) element.textContent = text;
  }

  lines(screen) {
    const sign = this.$(".sign"), src = screen.picture ? this.picture(screen.picture) : "";
    sign.hidden = !src;
    if (src && sign.getAttribute("src") !== src) sign.src = src;
    const box = this.$(".lines"), text = screen.lines.join("\n");
    if (box.dataset.text === text) return;
    box.dataset.text = text;
    box.replaceChildren(...screen.lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  }

  count(screen) {
    const tried = screen.data.tried && screen.count != null;
    const number = screen.data.count_in ?? screen.count;
    this.$(".count").className = `count${tried ? " tried" : ""}`;
    const said = number == null ? "" : tried ? this.text.tried.replace("{count}", number) : String(number);
    this.write(".count", screen.data.moved && tried ? `${said}\n${this.text.moved}` : said);
  }

  // Which set or question of how many, as dots; of questions also in words, which a reader of screens has of both.
  steps({ step, data }) {
    const [number, of] = step ?? (data.setup && data.of ? [data.at + 1, data.of] : [0, 0]);
    this.$(".steps").hidden = !of;
    this.$(".dots").replaceChildren(...Array.from({ length: of }, (_, i) =>
      Object.assign(document.createElement("i"), { className: i < number ? "begun" : "" })));
    const words = step ? this.text.set_of : this.text.question_of;
    this.write(".of", of ? words.replace("{number}", number).replace("{of}", of) : "");
  }

  picture(id) {
    return new URL(`live/static/pictures/${id}.svg`, this.data.base).href;
  }

  choices(screen, before) {
    const nav = this.$(".choices"), focused = nav.contains(this.focused);
    const stays = before.title === screen.title ? this.focused?.dataset.choice : null; // a digit more on the same keys
    this.buttons = new Map(screen.choices.map((choice) => [choice.id, this.button(choice, () => this.out.answer(choice.id))]));
    nav.replaceChildren(...screen.choices.filter((c) => !this.byHand(screen, c)).map((c) => this.buttons.get(c.id)));
    this.$(".beside").replaceChildren(...screen.choices.filter((c) => this.byHand(screen, c)).map((c) => this.buttons.get(c.id)));
    const first = this.buttons.get(stays) ?? this.buttons.get(screen.data.focus) ?? this.usual;
    if (focused || screen.kind !== "set") (first ?? this.main).focus({ preventScroll: true });
  }

  // What a clicker or Enter chooses: the first, but never the end of the day.
  get usual() {
    return [...this.buttons.values()].find((button) => button.dataset.choice !== "finish");
  }

  byHand(screen, choice) {
    return screen.preview && choice.place > 0;
  }

  button(choice, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.choice = choice.id;
    button.className = `choice${choice.text.length > 14 ? " long" : ""}${choice.about ? " tile" : ""}`;
    if (choice.place) button.dataset.place = choice.place;
    const image = (id, className) => Object.assign(document.createElement("img"), { src: this.picture(id), alt: "", className });
    const words = (text, className) => Object.assign(document.createElement("span"), { textContent: text, className });
    if (choice.picture) button.append(image(choice.picture, ""));
    if (choice.about) button.append(words(choice.about, "about"), " ");
    button.append(words(choice.text, "answer"));
    if (choice.mark) button.append(image(choice.mark, "mark"));
    button.onclick = act;
    return button;
  }

  // Pictures stand beside the person's own hand in the mirror image, and stay there while a hand is held.
  hover([place, part], zones) {
    this.hovered = [[place, part], zones];
    const mirror = this.$(".you"), video = this.out.video(), cards = [...this.$(".beside").children];
    if (!cards.length) return;
    const wide = video.videoWidth || 640, high = video.videoHeight || 480;
    const scale = Math.min(mirror.clientWidth / wide, mirror.clientHeight / high) || 0;
    const known = cards.map((card) => zones?.[card.dataset.place]).filter(Boolean);
    if (known.length === cards.length && !place) {
      const high_px = mirror.clientHeight, most = high_px / cards.length - 8; // none lies over another
      const side = Math.min(most, Math.max(120, Math.min(known[0][2] * scale, high_px / 3.2)));
      const x = mirror.clientWidth / 2 + (wide / 2 - known[0][0]) * scale;
      const middle = mirror.clientHeight / 2 + (known.reduce((sum, zone) => sum + zone[1], 0) / known.length - high / 2) * scale;
      const wanted = known.length > 1 ? ((known.at(-1)[1] - known[0][1]) * scale) / (known.length - 1) : 0;
      const apart = Math.min(Math.max(side + 10, wanted), (high_px - side - 8) / Math.max(1, cards.length - 1));
      const reach = ((cards.length - 1) * apart + side) / 2 + 4;
      const here = Math.min(Math.max(middle, reach), high_px - reach);
      cards.forEach((card, i) => this.place(card, x, here + (i - (cards.length - 1) / 2) * apart, side));
    } else {
      const high_px = mirror.clientHeight, side = Math.max(LEAST_PX, high_px / 4), apart = Math.max(high_px / 3, side + 10);
      const middle = cards.reduce((sum, card) => sum + Number(card.dataset.place), 0) / cards.length;
      cards.filter((card) => !card.style.left).forEach((card) =>
        this.place(card, mirror.clientWidth * (this.hand === "left" ? 0.16 : 0.84), high_px / 2 + (card.dataset.place - middle) * apart, side));
    }
    for (const card of cards) card.style.setProperty("--held", Number(card.dataset.place) === place ? part : 0);
  }

  placeAnew() {
    for (const card of this.$(".beside").children) card.style.left = "";
    this.hover(...this.hovered);
  }

  // A picture moves only when the person does: trembling after every breath would be hard to hit.
  place(card, left, top, side) {
    const mirror = this.$(".you"), half = side / 2;
    const x = Math.min(Math.max(left, half + 4), mirror.clientWidth - half - 4);
    const y = Math.min(Math.max(top, half + 4), mirror.clientHeight - half - 4);
    const { width, left: x0, top: y0 } = card.style;
    if (x0 && Math.hypot(parseFloat(x0) - x, parseFloat(y0) - y, parseFloat(width) - side) < side / 6) return;
    Object.assign(card.style, { width: `${side}px`, height: `${side}px`, left: `${x}px`, top: `${y}px` });
  }

  tools(screen) {
    const wants = JSON.stringify([screen.stop, screen.preview, this.helped(screen), this.hidden, this.out.voice.muted, this.out.voice.volume]);
    if (wants === this.toolsAre) return;
    this.toolsAre = wants;
    const tools = [];
    const tool = (id, text, picture, act) => tools.push(this.button({ id, text, picture }, act));
    if (screen.stop) tool("stop", this.text.stop_exercise, "stop", () => this.out.answer("stop"));
    if (screen.preview) tool("face", this.hidden ? this.text.show_me : this.text.show_figure, this.hidden ? "show_me" : "show_figure", () => this.hide());
    const { voice } = this.out;
    const [name, picture, volume] = voice.muted ? ["sound", "sound", LOUD] : voice.volume > SOFT ? ["softer", "sound", SOFT] : ["mute", "mute", 0];
    tool("sound", this.text[name], picture, () => {
      voice.set(volume || SOFT, !volume);
      this.tools(this.screen);
    });
    if (this.helped(screen)) tool("helper", this.text.helper, "gear", () => location.assign(new URL("helper", this.data.base)));
    this.$(".tools").replaceChildren(...tools);
  }

  // The way to the helper's page: from the first screen, and while a helper answers the set-up.
  helped(screen) {
    return screen.kind === "home" || Boolean(screen.data.setup);
  }

  hide() {
    this.hidden = !this.hidden;
    localStorage.setItem("posecheck.figure", this.hidden ? "1" : "0");
    this.show(this.screen);
  }

  // ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────

  // A cue has letters of 16 % of the height in two lines; a longer one is set narrower, and smaller only after that.
  fit() {
    const cue = this.$(".cue");
    if (!cue.textContent) return;
    for (const part of [0.18, 0.17, 0.16, 0.14, 0.12, 0.1, 0.08]) {
      for (const narrow of part > 0.16 ? [1] : [1, 0.9, 0.82, 0.74]) {
        Object.assign(cue.style, { fontSize: `${part * innerHeight}px`, width: `${100 / narrow}%`, transform: `scaleX(${narrow})` });
        const lines = Math.round(cue.scrollHeight / (part * innerHeight * 1.04));
        if (lines <= 2 && cue.scrollWidth <= cue.clientWidth + 1) return;
      }
    }
  }

  // What is said stands below, unless it stands on the screen already.
  caption(text) {
    const { title, cue, lines } = this.screen ?? {};
    const there = text === title || text === cue || lines?.includes(text) || text === this.$(".count").textContent;
    this.write(".caption", there ? "" : text);
  }

  // ── moving pictures ─────────────────────────────────────────────────────────────────────────────────────────

  async load(figure) {
    const key = `${figure.exercise}/${figure.side}/${figure.level}`;
    if (this.figureKey === key) return;
    this.figureKey = key;
    this.begun_s = now_s();
    if (!this.figures.has(key)) {
      const url = new URL(`live/figure/${key}.json`, this.data.base);
      this.figures.set(key, await (await fetch(url)).json());
    }
    this.$(".figure canvas").setAttribute("aria-label", this.screen.title);
  }

  animate() {
    const screen = this.screen;
    if (MOVING.includes(screen?.kind)) this.frame = requestAnimationFrame(() => this.animate());
    else this.timer = setTimeout(() => this.animate(), IDLE_MS); // a slow computer has better things to do
    if (!screen) return;
    if (screen.kind === "rest") this.ring(screen);
    const shown = screen.kind === "show" || (screen.kind === "set" && (this.hidden || !screen.preview));
    this.main.classList.toggle("figures", shown);
    const demonstration = screen.figure && this.figures.get(this.figureKey);
    if (!shown || !demonstration || (this.drawn_s && now_s() - this.drawn_s < 1 / 25)) return;
    this.drawn_s = now_s();
    const begun = screen.pacer?.running ? screen.pacer.begin_s : this.begun_s;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawFigure(this.$(".figure canvas"), demonstration, Math.max(0, now_s() - begun), { still, tempo: screen.pacer ?? undefined });
  }

  ring(screen) {
    const begun = screen.data.begun_s, part = Math.min(1, Math.max(0, (now_s() - begun) / (screen.ends_s - begun)));
    this.$(".ring .part").style.strokeDashoffset = String(276.5 * (1 - part));
  }

  // ── keys, a clicker, and the state of the connection ────────────────────────────────────────────────────────

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.screen) return;
    const buttons = [...(this.buttons?.values() ?? [])], at = buttons.indexOf(this.focused);
    const forward = ["ArrowRight", "ArrowDown", "PageDown"], back = ["ArrowLeft", "ArrowUp", "PageUp"];
    const typing = this.screen.data.grid === "keypad";
    if (typing && /^([0-9]|Backspace)$/.test(event.key)) {
      this.focused?.blur(); // Enter then goes on, and types nothing more
      this.buttons.get(event.key === "Backspace" ? "back" : event.key)?.click();
    } else if (this.screen.stop && (event.key === " " || event.key === "Escape")) this.out.answer("stop");
    else if (/^[0-9]$/.test(event.key) && buttons[(Number(event.key) + 9) % 10]) buttons[(Number(event.key) + 9) % 10].click();
    else if (forward.includes(event.key) && buttons.length) buttons[(at + 1) % buttons.length].focus();
    else if (back.includes(event.key) && buttons.length) buttons[(at + buttons.length - 1) % buttons.length].focus();
    else if ((event.key === "Enter" || event.key === " ") && at < 0 && buttons.length) this.usual?.click();
    else if (event.key.length === 1 && event.key !== " ") return event.stopPropagation(); // Streamlit has keys of its own
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  connected(yes) {
    this.main.classList.toggle("waits", !yes);
  }

  elsewhere() {
    this.show({ kind: "choices", title: this.text.other_window, cue: "", lines: [], picture: "pause", choices: [], camera: false, preview: false, data: {} });
    const use = this.button({ id: "use_this", text: this.text.use_this, picture: "go_on" }, () => this.out.reconnect());
    this.$(".choices").replaceChildren(use);
    use.focus();
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.pacer.close();
    removeEventListener("keydown", this.keys);
    removeEventListener("resize", this.resized);
  }
}
