// The review screen: reads a recording, shows it, sends corrections; what follows from them the server says.
import { Plot, clock } from "./plot.js";
import { legend, readPoses } from "./skeleton.js";
import { Stage } from "./stage.js";
import { Stills } from "./stills.js";
import { Table, cell } from "./table.js";
import { compensations, multiples, symmetry, thresholds } from "./more.js";

const HTML = `
<div class="review" tabindex="-1">
  <div class="stage"><div class="picture"></div>
    <div class="drive"><button type="button" data-do="play" title="Space">Play</button><button type="button" data-do="back" title="Arrow left">Frame back</button>
      <button type="button" data-do="forth" title="Arrow right">Frame on</button>
      <label>Speed <select data-do="speed"><option value="0.25">quarter</option><option value="0.5">half</option><option value="1" selected>full</option></select></label>
      <output class="time"></output></div>
    <p class="hint legend"></p></div>
  <div class="curve"><div class="plot"></div>
    <div class="drive"><button type="button" data-do="closer">Closer</button><button type="button" data-do="wider">Wider</button><button type="button" data-do="whole">Whole</button>
    <span class="hint"></span></div></div>
  <div class="acts" role="toolbar" aria-label="Corrections"></div>
  <p class="trouble" role="status"></p>
  <div class="stills" role="group" aria-label="Repetitions in pictures"></div>
  <div class="reps"></div>
  <div class="sides"></div>
  <div class="files"></div>
  <details class="more"><summary>More</summary><div class="multiples"></div><div class="checks"></div><div class="thresholds"></div><div class="kept"></div></details>
</div>`;

export function start(root, data) {
  const review = new Review(root, data);
  review.load().catch((error) => review.trouble(String(error.message ?? error)));
  return () => review.close();
}

class Review {
  constructor(root, data) {
    this.data = data;
    root.innerHTML = HTML;
    this.root = root;
    this.$ = (selector) => root.querySelector(selector);
    this.chosen = [];
    this.stage = new Stage(this.$(".picture"), (t_s) => this.moved(t_s));
    const out = {
      choose: (rep, event, goes) => this.choose(rep, event, goes), chosen: () => this.chosen, seek: (t_s) => this.stage.seek(t_s),
      time: () => this.stage.time_s, side: () => this.chosen[0]?.side, move: (rep, from_s, to_s) => this.move(rep, from_s, to_s),
      add: (side, start_s, end_s) => this.act([{ kind: "add", side, start_s, end_s }]),
    };
    this.plot = new Plot(this.$(".plot"), out);
    this.table = new Table(this.$(".reps"), out);
    this.stills = new Stills(this.$(".stills"), (one) => this.goTo(one));
    this.$(".more").ontoggle = () => this.more();
    this.keys = (event) => this.key(event);
    root.addEventListener("keydown", this.keys);
    const drive = { play: () => this.stage.play(), back: () => this.stage.step(-1), forth: () => this.stage.step(1), closer: () => this.plot.zoom(0.5, this.stage.time_s), wider: () => this.plot.zoom(2), whole: () => this.plot.whole() };
    for (const button of root.querySelectorAll(".drive button")) button.onclick = () => drive[button.dataset.do]();
    this.$("select[data-do=speed]").onchange = (event) => this.stage.speed(+event.target.value);
    globalThis.__review = this;
  }

  url(what) {
    const url = new URL(`room/case/${this.data.key}/${what}`, this.data.base);
    url.searchParams.set("token", this.data.token);
    return url;
  }

