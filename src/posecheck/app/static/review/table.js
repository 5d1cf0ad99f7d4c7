// One row a repetition: what was measured, what was withheld and why, what a person changed.
const number = (value, digits = 1) => (value === null || value === undefined ? null : value.toFixed(digits));

export function amount(value, unit) {
  return unit === "deg" ? `${value.toFixed(0)}°` : value.toFixed(2);
}

// What is not there says why, where the result knows.
function orWhy(text, rep) {
  return text ?? `not measured${rep.exclusion_reason ? `: ${rep.exclusion_reason.replace("not scored: ", "")}` : ""}`;
}

const COLUMNS = [
  ["Side", (rep) => rep.side + (rep.role === "affected" ? " (weaker)" : rep.role === "stronger" ? " (stronger)" : ""), "side"],
  ["From", (rep) => number(rep.from_s, 2), "from_s"],
  ["To", (rep) => number(rep.to_s, 2), "to_s"],
  ["Lift s", (rep) => number(rep.lift_s), "lift_s"],
  ["Hold s", (rep) => number(rep.hold_s), "hold_s"],
  ["Lower s", (rep) => number(rep.lower_s), "lower_s"],
  ["Range ± 1 sd, assumed", (rep, unit) => rep.range === null ? null : `${amount(rep.range, unit)} ± ${amount(rep.range_sigma ?? 0, unit)}`, "range"],
  ["Steadiness", (rep) => rep.steadiness],
  ["Quality of practice", (rep) => rep.score === null ? null : rep.score_high - rep.score_low > 20
    ? `${rep.score_low.toFixed(0)} to ${rep.score_high.toFixed(0)}` : rep.score.toFixed(0)],
];
const TIMES = new Set(["from_s", "to_s"]), EDITED = new Set(["side", "lift_s", "hold_s", "lower_s", "range"]);

export class Table {
  constructor(box, out) {
    this.out = out;
    this.box = box;
  }

  draw(sheet, chosen) {
    const { unit } = sheet.exercise, table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of ["Rep.", ...COLUMNS.map(([name]) => name), "What stands out"]) head.append(cell("th", name, { scope: "col" }));
    const body = table.createTBody();
    for (const rep of sheet.reps) {
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
    this.box.replaceChildren(table);
    if (focused) this.box.querySelector(`tr[data-rep="${focused}"] button`)?.focus({ preventScroll: true });
  }

  // A boundary of the one chosen repetition can be typed; everything else is text.
  value(rep, text, field, unit, chosen) {
    const box = cell("td", "");
    if (TIMES.has(field) && chosen.length === 1 && chosen[0] === rep) {
      const input = cell("input", "", { type: "number", step: "0.05", value: text, "aria-label": field === "from_s" ? "From, seconds" : "To, seconds" });
      input.onchange = () => this.out.move(rep, field === "from_s" ? +input.value : rep.from_s, field === "to_s" ? +input.value : rep.to_s);
      box.append(input);
      return box;
    }
    const plain = ["side", undefined].includes(field) || TIMES.has(field);
    box.textContent = plain ? text ?? "not given" : rep.complete || text !== null ? orWhy(text, rep) : "";
    if (text === null) box.className = "why";
    const before = rep.automatic;
    if (before && EDITED.has(field) && before.side !== null && before[field] !== rep[field]) {
      const was = before[field] === null ? "not measured" : field === "range" ? amount(before.range, unit) : field === "side" ? before.side : number(before[field]);
      box.append(cell("small", `automatic: ${was}`));
    }
    return box;
  }

  told(rep) {
    const notes = [];
    if (rep.assisted) notes.push("assisted");
    if (rep.exclusion_reason) notes.push(rep.exclusion_reason);
    if (rep.automatic?.side === null) notes.push("added by hand");
    return [...notes, ...rep.told].join("; ");
  }
}

export function cell(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
