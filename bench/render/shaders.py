"""The programs that run per vertex and per pixel (GLSL 3.30).

What stands still is painted once, slowly (`BACKDROP_*`); a person is lit per vertex, because a person's triangles are
about as small as pixels and a software renderer shades every triangle in whole 4 x 4 blocks.
"""

# Lens: pixels from the camera's axes, with y down so that row 0 of the frame buffer is the top row of the picture.
LENS = """
uniform mat4 view; uniform vec4 lens;      // lens: 2 f / width, 2 f / height, k1, largest tangent squared
uniform vec2 range;                        // near, far
vec4 seen(vec3 at, vec2 jitter){
  vec3 c = (view * vec4(at, 1.)).xyz;
  float depth = -c.z, bend = 1.;
  if (depth > range.x) { float r2 = min(dot(c.xy, c.xy) / (depth * depth), lens.w); bend += lens.z * r2; }
  float z = (depth * (range.y + range.x) - 2. * range.x * range.y) / (range.y - range.x);
  return vec4(c.x * lens.x * bend + jitter.x * depth, -c.y * lens.y * bend + jitter.y * depth, z, depth);
}
"""

# Film-like response; a square root stands for the display's 1 / 2.2 in all parts, or seams would show.
RESPONSE = """
uniform float exposure;
vec3 displayed(vec3 light){ light *= exposure; light = light / (1. + .25 * light); return sqrt(clamp(light, 0., 1.)); }
"""

SHADOW_VERTEX = """#version 330
in vec3 at; uniform mat4 light;
void main(){ gl_Position = light * vec4(at, 1.); }
"""

NOTHING_FRAGMENT = """#version 330
void main(){}
"""

FIGURE_VERTEX = (
    """#version 330
in vec3 at; in vec3 normal;                       // every picture
in vec3 fold; in vec3 cloth; in vec4 finish;      // texture place and layer; wrap, shine, gloss, tint
uniform mat4 light; uniform vec3 eye, key_towards, key, sky, ground, fill_towards, fill;
out vec4 direct; out vec3 ambient; out vec3 place; out vec3 shade_at;
"""
    + LENS
    + """
void main(){
  vec3 n = normalize(normal - fold);
  float facing = dot(n, key_towards), d = clamp((facing + finish.x) / (1. + finish.x), 0., 1.);
  vec3 halfway = normalize(key_towards + normalize(eye - at));
  float shine = finish.y * pow(max(dot(n, halfway), 0.), finish.z) * step(0., facing);
  // Light that went through skin comes out redder at the edge of the shadow.
  vec3 glow = mix(vec3(1.), mix(vec3(1.08, .96, .92), vec3(1.), d), finish.w);
  direct = vec4(key * d * glow, shine);
  float low = .72 + .28 * smoothstep(0., .6, at.y);
  float crease = 1. - .35 * clamp(dot(fold, fold), 0., 1.);
  ambient = (mix(ground, sky, .5 + .5 * n.y) + fill * max(dot(n, fill_towards), 0.)) * low * crease;
  place = cloth;
  shade_at = (light * vec4(at, 1.)).xyz * .5 + .5;
  gl_Position = seen(at, vec2(0.));
}
"""
)

FIGURE_FRAGMENT = (
    """#version 330
in vec4 direct; in vec3 ambient; in vec3 place; in vec3 shade_at;
uniform sampler2DArray clothes; uniform sampler2DShadow shadow; uniform float texel, bias; uniform vec3 key;
out vec4 color;
"""
    + RESPONSE
    + """
void main(){
  vec3 albedo = texture(clothes, place).rgb; albedo *= albedo;
  vec3 s = vec3(shade_at.xy, min(shade_at.z, 1.) - bias);
  float lit = texture(shadow, s + vec3(texel, .4 * texel, 0.)) + texture(shadow, s + vec3(-texel, -.4 * texel, 0.))
            + texture(shadow, s + vec3(-.4 * texel, texel, 0.)) + texture(shadow, s + vec3(.4 * texel, -texel, 0.));
  lit *= .25;
  float inside = gl_FrontFacing ? 1. : .35;
  vec3 light = (albedo * (direct.rgb * lit + ambient) + key * direct.a * lit) * inside;
  color = vec4(displayed(light), 1.);
}
"""
)

QUAD_VERTEX = """#version 330
in vec2 corner;
void main(){ gl_Position = vec4(corner, 0., 1.); }
"""