  async load() {
    const begun = performance.now();
    const [told, packed] = await Promise.all([this.json(fetch(this.url("sheet.json"))), fetch(this.url("poses.bin")).then((r) => r.arrayBuffer())]);
    this.poses = readPoses(packed, told.frames, told.keypoints);
    this.sheet = told;
    this.plot.load(told);
    const film = told.film ? this.url("film.mp4").href : null;
    this.stage.load(told, this.poses, film);
    this.stills.load(this.poses, film);
    this.acts();
    this.files();
    this.$(".legend").textContent = `${legend(told)} Dashed: not seen surely.`;
    this.chosen = [told.reps.find((rep) => `${rep.side} ${rep.rep}` === this.data.rep) ?? told.reps[0]].filter(Boolean);
    for (const rep of this.chosen) {
      this.plot.show(rep);
      this.stage.seek(rep.from_s);
    }
    this.show();
    await new Promise(requestAnimationFrame); // then it is drawn
    this.loaded_ms = performance.now() - begun;
  }

  async json(asked) {
    const answer = await asked, told = await answer.json().catch(() => ({ trouble: "The program does not answer. Is it still running?" }));
    if (told.trouble && !answer.ok) throw new Error(told.trouble);
    return told;
  }

  // ── what stands there ───────────────────────────────────────────────────────────────────────────────────────

  show() {
    const { sheet } = this, known = new Map(sheet.reps.map((rep) => [`${rep.side} ${rep.rep}`, rep]));
    this.chosen = this.chosen.map((rep) => known.get(`${rep.side} ${rep.rep}`)).filter(Boolean);
    this.plot.sheet = sheet;
    this.plot.draw();
    this.table.draw(sheet, this.chosen);
    this.stills.draw(sheet);
    symmetry(this.$(".sides"), sheet);
    this.more();
    this.hint();
    this.buttons();
    this.trouble(sheet.trouble);
    this.focus();
  }

  // Keys work wherever the hand was: a table that is drawn anew must not take them away.
  focus() {
    if (!this.root.contains(this.root.getRootNode().activeElement)) this.$(".review").focus({ preventScroll: true });
  }

  hint() {
    const { targets, change, kind } = this.sheet, [left, right] = [targets.left, targets.right];
    const target = left === right ? left : `left ${left}, right ${right}`;
    this.$(".curve .hint").textContent = `Curve: ${this.sheet.angle}. Bars below the curve: lift, hold, lower.${kind === "check" ? "" : ` Green: the target, ${target}. Black line above: as prescribed.`} A change of the range counts from ${change.from} on, ${change.known}.`;
  }

  // Ten minutes are thousands of points: drawn for who looks at them.
  more() {
    const { sheet } = this;
    if (!sheet || !this.$(".more").open) return;
    multiples(this.$(".multiples"), sheet);
    compensations(this.$(".checks"), sheet);
    thresholds(this.$(".thresholds"), sheet);
    this.kept();
  }

  kept() {
    const said = this.sheet.edits.map((edit) => cell("li", `${edit.kind} ${edit.side} ${edit.rep ?? ""}${edit.value ? ` ${edit.value}` : ""}, ${edit.author}, ${edit.at_utc.slice(0, 16).replace("T", " ")} UTC`));
    const list = document.createElement("ol");
    list.append(...said);
    this.$(".kept").replaceChildren(cell("h2", "Corrections"), said.length ? list : cell("p", "None: this is the automatic result."),
      ...this.sheet.warnings.map((warning) => cell("p", warning)));
  }

  moved(t_s) {
    this.$(".time").textContent = `${clock(+t_s.toFixed(2))} of ${clock(+(this.stage.end_s ?? 0).toFixed(0))}`;
    this.plot.draw();
    this.$("button[data-do=play]").textContent = this.stage.playing ? "Pause" : "Play";
  }

  trouble(text) {
    this.$(".trouble").textContent = text ?? "";
  }

