// What the user has set, kept in this browser so that a reload or a lost connection costs nothing.

const PLACE = "praxino.studio.1";

const FRESH = {
  mode: "live",
  chosen: false,           // whether the user has chosen the mode; until then the model does
  model: "",
  prompt: "",
  theme: "",
  settings: {},            // by model: what differs from its defaults
  seed: { value: "", locked: false, compare: false, other: "" },
  history: [],             // prompts that were sent, the last one last
  quick: null,             // quick prompts of the user's own; null: those the model draws best
  timeline: null,
  keep: 30,                // seconds that the recorder holds
  loop: true,
  advanced: false,         // settings that few need are open
  pixels: false,           // scaled up with hard edges
  shortcuts: true,         // keys without Ctrl or Alt
};

function read() {
  try {
    return { ...structuredClone(FRESH), ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch {
    return structuredClone(FRESH);
  }
}

export const state = read();

let due = 0;

/** Writes soon; many changes in a row are written once. */
export function keep() {
  clearTimeout(due);
  due = setTimeout(write, 200);
}

function write() {
  try {
    localStorage.setItem(PLACE, JSON.stringify(state));
  } catch {
    // private windows may refuse: then nothing outlives the page
  }
}
addEventListener("pagehide", write);

/** The settings of the model that is chosen. */
export function settings() {
  return state.settings[state.model] ??= {};
}

const ears = new Map();

export function on(what, ear) {
  if (!ears.has(what)) ears.set(what, new Set());
  ears.get(what).add(ear);
}

export function tell(what, data) {
  ears.get(what)?.forEach(ear => ear(data));
}