# Where figures keep the key light off the still room (red: 1 lit), and how much feet darken the floor (green).
SHADE_FRAGMENT = """#version 330
uniform sampler2D world, contact; uniform sampler2DShadow shadow;
uniform mat4 light; uniform vec3 contact_area; uniform float spread; uniform int every;
out vec4 shade;
const vec2 TAPS[8] = vec2[8](vec2(.35, .12), vec2(-.12, .35), vec2(-.35, -.12), vec2(.12, -.35),
                             vec2(.62, .70), vec2(-.70, .62), vec2(-.62, -.70), vec2(.70, -.62));
void main(){
  vec4 at = texelFetch(world, ivec2(gl_FragCoord.xy) * every, 0);
  vec3 s = (light * vec4(at.xyz, 1.)).xyz * .5 + .5; s.z = min(s.z, 1.);
  float lit = 0.;
  for (int i = 0; i < 8; i++) lit += texture(shadow, vec3(s.xy + TAPS[i] * spread, s.z));
  shade = vec4(lit * .125, at.w * texture(contact, (at.xz - contact_area.xy) * contact_area.z).r, 0., 1.);
}
"""

# The finished picture: the still room, darker where figures shade it, and the figures on top.
PICTURE_FRAGMENT = """#version 330
uniform sampler2D bright, shaded, shade, figures; uniform vec2 size, shade_size; uniform int every;
out vec4 color;
void main(){
  ivec2 p = ivec2(gl_FragCoord.xy);
  vec4 front = texture(figures, gl_FragCoord.xy / size);
  vec2 dark = texture(shade, gl_FragCoord.xy / float(every) / shade_size).rg;
  vec3 back = mix(texelFetch(shaded, p, 0).rgb, texelFetch(bright, p, 0).rgb, dark.r) * (1. - dark.g);
  color = vec4(back * (1. - front.a) + front.rgb, 1.);
}
"""

# The still room from here on.

BACKDROP_VERTEX = (
    """#version 330
in vec3 at; in vec3 normal; in vec3 local; in vec3 paint; in float material;
uniform vec2 jitter;
out vec3 world_at; out vec3 world_normal; out vec3 here; out vec3 tint; flat out int kind;
"""
    + LENS
    + """
void main(){
  world_at = at; world_normal = normal; here = local; tint = paint; kind = int(material + .5);
  gl_Position = seen(at, jitter);
}
"""
)

GEOMETRY_FRAGMENT = """#version 330
in vec3 world_at; in vec3 world_normal;
layout(location = 0) out vec4 at; layout(location = 1) out vec4 normal;
void main(){ at = vec4(world_at, 1.); normal = vec4(normalize(world_normal), 0.); }
"""

# One direction of light: how much of the key light arrives (red), how much light from all around (green of blue).
OCCLUSION_FRAGMENT = """#version 330
uniform sampler2D world, normals, depth; uniform mat4 light; uniform vec3 towards;
uniform float span, reach; uniform vec2 weights;
uniform vec4 walls[5];                            // inward normals and offsets of the room, which is convex
out vec4 sum;
void main(){
  ivec2 p = ivec2(gl_FragCoord.xy);
  vec4 at = texelFetch(world, p, 0); vec3 n = texelFetch(normals, p, 0).xyz;
  vec3 s = (light * vec4(at.xyz + n * .012, 1.)).xyz * .5 + .5;
  float behind = (s.z - texture(depth, s.xy).r) * span;
  float blocked = behind > .004 ? (reach > 0. ? clamp(1. - behind / reach, 0., 1.) : 1.) : 0.;
  if (any(greaterThan(abs(s.xy - .5), vec2(.5)))) blocked = 0.;
  if (reach > 0.) for (int i = 0; i < 5; i++) {
    float closing = -dot(walls[i].xyz, towards);
    float away = max(dot(walls[i].xyz, at.xyz) + walls[i].w, 0.) / max(closing, 1e-4);
    if (closing > 1e-4) blocked = max(blocked, clamp(1. - away / reach, 0., 1.));
  }
  float share = max(dot(n, towards), 0.);
  sum = vec4((1. - blocked) * weights.x, (1. - blocked) * share * weights.y, share * weights.y, 0.);
}
"""

