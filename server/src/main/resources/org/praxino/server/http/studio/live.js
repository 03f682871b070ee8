// The stage while streaming: begins streams, sends what is typed, shows one or two of them, comes back after a reload.
import * as api from "./api.js";
import { $, el, sure, toast } from "./dom.js";
import { given, picture } from "./given.js";
import { about, best, canLive, link, model, notice } from "./link.js";
import { LiveScreen } from "./livescreen.js";
import { changes } from "./changes.js";
import { transport } from "./livebar.js";
import { formats } from "./player.js";
import { rows } from "./livereadings.js";
import { readings } from "./readings.js";
import { seeds } from "./composer.js";
import { keep, on, state, tell } from "./state.js";
import * as loops from "./loops.js";
import * as view from "./view.js";
import { calm, said } from "./words.js";

const PLACE = "praxino.live";

export const live = { screens: [], target: null, memory: "–" };

export const running = () => live.screens.some(s => s.running);

/** Whether a stream is there that prompts change. */
const accepting = () => live.screens.some(s => s.accepts);

/** Screens that a change goes to: the one that was chosen, or all. */
export const targets = () => live.screens.filter(s => s.accepts && (!live.target || live.target === s));
const head = () => live.target ?? live.screens[0];

export function start() {
  on("mode", mode => mode === "live" ? returned() : left());
  on("seed-chosen", reseed);
  on("showcase", e => {
    if (state.mode === "live") begin({ prompt: e.prompt }, performance.now(), [String(e.seed)]);
  });
  on("link", () => { if (state.mode === "live") { draw(); comeBack(); } });
  on("model", () => { if (state.mode === "live") { draw(); comeBack(); } });
  on("live-prompt", say);
  on("live-target", screen => { live.target = live.target === screen ? null : screen; draw(); });
  on("live", heard);
  on("memory", text => { live.memory = text; read(); });
  on("toggle", () => { if (state.mode === "live") pause(); });
  on("want-live", begin);
  on("scene", scene);
  addEventListener("pagehide", remember);
  document.addEventListener("visibilitychange", () => { if (document.hidden) remember(); });
  if (state.mode === "live") draw();
}

/** The prompt box in live mode: begins a stream, or steers those that run. */
async function say(prompt) {
  const at = performance.now();
  if (!accepting()) {
    const image = given.file ? await readable(given.file) : null;
    return given.file && !image ? undefined : begin({ prompt, ...(image ? { image } : {}) }, at);
  }
  for (const s of targets()) {
    s.ask(s.session.send("session.update", { prompt, transition: changes.transition(), apply: "next" }), at, prompt);
  }
}

/** The picture that was given begins a new scene of what runs. */
async function scene() {
  const at = performance.now();
  const image = await readable(given.file);
  const prompt = $("prompt").value.trim();
  if (image) for (const s of targets()) s.ask(s.session.send("session.update", { image, prompt, apply: "next" }), at, prompt);
}

async function readable(file) {
  try {
    return await picture(file);
  } catch {
    toast(`“${file.name}” is not a picture that this browser can read.`, "bad");
    return null;
  }
}

/** A stream of its own choice of seed begins in place of the one that runs. */
function reseed(list) {
  const s = head();
  if (state.mode !== "live" || !accepting() || !s) return;
  const { input, snapshot, timeline, prompt } = s.session.begin;
  if (input || snapshot) {
    shownSeed(String(s.session.info?.seed ?? ""));
    return toast("This stream keeps its seed. The seed is used by the next stream.");
  }
  begin(timeline ? { timeline: { ...timeline, seed: list[0] } } : { prompt: s.done?.prompt ?? prompt }, performance.now(), list);
}

/**
 * @param what fields of session.start beside those that are the page's own
 * @param chosen seeds that the user chose for what runs, which then ends unasked; null for those of the seed box
 * @returns whether it was begun
 */
export async function begin(what, at = performance.now(), chosen = null) {
  if (!canLive()) return toast("This model does not stream.", "bad");
  if (accepting() && !chosen && !await sure("End the running stream?", "Its recording stays for a few minutes; it cannot be continued.", "End it")) return false;
  if (state.mode !== "live") tell("want-mode", "live");
  loops.halt();
  live.screens.forEach(s => s.close());
  const m = model();
  const [width, height] = m.capabilities.sizes[0].split("x").map(Number);
  const own = { formats: await formats(width, height), buffer_ms: buffer(), quality: width * height <= 256 * 256 ? 95 : undefined, reanchor: state.live?.reanchor || undefined };
  const asked = what.snapshot ? [null] : what.timeline ? [what.timeline.seed ?? null] : what.input ? seeds().slice(0, 1) : chosen ?? seeds();
  live.screens = asked.map(seed => new LiveScreen({ ...own, ...what, ...(what.snapshot ? {} : { model: m.id }), ...(what.snapshot || what.timeline ? {} : { seed }) }, at));
  live.target = null;
  draw();
  return true;
}

/** Milliseconds of video under way: as set, and as much more as the way there and back takes. */
function buffer() {
  const set = state.live?.buffer ?? 300;
  const trip = api.roundTrip();
  return trip > 150 ? Math.round(Math.min(900, Math.max(set, trip + 300))) : state.live?.buffer;
}

/** A second stream that goes on from where the first one is. */
function forked(token) {
  live.screens = [live.screens[0], new LiveScreen({ resume_token: token, ...beside(live.screens[0]) }, performance.now())];
  live.target = live.screens[1];
  draw();
  toast("Forked. Prompts now go to the right stream; press a stream's name to choose, again for both.");
}