  choose(rep, event = {}, goes = false) {
    if (event.shiftKey && this.chosen.length) {
      const at = this.sheet.reps.indexOf(this.chosen[0]), to = this.sheet.reps.indexOf(rep), [a, b] = at < to ? [at, to] : [to, at];
      this.chosen = [this.sheet.reps[at], ...this.sheet.reps.slice(a, b + 1).filter((one) => one !== this.sheet.reps[at])];
    } else if (event.ctrlKey || event.metaKey) {
      this.chosen = this.chosen.includes(rep) ? this.chosen.filter((one) => one !== rep) : [...this.chosen, rep];
    } else {
      this.chosen = [rep];
    }
    this.plot.show(rep);
    if (goes) this.stage.seek(rep.from_s);
    this.table.draw(this.sheet, this.chosen);
    this.buttons();
    this.plot.draw();
    this.focus();
  }

  // A still is the way to its repetition, wherever the page was scrolled to.
  goTo({ side, rep }) {
    const found = this.sheet.reps.find((one) => one.side === side && one.rep === rep);
    if (found) this.choose(found, {}, true);
    this.$(".stage").scrollIntoView({ block: "nearest" });
  }

  // ── corrections ─────────────────────────────────────────────────────────────────────────────────────────────

  acts() {
    const bar = this.$(".acts"), { exercise, checks } = this.sheet;
    const button = (id, text, key, act) => {
      const made = cell("button", text, { type: "button", "data-act": id, title: key });
      made.onclick = act;
      return made;
    };
    const batch = (kind, value) => () => this.batch(kind, value);
    const allow = cell("select", "", { "aria-label": "Allow a compensation" });
    allow.append(cell("option", "Allow…", { value: "" }), ...checks.map((check) => cell("option", check.name, { value: check.id })));
    allow.onchange = () => { if (allow.value) this.batch("allow", allow.value); allow.value = ""; };
    const by = cell("input", "", { type: "number", step: "0.05", value: "0.10", "aria-label": "Seconds to shift by" });
    bar.replaceChildren(
      button("previous", "Previous", "K", () => this.next(-1)), button("next", "Next", "J", () => this.next(1)),
      button("all", "Whole set", "Ctrl+A", () => this.all()),
      button("side", "Other side", "S", () => this.side()), button("exclude", "Not counted", "X", () => this.toggle("exclude")),
      button("assist", "Assisted", "A", () => this.toggle("assist")), allow,
      button("merge", "Merge with next", "M", batch("merge")), button("delete", "Delete", "Del", batch("delete")),
      button("add", "Add", "N, then draw on the plot", () => this.add()),
      by, button("shift", "Shift by s", "Both ends of the chosen ones: later, or earlier with a minus", () => +by.value && this.act([{ kind: "shift", delta_s: +by.value, reps: this.named() }])),
      button("undo", "Undo", "Ctrl+Z", () => this.post("undo")), button("redo", "Redo", "Ctrl+Y", () => this.post("redo")),
      ...this.others(),
    );
    if (exercise.shared) bar.querySelector("[data-act=side]").remove();
  }

  // What can be taken along, as it is corrected now.
  files() {
    const note = cell("textarea", "", { rows: 2, maxlength: 2000, placeholder: "Note for the report", "aria-label": "Note for the report" });
    const link = (kind, text, opens) => {
      const made = cell("button", text, { type: "button", "data-file": kind });
      made.onclick = () => {
        const url = this.url(`files/${kind}`);
        url.searchParams.set("note", note.value);
        const go = cell("a", "", { href: url, ...(opens ? { target: "_blank", rel: "noopener" } : { download: "" }) });
        go.click();
      };
      return made;
    };
    this.$(".files").replaceChildren(note, link("report.pdf", "Report as PDF"), link("report.html", "Report as a page", true),
      link("reps.csv", "Table"), link("automatic.csv", "Table before corrections"), link("result.json", "Everything (JSON)"));
  }