MATERIALS = """
float hash(vec3 p){
  p = fract(p * vec3(443.897, 441.423, 437.195)); p += dot(p, p.yzx + 19.19);
  return fract((p.x + p.y) * p.z);
}
float noise(vec3 x){
  vec3 i = floor(x), f = fract(x); f = f * f * (3. - 2. * f);
  vec2 o = vec2(0., 1.);
  vec4 a = vec4(hash(i + o.xxx), hash(i + o.yxx), hash(i + o.xyx), hash(i + o.yyx));
  vec4 b = vec4(hash(i + o.xxy), hash(i + o.yxy), hash(i + o.xyy), hash(i + o.yyy));
  vec4 c = mix(a, b, f.z); vec2 d = mix(c.xy, c.zw, f.y);
  return mix(d.x, d.y, f.x);
}
float fbm(vec3 p){ return .5 * noise(p) + .3 * noise(p * 2.03 + 7.) + .2 * noise(p * 4.1 + 3.); }
vec2 face(vec3 p, vec3 n){ n = abs(n); return n.y > .7 ? p.xz : (n.x > n.z ? p.zy : p.xy); }
float groove(float x, float width){ return smoothstep(0., width, min(fract(x), 1. - fract(x))); }

// A software renderer walks through every branch: each kind says where it looks up noise, which is then taken once.
vec3 painted(int kind, vec3 p, vec3 n, vec3 tint, vec3 seed){
  vec3 a = tint * tint, coarse = p * 6., fine = p * 60.; vec2 f = face(p, n);
  vec2 q = f * vec2(1., 7.5); float row = floor(q.y); q.x += hash(vec3(row, 1., 2.)) * 1.3;
  float plank = hash(vec3(floor(q.x / 1.3), row, 3.));
  if (kind == 1) coarse = p * 1.3 + seed;
  if (kind == 2) coarse = p * 2. + seed;
  if (kind == 3) coarse = vec3(f.x * 5. + plank * 30., f.y * 70., plank * 9.);
  if (kind == 5) fine = p * 260.;
  if (kind == 6) coarse = vec3(f.x * 3. + seed.x, f.y * 46., seed.y);
  if (kind == 7) fine = vec3(f * 420., 1.);
  if (kind == 9) fine = vec3(f * 4., tint.b * 9.);
  if (kind == 10) coarse = vec3(f * vec2(2.6, 4.), seed.x * 7.);
  if (kind == 11) fine = p * 24.;
  if (kind == 12) coarse = vec3(f.x * 2., f.y * 60., 1.);
  if (kind == 13) { coarse = p * 2.; fine = p * 180.; }
  if (kind == 14) coarse = p * vec3(9., 1.2, 9.);
  float small = noise(fine);
  if (kind == 9) coarse = vec3(f * 6. + 1.6 * small, tint.b * 30.);
  float large = fbm(coarse);
  if (kind == 1) a *= .93 + .10 * large + .03 * small;
  else if (kind == 2) {
    float s = fract(f.x * 5.);
    a *= (.95 + .06 * large) * (s < .5 ? 1. : .90) * (s < .03 || (s > .5 && s < .53) ? .9 : 1.);
  }
  else if (kind == 3) {
    a *= (.78 + .34 * plank) * vec3(1., .98 + .04 * plank, .95 + .08 * plank) * (.82 + .34 * large);
    a *= .6 + .4 * groove(q.y, .025) * groove(q.x / 1.3, .004);
  }
  else if (kind == 4) {
    vec2 t = f / .15; a *= .93 + .12 * hash(vec3(floor(t), 5.));
    a = mix(a * .62, a, groove(t.x, .03) * groove(t.y, .03));
  }
  else if (kind == 5) a *= .72 + .4 * small + .16 * large;
  else if (kind == 6) a *= .74 + .46 * large;
  else if (kind == 7) a *= .81 + .2 * small + .1 * large;
  else if (kind == 8) {
    float up = f.y / .30, x = f.x * 26. + hash(vec3(floor(up), seed.xy)) * 40.;
    vec3 book = vec3(floor(x), floor(up), 2.);
    float tall = .62 + .34 * hash(book + 3.), high = fract(up);
    vec3 c = vec3(hash(book), hash(book + 7.), hash(book + 13.));
    c = mix(vec3(dot(c, vec3(.333))), c, .28) * mix(vec3(1.1, 1., .85), vec3(1.25, .8, .7), step(.72, c.g));
    c = (c * c * .85 + .015) * (.5 + .5 * groove(x, .16));
    c = mix(c, vec3(.6, .5, .25), step(.8, hash(book + 21.)) * step(.72, high / tall) * step(high / tall, .8));
    a = high < tall && hash(book + 31.) > .12 ? c : vec3(.012);
  }
  else if (kind == 9) {
    vec3 warm = mix(vec3(.72, .50, .16), vec3(.55, .16, .16), tint.r);
    vec3 cool = mix(vec3(.06, .18, .36), vec3(.16, .24, .12), tint.g);
    a = mix(cool, warm, smoothstep(.36, .66, large));
    a = mix(a, vec3(.75, .70, .6), smoothstep(.55, .8, large + .3 * small - .1) * .7);
  }
  else if (kind == 10) {                           // what is seen through a window: sky, trees, a lawn
    vec3 trees = vec3(.10, .17, .07) * (.5 + large), lawn = vec3(.22, .32, .12);
    vec3 sky = mix(vec3(.75, .82, .9), vec3(.45, .62, .88), smoothstep(1.5, 2.3, f.y));
    a = mix(trees, sky, smoothstep(-.03, .05, f.y - 1.25 - .7 * large));
    a = mix(lawn, a, smoothstep(-.02, .03, f.y - 1.12));
  }
  else if (kind == 11) { a *= .5 + .9 * small; a.r *= .85 + .4 * large; }
  else if (kind == 12) a *= .8 + .35 * large;
  else if (kind == 13) a *= .87 + .10 * large + .10 * small;
  else if (kind == 14) a *= .93 + .1 * large;
  else if (kind == 15) {
    float lines = step(.5, fract(f.y * 34.)) * step(.1, hash(floor(vec3(f.x * 30., f.y * 34., 4.))));
    a = mix(a, vec3(.08, .12, .2), lines * .55 * step(.35, hash(vec3(floor(f.y * 7.), seed.xy))));
  }
  else a *= .96 + .06 * large;
  return a;
}
"""

