// Draws the figure that shows an exercise: soft and large, the moving limb blue, its way orange, all else calm.
// Lengths are in heights of the standing figure, as `posecheck.demonstration` gives them.

const SKIN = "#e6c8a9", SKIN_SHADE = "#d6b391", HAIR = "#6f6258";
const SHIRT = "#cbc2b4", SLEEVE = "#bdb3a3", TROUSERS = "#a59c8e", SHOE = "#6e6860";
const WOOD = ["#e9ddc9", "#d9c9b0", "#cbb899"], STEEL = "#c3b59d";
const ORANGE = "#ee8a1f", AIR = "#fbf7f0";
const ARM = [0.041, 0.033, 0.027], LEG = [0.06, 0.049, 0.037], PALM = 0.016, FINGER = [0.0125, 0.0115, 0.0098];
const NEARER = 0.4; // a limb that is a height nearer is so much thicker

// How far along the way from rest (0) to top (1); t_s counts from the beginning of a lift, as the pacer does.
export function partAt(demonstration, t_s, tempo) {
  const { part, rate_hz, cycle_s, lift_begins_s, phases_s } = demonstration;
  let at = t_s;
  if (tempo) at = sameTempo(t_s, tempo, phases_s);
  const frame = ((((at + lift_begins_s) % cycle_s) + cycle_s) % cycle_s) * rate_hz;
  const low = Math.floor(frame) % part.length, high = (low + 1) % part.length, share = frame - Math.floor(frame);
  return part[low] * (1 - share) + part[high] * share;
}

// The moment of the demonstration's own cycle at which one of another tempo is as far.
function sameTempo(t_s, tempo, phases_s) {
  const names = ["lift", "hold", "lower", "rest"];
  const whole = names.reduce((sum, name) => sum + tempo[`${name}_s`], 0);
  let into = ((t_s % whole) + whole) % whole, before = 0;
  for (const name of names) {
    const lasts = tempo[`${name}_s`];
    if (into < lasts) return before + (into / lasts) * phases_s[name];
    into -= lasts;
    before += phases_s[name];
  }
  return 0;
}

/**
 * @param canvas drawn at its size on the page, sharp on any screen
 * @param demonstration what `Demonstration.to_json()` gives
 * @param t_s seconds since a lift began; it goes round and round
 * @param options movingColour, restColour: of the limb that moves and of the clothes; trail: its way; still: no movement,
 *   start and top side by side; tempo: {lift_s, hold_s, lower_s, rest_s} where the pacer's is another; pixelRatio
 */
export function drawFigure(canvas, demonstration, t_s = 0, options = {}) {
  const ratio = options.pixelRatio ?? globalThis.devicePixelRatio ?? 1;
  const w = canvas.clientWidth || canvas.width, h = canvas.clientHeight || canvas.height;
  if (!w || !h) return;
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
  }
  const cx = canvas.getContext("2d");
  cx.setTransform(ratio, 0, 0, ratio, 0, 0);
  cx.clearRect(0, 0, w, h);
  if (!options.still) return paint(cx, demonstration, partAt(demonstration, t_s, options.tempo), [0, 0, w, h], options);
  const gap = Math.max(36, 0.09 * w), half = (w - gap) / 2;
  ghost(cx, ratio, (layer) => paint(layer, demonstration, 0, [0, 0, half, h], { ...options, trail: false }));
  paint(cx, demonstration, 1, [half + gap, 0, half, h], options);
  arrow(cx, [half + gap * 0.1, h / 2], [half + gap * 0.9, h / 2], gap * 0.16, ORANGE);
}

// Faint as a whole: limbs that lie over each other must not shine through.
function ghost(cx, ratio, draw) {
  const sheet = new OffscreenCanvas(cx.canvas.width, cx.canvas.height), layer = sheet.getContext("2d");
  layer.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(layer);
  cx.save();
  cx.setTransform(1, 0, 0, 1, 0, 0);
  cx.globalAlpha = 0.55;
  cx.drawImage(sheet, 0, 0);
  cx.restore();
}