const beside = screen => ({ formats: screen.session.begin.formats, buffer_ms: screen.session.begin.buffer_ms });

/** Nothing is computed for nobody: what runs is paused while the user makes clips. */
function left() {
  const all = live.screens.filter(s => s.session.state === "running");
  all.forEach(s => {
    s.pausedFor = true;
    s.session.send("session.pause");
  });
  if (all.length) toast("The stream is paused while you make clips.");
}

function returned() {
  live.screens.filter(s => s.pausedFor).forEach(s => {
    s.pausedFor = false;
    if (s.running) s.session.send("session.resume");
  });
  draw();
}

export function only(screen) {
  live.screens.filter(s => s !== screen).forEach(s => s.close());
  live.screens = [screen];
  live.target = null;
  draw();
}

export function pause() {
  const all = live.screens.filter(s => s.running);
  const go = all.some(s => s.session.state === "paused");
  all.forEach(s => s.session.send(go ? "session.resume" : "session.pause"));
}

export function end() {
  live.screens.forEach(s => { if (s.running) s.session.stop(); });
  sessionStorage.removeItem(PLACE);
}

function heard({ screen, type, message }) {
  if (!live.screens.includes(screen)) return;
  if (screen === live.screens[0]) message?.warnings?.forEach(text => toast(text, "bad"));
  switch (type) {
    case "fork.ready": forked(message.resume_token); break;
    case "error":
    case "update.rejected":
      if (message.code !== "superseded" && screen.running && screen.session.state !== "waiting") toast(said(message), calm(message) ? "note" : "bad");
      break;
    case "lost": toast("The stream had expired. It restarted with the same prompt and seed."); break;
    case "update.applied":
      if (screen.applied && !screen.session.begin.snapshot) screen.session.begin = { ...screen.session.begin, prompt: screen.applied, timeline: undefined, image: undefined };
      break;
    case "session.created":
    case "session.resumed":
      if (live.screens.length === 1 && !message.follows_input) shownSeed(String(message.seed));
      screen.session.begin = { ...screen.session.begin, ...(screen.session.begin.snapshot ? {} : { seed: String(message.seed) }) };
      remember();
      break;
    case "drift.warning": screen.warned = performance.now(); break;
    case "input.stalled": toast(`The stream has waited ${Math.round(message.seconds)} s for video input.`); break;
    default: break;
  }
  if (type === "shown") {
    const now = performance.now();
    if (now - (screen.read ?? 0) < 200) return;
    screen.read = now;
    read();
    return tell("live-shown", screen);
  }
  if (["link", "session.created", "session.resumed", "session.rewound"].includes(type)) draw();
  else if (type === "block.done") {
    screen.label(live.screens.length > 1);
    read();
  }
}

function shownSeed(value) {
  state.seed.value = value;
  keep();
  tell("seeds");
}

/** Tokens of what is running, for this tab only: a reload goes on with the streams. */
function remember() {
  const list = live.screens.filter(s => s.running && s.session.token && !s.session.info?.follows_input)
    .map(s => ({ token: s.session.token, last: s.session.last, begin: { ...s.session.begin, image: undefined } }));
  if (list.length) sessionStorage.setItem(PLACE, JSON.stringify(list));
  else sessionStorage.removeItem(PLACE);
}

function comeBack() {
  const text = sessionStorage.getItem(PLACE);
  if (!text || live.screens.length || link.state !== "ready" || !canLive()) return;
  sessionStorage.removeItem(PLACE);
  loops.halt();
  const list = JSON.parse(text);
  live.screens = list.map(({ token, last, begin: b }) => new LiveScreen({ ...b, resume_token: token, last_frame: last }, performance.now()));
  draw();
}

function draw() {
  if (state.mode !== "live") return;
  tell("stage", []);
  const two = live.screens.length > 1;
  const [wide, high] = (model()?.capabilities.sizes[0] ?? "1x1").split("x").map(Number);
  view.shape(Math.max(1, live.screens.length) * wide / high);
  live.screens.forEach(s => {
    s.label(two);
    s.node.dataset.target = String(two && live.target === s);
  });
  if (!live.screens.length) {
    $("transport").replaceChildren();
    readings([]);
    $("screens").replaceChildren(el("div", { class: "screen" }, welcome()));
  } else {
    const nodes = live.screens.map(s => s.node);
    if (nodes.some((n, i) => $("screens").children[i] !== n) || $("screens").children.length !== nodes.length) $("screens").replaceChildren(...nodes);
    transport(live);
    read();
  }
  $("go").textContent = accepting() ? "Send" : "Go live";
  tell("live-state", running());
}

function welcome() {
  if (link.state !== "ready") return notice();
  if (!canLive()) {
    return el("div", { class: "words" }, el("h2", {}, "This model makes clips and does not stream"),
      el("p", { class: "soft" }, `Live video needs a model with a causal student; ${model().id} has none.`),
      el("button", { type: "button", class: "primary", onclick: () => tell("want-mode", "clip") }, "Make clips"));
  }
  return el("div", { class: "words start" }, el("h2", {}, "What do you want to see?"), el("p", { class: "soft" }, about()), loops.tiles(best().slice(0, 4)));
}

function read() {
  const s = head();
  if (state.mode === "live" && s) readings(rows(s, live.memory));
}