BACKDROP_FRAGMENT = (
    """#version 330
in vec3 world_at; in vec3 world_normal; in vec3 here; in vec3 tint; flat in int kind;
uniform vec3 eye, key_towards, key, sky, ground, fill_towards, fill, seed, outside;
uniform sampler2D world, occlusion; uniform float wall_gain;
layout(location = 0) out vec4 bright; layout(location = 1) out vec4 shaded;
"""
    + RESPONSE
    + MATERIALS
    + """
// The neighbour whose surface is this one: occlusion was taken once per pixel, this runs at several places in it.
vec2 reached(){
  ivec2 p = ivec2(gl_FragCoord.xy), best = p; float nearest = 1e9; ivec2 last = textureSize(world, 0) - 1;
  for (int k = 0; k < 5; k++) {
    ivec2 by = ivec2(int(k == 1) - int(k == 2), int(k == 3) - int(k == 4)), q = clamp(p + by, ivec2(0), last);
    vec3 d = texelFetch(world, q, 0).xyz - world_at; float away = dot(d, d) + (k == 0 ? 0. : 1e-6);
    if (away < nearest) { nearest = away; best = q; }
  }
  vec3 o = texelFetch(occlusion, best, 0).rgb;
  return vec2(o.r, o.g / max(o.b, 1e-4));
}
void main(){
  vec3 n = normalize(world_normal), v = normalize(eye - world_at);
  if (kind == 16) { vec3 own = tint; bright = shaded = vec4(own, 1.); return; }
  if (kind == 14) {
    float wave = sin(here.x * 62. + 3. * sin(here.x * 9. + seed.x * 9.));
    n = normalize(n + vec3(n.z, 0., -n.x) * .55 * wave);
  }
  // Patterns lie along the faces of a piece as it was before it was turned.
  vec3 a = painted(kind, here, normalize(cross(dFdx(here), dFdy(here))), tint, seed);
  if (kind == 10) { bright = shaded = vec4(sqrt(clamp(a * outside, 0., 1.)), 1.); return; }
  if (kind == 1 || kind == 2) a *= wall_gain;
  vec2 open = reached();
  float nl = max(dot(n, key_towards), 0.);
  float gloss = kind == 3 || kind == 13 || kind == 4 ? .10 : (kind == 12 ? .5 : (kind == 6 || kind == 0 ? .05 : .0));
  float fresnel = gloss * (.25 + .75 * pow(1. - max(dot(n, v), 0.), 3.));
  vec3 mirror = mix(ground, sky, smoothstep(-.1, .7, reflect(-v, n).y)) * fresnel * open.y * 2.;
  float glint = gloss * pow(max(dot(n, normalize(key_towards + v)), 0.), 36.);
  vec3 light = mix(ground, sky, .5 + .5 * n.y) + fill * max(dot(n, fill_towards), 0.);
  vec3 around = a * light * mix(.25, 1., open.y) + mirror;
  // The light comes from a window or a lamp some metres away, so that it fades along the walls.
  vec3 from = key_towards * 4.5 - world_at; float fading = clamp(22. / (dot(from, from) + 1.5), .45, 1.25);
  bright = vec4(displayed(around * mix(1., fading, .5) + key * fading * open.x * (a * nl + glint)), 1.);
  shaded = vec4(displayed(around * mix(1., fading, .5)), 1.);
}
"""
)