function paint(cx, shown, part, [left, top, width, height], options) {
  const [x0, y0, x1, y1] = shown.frame;
  const scale = Math.min(width / (x1 - x0), height / (y1 - y0));
  cx.save();
  cx.beginPath();
  cx.rect(left, top, width, height);
  cx.clip();
  cx.translate(left + width / 2 - (scale * (x0 + x1)) / 2, top + height / 2 - (scale * (y0 + y1)) / 2);
  cx.scale(scale, scale);
  cx.lineJoin = cx.lineCap = "round";
  const brush = new Brush(cx, shown, poseAt(shown, part), options);
  brush.floor();
  for (const name of shown.order) brush.element(name);
  if (options.trail !== false) brush.trails(part, Math.hypot(x1 - x0, y1 - y0));
  cx.restore();
}

function poseAt(shown, part) {
  const pose = {};
  for (const [name, place] of Object.entries(shown.still)) pose[name] = place.map((v) => v / 1000);
  for (const [name, places] of Object.entries(shown.poses)) pose[name] = between(places, part).map((v) => v / 1000);
  return pose;
}

function between(places, part) {
  const at = part * (places.length - 1), low = Math.min(Math.floor(at), places.length - 2), share = at - low;
  return places[low].map((v, i) => v * (1 - share) + places[low + 1][i] * share);
}

class Brush {
  constructor(cx, shown, pose, options) {
    Object.assign(this, { cx, shown, pose });
    this.blue = options.movingColour ?? "#1f4e9e";
    this.shirt = options.restColour ?? SHIRT;
  }

  element(name) {
    const [side, limb] = name.split("_");
    if (this.shown.props[name]) this.prop(name);
    else if (name === "trunk") this.trunk();
    else if (name === "head") this.head();
    else if (name === "towel") this.towel();
    else if (limb === "arm") this.arm(side);
    else if (limb === "leg") this.leg(side);
  }

  moves(name) {
    return this.shown.moving.includes(name);
  }

  // ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────

  thick(place, radius) {
    return radius * (1 + NEARER * place[2]);
  }

  capsule(a, ra, b, rb) {
    const { cx } = this, along = Math.atan2(b[1] - a[1], b[0] - a[0]), far = Math.hypot(b[0] - a[0], b[1] - a[1]);
    cx.beginPath();
    if (far <= Math.abs(ra - rb) + 1e-6) {
      const [c, r] = ra > rb ? [a, ra] : [b, rb];
      cx.arc(c[0], c[1], r, 0, 2 * Math.PI);
    } else {
      const open = Math.acos((ra - rb) / far);
      cx.arc(a[0], a[1], ra, along + open, along - open + 2 * Math.PI);
      cx.arc(b[0], b[1], rb, along - open, along + open);
    }
    cx.closePath();
  }

  // A chain of capsules in one colour, set off from what lies behind it by a rim of air: not where it grows from, a
  // part of the first segment.
  chain(places, radii, colour, { rim = 0.009, grows = 0 } = {}) {
    const { cx } = this, thick = places.map((place, i) => this.thick(place, radii[i]));
    const links = (all, r, grown) => {
      for (let i = 0; i + 1 < all.length; i++) {
        this.capsule(all[i], r[i] + grown, all[i + 1], r[i + 1] + grown);
        cx.fill();
      }
    };
    if (rim) {
      cx.fillStyle = AIR;
      const from = mixed(places[0], places[1], grows), r = thick[0] * (1 - grows) + thick[1] * grows;
      links([from, ...places.slice(1)], [r - (grows ? 0.004 : 0), ...thick.slice(1)], rim);
    }
    cx.fillStyle = colour;
    links(places, thick, 0);
  }

  disc(place, radius, colour) {
    const { cx } = this;
    cx.fillStyle = colour;
    cx.beginPath();
    cx.arc(place[0], place[1], radius, 0, 2 * Math.PI);
    cx.fill();
  }

  polygon(points, colour, round = 0.012) {
    const { cx } = this;
    cx.fillStyle = cx.strokeStyle = colour;
    cx.lineWidth = round;
    cx.beginPath();
    points.forEach(([x, y], i) => (i ? cx.lineTo(x, y) : cx.moveTo(x, y)));
    cx.closePath();
    cx.fill();
    cx.stroke();
  }

