// One row a repetition: what was measured, what was withheld and why, what a person changed.
const number = (value, digits = 1) => (value === null || value === undefined ? null : value.toFixed(digits));

export function amount(value, unit) {
  return unit === "deg" ? `${value.toFixed(0)}°` : value.toFixed(2);
}

// What is not there says why, where the result knows.
function orWhy(text, rep, field) {
  return text ?? `not measured${rep.why[field] ? `: ${rep.why[field]}` : ""}`;
}

function timed(rep, field) {
  const told = number(rep[field]);
  return told === null || field === "hold_s" || rep.time_sigma_s === null ? told : `${told}\u00a0±\u00a0${number(rep.time_sigma_s)}`;
}

const COLUMNS = [
  ["Side", (rep) => rep.side + (rep.role === "affected" ? " (weaker)" : rep.role === "stronger" ? " (stronger)" : ""), "side"],
  ["From", (rep) => number(rep.from_s, 2), "from_s"],
  ["To", (rep) => number(rep.to_s, 2), "to_s"],
  ["Lift s", (rep) => timed(rep, "lift_s"), "lift_s"],
  ["Hold s", (rep) => number(rep.hold_s), "hold_s"],
  ["Lower s", (rep) => timed(rep, "lower_s"), "lower_s"],
  ["Range", (rep, unit) => rep.range === null ? null : `${amount(rep.range, unit)}\u00a0±\u00a0${amount(rep.range_sigma ?? 0, unit)}`, "range"],
  ["Steadiness", (rep) => rep.steadiness],
  ["Quality of practice", (rep) => rep.score_told, "score"],
];
const TIMES = { from_s: ["start_s", "From", "moves from"], to_s: ["end_s", "To", "moves to"] };
const EDITED = new Set(["side", "lift_s", "hold_s", "lower_s", "range", ...Object.keys(TIMES)]), SORTED = new Set(["from_s", "lift_s", "hold_s", "lower_s", "range", "score"]);

// What was asked for stands above the column, where it was the same of all.
function asked({ reps, exercise }, field) {
  const values = new Set(reps.map((rep) => rep[`target_${field}`] ?? null)), [value] = values;
  if (values.size !== 1 || value === null) return "";
  return `, asked ${field === "range" ? amount(value, exercise.unit) : number(value)}`;
}

export class Table {
  constructor(box, out) {
    this.out = out;
    this.box = box;
    this.order = { field: "", sign: 1 };
  }

  // In the order of their beginnings, unless a column was pressed: then by it, pressed again the other way round.
  sorted({ reps }) {
    const { field, sign } = this.order, known = (rep) => rep[field] !== null && rep[field] !== undefined;
    if (!field) return reps;
    return [...reps].sort((a, b) => known(b) - known(a) || (known(a) ? sign * (a[field] - b[field]) : 0));
  }

  head(name, field, redraw) {
    const head = cell("th", "", { scope: "col" }), { order } = this;
    if (!SORTED.has(field)) return Object.assign(head, { textContent: name });
    const is = order.field === field;
    head.setAttribute("aria-sort", is ? (order.sign > 0 ? "ascending" : "descending") : "none");
    const button = cell("button", `${name}${is ? (order.sign > 0 ? " ↑" : " ↓") : ""}`, { type: "button", title: "Sort by this" });
    button.onclick = () => {
      this.order = is && order.sign < 0 ? { field: "", sign: 1 } : { field, sign: is ? -1 : 1 };
      redraw();
      this.box.querySelector(`th:nth-child(${[...head.parentNode.children].indexOf(head) + 1}) button`)?.focus();
    };
    head.append(button);
    return head;
  }

  draw(sheet, chosen) {
    const { unit } = sheet.exercise, table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const [name, , field] of [["Rep."], ...COLUMNS, ["What stands out"]]) head.append(this.head(`${name}${asked(sheet, field)}`, field, () => this.draw(sheet, this.out.chosen())));
    const body = table.createTBody();
    for (const rep of this.sorted(sheet)) {
      const row = body.insertRow();
      row.dataset.rep = `${rep.side} ${rep.rep}`;
      row.className = [chosen.includes(rep) ? "chosen" : "", rep.complete ? "" : "left-out"].join(" ");
      row.setAttribute("aria-selected", chosen.includes(rep));
      const go = cell("button", String(rep.rep), { type: "button", title: "Show this repetition" });
      go.onclick = (event) => this.out.choose(rep, event, true);
      const first = cell("th", "", { scope: "row" });
      first.append(go);
      row.append(first);
      for (const [, read, field] of COLUMNS) row.append(this.value(rep, read(rep, unit), field, unit, chosen));
      row.append(cell("td", this.told(rep)));
      row.onclick = (event) => !event.target.closest("button, input") && this.out.choose(rep, event, true);
    }
    if (!sheet.reps.length) body.insertRow().append(cell("td", "No repetitions. Draw one with Add.", { colspan: 11 }));
    const focused = this.box.contains(this.box.getRootNode().activeElement) && this.box.getRootNode().activeElement?.closest("tr")?.dataset.rep;
    this.box.replaceChildren(table, cell("small", "±: one standard deviation, assumed for everybody. From and To say what belongs to a repetition; lift and lowering are timed where the limb begins and ends to move within it, which a wider From or To leaves as it is."));
    if (focused) this.box.querySelector(`tr[data-rep="${focused}"] button`)?.focus({ preventScroll: true });
  }

  // A boundary of the one chosen repetition can be typed; everything else is text.
  value(rep, text, field, unit, chosen) {
    const box = cell("td", "");
    const [own, label, moves] = TIMES[field] ?? [];
    if (own && chosen.length === 1 && chosen[0] === rep) {
      const input = cell("input", "", { type: "number", step: "0.05", value: text, "aria-label": `${label}, seconds` });
      input.onchange = () => this.out.move(rep, field === "from_s" ? +input.value : rep.from_s, field === "to_s" ? +input.value : rep.to_s);
      box.append(input, this.was(rep, field, unit), cell("small", rep[own] === null ? "" : `${moves} ${number(rep[own], 2)}`));
      return box;
    }
    const plain = ["side", undefined].includes(field) || own;
    box.textContent = plain ? text ?? "not measurable" : rep.complete || text !== null ? orWhy(text, rep, field === "range" ? `range_${unit}` : field) : "";
    if (text === null) box.className = "why";
    box.append(this.was(rep, field, unit));
    return box;
  }

  // What was found before somebody corrected it, where that is something else.
  was(rep, field, unit) {
    const before = rep.automatic;
    if (!before || !EDITED.has(field) || before.side === null) return "";
    const shown = ({ [field]: v }) => v === null ? "not measured" : field === "range" ? amount(v, unit) : field === "side" ? v : number(v, field in TIMES ? 2 : 1);
    return shown(before) === shown(rep) ? "" : cell("small", `automatic: ${shown(before)}`);
  }

  told(rep) {
    const notes = [];
    if (rep.assisted) notes.push("assisted");
    if (rep.exclusion_reason) notes.push(rep.exclusion_reason);
    if (rep.automatic?.side === null) notes.push("added by hand");
    return [...new Set([...notes, ...rep.told])].join("; ");
  }
}

export function cell(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
