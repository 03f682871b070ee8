// The stage while streaming: begins streams, sends what is typed, shows one or two of them, comes back after a reload.
import { $, el, toast } from "./dom.js";
import { given, picture } from "./given.js";
import { canLive, link, model, quickPrompts } from "./link.js";
import { LiveScreen } from "./livescreen.js";
import { changes } from "./changes.js";
import { transport } from "./livebar.js";
import { formats } from "./player.js";
import { readings } from "./readings.js";
import { seeds } from "./composer.js";
import { keep, on, state, tell } from "./state.js";

const PLACE = "praxino.live";

export const live = { screens: [], target: null, memory: "–" };

export const running = () => live.screens.some(s => s.running);

/** Screens that a change goes to: the one that was chosen, or all. */
export const targets = () => live.screens.filter(s => s.running && (!live.target || live.target === s));
const head = () => live.target ?? live.screens[0];

export function start() {
  on("mode", mode => { if (mode === "live") draw(); else tell("live-left"); });
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
  if (!running()) return begin({ prompt, ...(given.file ? { image: await picture(given.file) } : {}) }, at);
  for (const s of targets()) {
    s.ask(s.session.send("session.update", { prompt, transition: changes.transition(), apply: "next" }), at, prompt);
  }
}

/** The picture that was given begins a new scene of what runs. */
async function scene() {
  const at = performance.now();
  const image = await picture(given.file);
  const prompt = $("prompt").value.trim();
  for (const s of targets()) s.ask(s.session.send("session.update", { image, prompt, apply: "next" }), at, prompt);
}

/** @param what fields of session.start beside those that are the page's own */
export async function begin(what, at = performance.now()) {
  if (!canLive()) return toast("This model does not stream.", "bad");
  if (state.mode !== "live") tell("want-mode", "live");
  live.screens.forEach(s => s.close());
  const m = model();
  const [width, height] = m.capabilities.sizes[0].split("x").map(Number);
  const own = { formats: await formats(width, height), buffer_ms: state.live?.buffer, reanchor: state.live?.reanchor || undefined };
  const asked = what.snapshot ? [null] : what.timeline ? [what.timeline.seed ?? null] : what.input ? seeds().slice(0, 1) : seeds();
  live.screens = asked.map(seed => new LiveScreen({ ...own, ...what, ...(what.snapshot ? {} : { model: m.id }), ...(what.snapshot || what.timeline ? {} : { seed }) }, at));
  live.target = null;
  draw();
}

/** A second stream that goes on from where the first one is. */
function forked(token) {
  live.screens = [live.screens[0], new LiveScreen({ resume_token: token, ...beside(live.screens[0]) }, performance.now())];
  live.target = live.screens[1];
  draw();
  toast("The stream was forked: what you type now goes to the right one. Press a screen to choose, again for both.");
}

const beside = screen => ({ formats: screen.session.begin.formats, buffer_ms: screen.session.begin.buffer_ms });

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
      if (message.code !== "superseded" && screen.running) toast(message.message, "bad");
      break;
    case "lost": toast("The stream's time was over; it begins anew with its prompt and seed."); break;
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
    case "input.stalled": toast(`The stream has waited ${Math.round(message.seconds)} s for pictures.`); break;
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
  const list = JSON.parse(text);
  live.screens = list.map(({ token, last, begin: b }) => new LiveScreen({ ...b, resume_token: token, last_frame: last }, performance.now()));
  draw();
}

function draw() {
  if (state.mode !== "live") return;
  tell("stage", []);
  const two = live.screens.length > 1;
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
  $("go").textContent = running() ? "Send" : "Go live";
  tell("live-state", running());
}

function welcome() {
  const [title, text] = link.state !== "ready" ? ["Waiting for the server", "One moment."]
    : canLive() ? ["Say what should move", "The picture begins at once and follows every prompt that you send."]
    : ["This model makes clips, it does not stream", `Live pictures take a model with a causal student, and ${model().id} has none. Prompts become clips in the other mode; a timeline can be written here and played elsewhere.`];
  const more = link.state !== "ready" ? null
    : canLive() ? el("div", { class: "chips" }, ...quickPrompts().slice(0, 3).map(q => el("button", { type: "button", class: "chip", onclick: () => tell("say", q) }, el("span", {}, q))))
    : el("button", { type: "button", class: "primary", onclick: () => tell("want-mode", "clip") }, "Make clips");
  return el("div", { class: "words" }, el("h2", {}, title), el("p", { class: "soft" }, text), more);
}

const millis = ms => ms === undefined || ms === null ? "–" : ms < 9950 ? Math.round(ms) + " ms" : (ms / 1000).toFixed(1) + " s";

function read() {
  const s = head();
  if (state.mode !== "live" || !s) return;
  const rate = s.done?.realtime_factor;
  readings([
    ["Prompt to visible", s.visible ? millis(s.visible) : "–", "From sending a prompt to its first frame on the screen", !s.visible || s.asked.length ? "" : s.visible > 2000 ? "bad" : "good"],
    ["Display lag", millis(s.lag), "From a frame being sent to it being on the screen", s.lag === undefined ? "" : s.lag > 500 ? "bad" : "good"],
    ["Real-time factor", rate ? rate.toPrecision(3) + "×" : "–", "Video made a second. Below 1 the picture has to wait", !rate ? "" : rate < 1 ? "bad" : "good"],
    ["Drift", s.drift === undefined ? "–" : s.drift.toFixed(2), "How far the picture has left its beginning; above 1 is far", s.drift > 1 ? "bad" : ""],
    ["Memory", live.memory, "Of the server"],
  ]);
}