  // ── the room ────────────────────────────────────────────────────────────────────────────────────────────────

  floor() {
    const { cx, pose } = this, feet = ["left_heel", "left_foot_index", "right_heel", "right_foot_index"].map((n) => pose[n]);
    const chairs = Object.entries(this.shown.props).filter(([name]) => name === "chair").flatMap(([, shapes]) => shapes);
    const xs = [...feet.map((p) => p[0]), ...chairs.flatMap((s) => s.line ?? []).map((p) => p[0])];
    const low = Math.max(...feet.map((p) => p[1]), ...chairs.flatMap((s) => s.line ?? []).map((p) => p[1]));
    const left = Math.min(...xs) - 0.05, right = Math.max(...xs) + 0.05;
    cx.save();
    cx.fillStyle = "rgba(90, 76, 52, 0.10)";
    cx.beginPath();
    cx.ellipse((left + right) / 2, low, (right - left) / 2 + 0.02, 0.03, 0, 0, 2 * Math.PI);
    cx.fill();
    cx.restore();
  }

  prop(name) {
    const { cx } = this;
    for (const shape of this.shown.props[name]) {
      if (shape.points) {
        this.polygon(shape.points, WOOD[shape.tone]);
      } else {
        cx.strokeStyle = STEEL;
        cx.lineWidth = shape.width;
        cx.beginPath();
        cx.moveTo(...shape.line[0]);
        cx.lineTo(...shape.line[1]);
        cx.stroke();
      }
    }
  }

  towel() {
    const { cx } = this, [x, y] = this.pose.towel, wide = this.moves("left_arm") && this.moves("right_arm") ? 0.11 : 0.075;
    cx.fillStyle = "#f4eee3";
    cx.strokeStyle = "#c9b591";
    cx.lineWidth = 0.006;
    cx.beginPath();
    cx.ellipse(x, y, wide, 0.3 * wide + 0.006, 0, 0, 2 * Math.PI);
    cx.fill();
    cx.stroke();
  }

  // ── the body ────────────────────────────────────────────────────────────────────────────────────────────────

  trunk() {
    const { pose, cx } = this;
    const [ls, rs] = ["left", "right"].map((s) => mixed(pose.neck, pose[`${s}_shoulder`], 0.74));
    const [lh, rh] = ["left", "right"].map((s) => mixed(pose.hips, pose[`${s}_hip`], 0.9));
    const drop = (p, by) => [p[0], p[1] + by, p[2]];
    const tops = [drop(ls, 0.012), drop(rs, 0.012)], ends = [drop(lh, -0.01), drop(rh, -0.01)];
    const colour = this.moves("trunk") ? this.blue : this.shirt;
    const sides = [[tops[0], ends[0]], [tops[1], ends[1]], [tops[0], tops[1]], [ends[0], ends[1]]];
    for (const grown of [0.009, 0]) {
      cx.fillStyle = grown ? AIR : colour;
      for (const [a, b] of sides) {
        const r = (p) => (tops.includes(p) ? 0.05 : 0.064) + grown;
        this.capsule(a, r(a), b, r(b));
        cx.fill();
      }
    }
    this.polygon([tops[0], tops[1], ends[1], ends[0]], colour, 0.05);
  }

