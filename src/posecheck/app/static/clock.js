// One clock for everything: seconds since 1970, even, and the same across a reload of the page.
export const now_s = () => (performance.timeOrigin + performance.now()) / 1000;
export const at_s = (stamp_ms) => (performance.timeOrigin + stamp_ms) / 1000;