  others() {
    const select = cell("select", "", { "aria-label": "Another exercise" });
    select.append(cell("option", "Another exercise…", { value: "" }), ...Object.entries(this.data.exercises).map(([id, name]) => cell("option", name, { value: id })));
    select.onchange = async () => {
      const exercise = select.value;
      select.value = "";
      if (!exercise || (this.sheet.edits.length && !confirm("The corrections belong to the exercise before and go. Go on?"))) return;
      this.chosen = [];
      await this.post("exercise", { exercise });
      this.plot.load(this.sheet);
      this.acts();
      this.buttons();
    };
    return [select];
  }

  buttons() {
    const { sheet, chosen } = this, off = (id, yes) => { const b = this.$(`[data-act=${id}]`); if (b) b.setAttribute("aria-disabled", yes); };
    for (const id of ["side", "exclude", "assist", "merge", "delete", "shift"]) off(id, !chosen.length);
    off("undo", !sheet.can_undo);
    off("redo", !sheet.can_redo);
    this.$("[data-act=add]")?.setAttribute("aria-pressed", this.plot.adding);
  }

  named() {
    return this.chosen.map((rep) => [rep.side, rep.rep]);
  }

  batch(kind, value) {
    if (this.chosen.length) this.act([{ kind, value, reps: this.named() }]);
  }

  side() {
    const acts = ["left", "right"].map((side) => ({ kind: "side", value: side === "left" ? "right" : "left", reps: this.named().filter(([own]) => own === side) })).filter((act) => act.reps.length);
    if (acts.length === 1) this.act(acts);
    else if (acts.length) this.trouble("Choose repetitions of one side to move them to the other.");
  }

  // Pressed again it takes back.
  toggle(kind) {
    const is = kind === "assist" ? (rep) => rep.assisted : (rep) => !rep.complete;
    this.batch(kind, this.chosen.every(is) ? "false" : undefined);
  }

  add() {
    this.plot.adding = !this.plot.adding;
    this.trouble(this.plot.adding ? "Draw over the curve from where the repetition begins to where it ends." : "");
    this.buttons();
  }

  move(rep, start_s, end_s) {
    if (end_s > start_s) this.act([{ kind: "move", side: rep.side, rep: rep.rep, start_s, end_s }]);
    else this.trouble("A repetition ends after it begins.");
  }

  act(acts) {
    return this.post("edits", { acts, author: this.data.author });
  }

  async post(what, body = {}) {
    const begun = performance.now();
    try {
      const told = await this.json(fetch(this.url(what), { method: "POST", body: JSON.stringify(body) }));
      this.sheet = { ...this.sheet, ...told };
      this.show();
      this.edited_ms = performance.now() - begun;
    } catch (error) {
      this.trouble(error.message);
      this.plot.draw();
    }
  }

  // ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────

  next(by) {
    const { reps } = this.sheet, at = reps.indexOf(this.chosen[0]);
    const rep = reps[Math.min(Math.max(at + by, 0), reps.length - 1)];
    if (rep) this.choose(rep, {}, true);
  }

  all() {
    this.chosen = [...this.sheet.reps];
    this.show();
  }

  key(event) {
    if (event.target.closest?.("input, select, textarea") || !this.sheet) return event.stopPropagation(); // Streamlit has keys of its own
    const { key } = event, command = event.ctrlKey || event.metaKey;
    const commands = { z: () => this.post(event.shiftKey ? "redo" : "undo"), y: () => this.post("redo"), a: () => this.all() };
    const plain = { j: () => this.next(1), k: () => this.next(-1), s: () => this.side(), x: () => this.toggle("exclude"), a: () => this.toggle("assist"), m: () => this.batch("merge"),
      n: () => this.add(), delete: () => this.batch("delete"), arrowleft: () => this.stage.step(-1), arrowright: () => this.stage.step(1), " ": () => this.stage.play() };
    if (key === " " && event.target.closest?.("button, summary")) return;
    const act = event.altKey ? null : (command ? commands : plain)[key.toLowerCase()];
    if (!act) return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  close() {
    this.stage.close();
    this.plot.close();
    this.stills.close();
    this.root.removeEventListener("keydown", this.keys);
  }
}