  // A hint of a face, so that one sees where the figure looks.
  head() {
    const { cx, pose } = this, [fx, , near] = this.shown.facing, { head, neck } = pose, r = 0.067;
    const throat = [[neck[0], neck[1] - 0.024, 0], [head[0], head[1] + 0.03, 0]];
    this.disc(head, r + 0.008, AIR);
    this.chain(throat, [0.033, 0.03], SKIN_SHADE, { rim: 0 });
    this.disc(head, r, HAIR);
    if (near < -0.2) return;
    const turned = Math.sign(fx) * Math.min(1, Math.abs(fx) * 1.1), x = head[0], y = head[1];
    this.disc([x + turned * r * 0.95, y + 0.016], 0.011 * Math.abs(turned), SKIN);
    cx.save();
    cx.beginPath();
    cx.arc(x, y, r, 0, 2 * Math.PI);
    cx.clip();
    cx.fillStyle = SKIN;
    cx.beginPath();
    cx.ellipse(x + turned * 0.032, y + 0.026, r * 0.88, r * 0.94, 0, 0, 2 * Math.PI);
    cx.fill();
    for (const eye of near > 0.4 ? [-1, 1] : [0]) this.disc([x + turned * 0.045 + eye * 0.022 * near, y + 0.004], 0.0062, "#7a6656");
    cx.restore();
    if (Math.abs(turned) > 0.3) this.disc([x - turned * 0.026, y + 0.014], 0.012, SKIN_SHADE);
  }

  leg(side) {
    const { pose } = this, at = (part) => pose[`${side}_${part}`];
    const moves = this.moves(`${side}_leg`), colour = moves ? this.blue : TROUSERS;
    const raise = (p, r) => [p[0], p[1] - r, p[2]];
    const heel = raise(at("heel"), 0.022), toes = raise(at("foot_index"), 0.02);
    this.chain([at("hip"), at("knee"), at("ankle")], LEG, colour, { grows: 0.3 });
    this.chain([heel, toes], [0.026, 0.024], moves ? darker(this.blue, 0.7) : SHOE, { rim: 0.006 });
    this.chain([at("knee"), at("ankle")], [LEG[1], LEG[2]], colour, { rim: 0 });
  }

  arm(side) {
    const { pose } = this, at = (part) => pose[`${side}_${part}`];
    const moves = this.moves(`${side}_arm`), colour = moves ? this.blue : SLEEVE, hand = moves ? lighter(this.blue, 0.3) : SKIN;
    const held = moves && side === this.shown.side;
    this.chain([at("shoulder"), at("elbow"), at("wrist")], ARM, colour, { grows: 0.35 });
    if (held && pose.anchor) this.band(at("hand"), pose.anchor);
    if (pose[`${side}_index_1`]) return this.fingers(side, hand, held);
    if (held && pose.cup) this.cup(pose.cup);
    this.chain([mixed(at("wrist"), at("hand"), 0.3), at("hand")], [0.0255, 0.021], hand, { rim: 0 });
  }

  fingers(side, colour, held) {
    const { pose, cx } = this, at = (part) => pose[`${side}_${part}`];
    const edge = darker(this.blue, 0.85), ink = (places, radii) => {
      this.chain(places, radii.map((r) => r + 0.0035), edge, { rim: 0 });
      this.chain(places, radii, colour, { rim: 0 });
    };
    const palm = [at("wrist"), at("index_1"), at("little_1"), at("thumb_1")];
    for (const [fill, grown] of [[edge, 0.0035], [colour, 0]]) {
      for (let i = 0; i < 4; i++) this.chain([palm[i], palm[(i + 1) % 3]], [PALM + grown, PALM + grown], fill, { rim: 0 });
    }
    this.polygon([palm[0], palm[1], palm[2]], colour, 0.02);
    this.chain([at("elbow"), at("wrist")], [ARM[1], ARM[2]], this.blue, { rim: 0 });
    const fingers = ["index", "middle", "ring", "little"].sort((a, b) => at(`${a}_2`)[2] - at(`${b}_2`)[2]);
    const thing = () => {
      if (held && pose.ball) {
        this.disc(pose.ball, 0.041, darker(ORANGE, 0.85));
        this.disc(pose.ball, 0.038, ORANGE);
        this.disc([pose.ball[0] - 0.012, pose.ball[1] - 0.014], 0.01, "#f8b565");
      }
      if (held && pose.pen_1) {
        for (const [wide, ink] of [[0.026, AIR], [0.017, "#6b4f35"]]) {
          Object.assign(cx, { strokeStyle: ink, lineWidth: wide });
          cx.beginPath();
          cx.moveTo(pose.pen_1[0], pose.pen_1[1]);
          cx.lineTo(pose.pen_2[0], pose.pen_2[1]);
          cx.stroke();
        }
      }
    };
    // In an open hand the ball lies on the fingers, in a closed one they lie on it.
    const onFingers = held && pose.ball && pose.ball[2] > at("middle_3")[2];
    if (!onFingers) thing();
    for (const name of fingers) ink([1, 2, 3].map((k) => at(`${name}_${k}`)), FINGER);
    if (onFingers) thing();
    ink([1, 2, 3].map((k) => at(`thumb_${k}`)), [0.014, 0.0125, 0.0105]);
  }

  cup([x, y]) {
    const { cx } = this, w = 0.03, h = 0.036;
    cx.fillStyle = "#fffdf8";
    cx.strokeStyle = "#6b4f35";
    cx.lineWidth = 0.007;
    cx.beginPath();
    cx.moveTo(x - w, y - h);
    cx.lineTo(x - 0.8 * w, y + h);
    cx.lineTo(x + 0.8 * w, y + h);
    cx.lineTo(x + w, y - h);
    cx.closePath();
    cx.fill();
    cx.stroke();
  }

  band(from, to) {
    const { cx } = this;
    cx.strokeStyle = "#8a7f70";
    cx.lineWidth = 0.012;
    cx.beginPath();
    cx.moveTo(from[0], from[1]);
    cx.lineTo(to[0], to[1]);
    cx.stroke();
  }

  // ── the way of what moves ───────────────────────────────────────────────────────────────────────────────────

  trails(part, size) {
    const { cx } = this, wide = 0.012 * size;
    for (const trail of this.shown.trails) {
      const way = trail.map(([x, y]) => [x / 1000, y / 1000]), now = between(trail, part).map((v) => v / 1000);
      const done = way.slice(0, Math.floor(part * (way.length - 1)) + 1).concat([now]);
      const line = (points, colour, width) => {
        Object.assign(cx, { strokeStyle: colour, lineWidth: width });
        cx.beginPath();
        points.forEach(([x, y], i) => (i ? cx.lineTo(x, y) : cx.moveTo(x, y)));
        cx.stroke();
      };
      line(way, "#f9d9b4", wide);
      this.head_of(way, wide * 1.5, "#f9d9b4");
      line(done, ORANGE, wide);
      this.disc(now, wide * 1.95, AIR);
      this.disc(now, wide * 1.45, ORANGE);
    }
  }

  head_of(way, size, colour) {
    const end = way.at(-1);
    const before = way.findLast(([x, y]) => Math.hypot(x - end[0], y - end[1]) > size) ?? way[0];
    const a = Math.atan2(end[1] - before[1], end[0] - before[0]);
    const beyond = (far, turn) => [end[0] + far * Math.cos(a + turn), end[1] + far * Math.sin(a + turn)];
    this.polygon([beyond(size * 2.4, 0), beyond(size, 2), beyond(size, -2)], colour, size * 0.4);
  }
}

function arrow(cx, from, to, wide, colour) {
  const long = Math.hypot(to[0] - from[0], to[1] - from[1]), tip = Math.min(long * 0.5, wide * 2.6);
  cx.save();
  Object.assign(cx, { strokeStyle: colour, fillStyle: colour, lineWidth: wide, lineCap: "round", lineJoin: "round" });
  cx.beginPath();
  cx.moveTo(from[0] + wide / 2, from[1]);
  cx.lineTo(to[0] - tip, to[1]);
  cx.stroke();
  cx.lineWidth = wide * 0.5;
  cx.beginPath();
  cx.moveTo(to[0], to[1]);
  cx.lineTo(to[0] - tip, to[1] - tip * 0.8);
  cx.lineTo(to[0] - tip, to[1] + tip * 0.8);
  cx.closePath();
  cx.fill();
  cx.stroke();
  cx.restore();
}

const mixed = (a, b, share) => a.map((v, i) => v * (1 - share) + b[i] * share);
const channels = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
const hex = (values) => `#${values.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;
const darker = (colour, share) => hex(channels(colour).map((v) => v * share));
const lighter = (colour, share) => hex(channels(colour).map((v) => v + (255 - v) * share));
