// The stage for clips: one screen, or two side by side that play in step; transport and readings beneath.
import { $, el, iconButton, seconds, setIcon, toast } from "./dom.js";
import { download } from "./gallery.js";
import * as jobs from "./jobs.js";
import { askKey, link, model, quickPrompts } from "./link.js";
import { readings } from "./readings.js";
import { ClipScreen } from "./screen.js";
import { keep, on, state, tell } from "./state.js";

let screens = [];
let asked = 0;             // when the prompt was sent, until its picture is seen
const parts = {};

export function start() {
  on("show", ids => show(ids));
  on("beside", id => show(screens.length && screens[0].id !== id ? [screens[0].id, id] : [id]));
  on("video", v => screens.forEach(s => { if (s.id === v.id) s.draw(v); }));
  on("keep-one", keepOne);
  on("gone", id => { if (screens.some(s => s.id === id)) show(screens.map(s => s.id).filter(i => i !== id)); });
  on("link", () => { if (state.mode === "clip" && !screens.length) empty(); });
  on("mode", mode => { if (mode === "clip") show(screens.map(s => s.id)); else leave(); });
  if (state.mode === "clip") show([]);
}

/** The prompt was sent now: its way to the screen is measured from here. */
export function sent(ids, at) {
  asked = at;
  show(ids);
}

function leave() {
  screens.forEach(s => s.close());
}

export function show(ids) {
  if (state.mode !== "clip") tell("want-mode", "clip");
  leave();
  screens = ids.filter(id => jobs.get(id)).map(id => new ClipScreen(id));
  tell("stage", screens.map(s => s.id));
  if (!screens.length) return empty();
  $("screens").replaceChildren(...screens.map(s => s.node));
  transport();
  screens.forEach(s => {
    s.onpicture = picture;
    s.open(screens.length > 1);
  });
  read();
}

function empty() {
  $("transport").replaceChildren();
  readings([]);
  const words = {
    connecting: ["Looking for the server", "One moment."],
    loading: ["The model is being loaded", "It can be used in a few seconds. You may write your prompt already."],
    lost: ["The server does not answer", "Trying again by itself. Your prompt and settings are kept."],
    failed: ["The model could not be loaded", link.why],
    locked: ["This server asks for a key", "Keys are made with praxino keys add NAME."],
    ready: ["Say what should move", "Write a prompt below, press a number key, or drop a picture to begin with."],
  }[link.state];
  const chips = link.state === "ready" ? el("div", { class: "chips" }, ...quickPrompts().slice(0, 3).map(text =>
    el("button", { type: "button", class: "chip", onclick: () => tell("say", text) }, el("span", {}, text))))
    : link.state === "locked" ? el("button", { type: "button", class: "primary", onclick: () => askKey(false) }, "Enter a key") : null;
  $("screens").replaceChildren(el("div", { class: "screen" }, el("div", { class: "words" }, el("h2", {}, words[0]), el("p", { class: "soft" }, words[1]), chips)));
}

/** A screen has its picture. With two, they begin together. */
function picture() {
  if (asked) {
    const first = asked;
    asked = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      parts.visible = (performance.now() - first) / 1000;
      read();
    }));
  }
  transport();
  read();
  if (screens.every(s => !s.bar || s.media)) play(true);
}

const videos = () => screens.map(s => s.media).filter(Boolean);

function play(yes) {
  const lead = videos()[0];
  if (!lead) return;
  if (yes && lead.ended) videos().forEach(v => { v.currentTime = 0; });
  videos().forEach(v => {
    if (v !== lead) v.currentTime = lead.currentTime;
    if (yes) v.play().catch(() => {}); else v.pause();
  });
}

export const toggle = () => play(videos()[0]?.paused);

export function step(frames) {
  const v = videos()[0];
  if (!v) return;
  play(false);
  const fps = jobs.get(screens[0].id).fps;
  videos().forEach(m => { m.currentTime = Math.max(0, Math.min(m.duration - 0.5 / fps, (Math.floor(v.currentTime * fps + 0.01) + frames + 0.5) / fps)); });
}

function transport() {
  const box = $("transport");
  const v = jobs.get(screens[0].id);
  if (!v) return;
  if (v.status !== "completed") {
    return box.replaceChildren(el("span", { class: "soft" }, jobs.active(v) ? "On its way" : ""), el("span", { class: "gap" }),
      iconButton("reuse", "Use its prompt and settings", () => tell("reuse", v)));
  }
  const lead = videos()[0];
  const last = v.num_frames - 1;
  const slider = el("input", { type: "range", min: 0, max: Math.max(last, 1), step: 1, value: 0, "aria-label": "Frame", disabled: !lead });
  const count = el("span", { class: "num" });
  const button = iconButton("play", "Play", toggle, { disabled: !lead });
  const loop = iconButton("loop", "Play again and again", () => {
    state.loop = !state.loop;
    loop.setAttribute("aria-pressed", state.loop);
    videos().forEach(m => { m.loop = state.loop; });
    keep();
  }, { "aria-pressed": String(state.loop), disabled: !lead });
  slider.oninput = () => {
    play(false);
    videos().forEach(m => { m.currentTime = (Number(slider.value) + 0.5) / v.fps; });
  };
  const show = () => {
    const frame = lead ? Math.min(last, Math.floor(lead.currentTime * v.fps + 0.01)) : 0;
    slider.value = frame;
    slider.setAttribute("aria-valuetext", `frame ${frame + 1} of ${v.num_frames}`);
    count.textContent = `${String(frame + 1).padStart(2, "0")} / ${v.num_frames}`;
  };
  if (lead) {
    videos().forEach(m => { m.loop = state.loop; });
    lead.onplay = () => setIcon(button, "pause", "Pause");
    lead.onpause = () => setIcon(button, "play", "Play");
    const tick = () => {
      if (!lead.isConnected) return;
      show();
      const other = videos()[1];
      if (other && !lead.paused && Math.abs(other.currentTime - lead.currentTime) > 0.06) other.currentTime = lead.currentTime;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  show();
  const more = screens.length > 1
    ? [iconButton("close", "Only the first", () => show([screens[0].id]))]
    : [keepSeed(v), iconButton("reuse", "Use its prompt and settings", () => tell("reuse", v)), download(v)];
  box.replaceChildren(button, slider, count, loop, ...more);
}

const keepSeed = v => iconButton("lock", "Keep this seed", () => keepOne(v));

function keepOne(v) {
  tell("seed", v.seed);
  toast(`Seed ${v.seed} is kept for what comes next.`);
  if (screens.length > 1) show([v.id]);
}

function read() {
  if (!screens.length) return;
  const v = jobs.get(screens[0].id);
  if (!v) return;
  const took = v.started_at && v.completed_at ? Math.max(1, v.completed_at - v.started_at) : 0;
  readings([
    ["Prompt to visible", parts.visible ? seconds(parts.visible) : "–"],
    ["Made in", took ? "≈ " + seconds(took) : v.status === "in_progress" ? v.progress + " %" : "–"],
    ["Real-time factor", took ? (v.duration_seconds / took).toPrecision(2) + "×" : "–"],
    ["Seed", screens.length > 1 ? "two" : v.seed],
    ["Memory", parts.memory ?? "–", model() ? "The model needs about " + Math.round(model().capabilities.memory_bytes / 2 ** 20) + " MiB for a clip" : ""],
  ]);
}

on("memory", text => { parts.memory = text; if (state.mode === "clip" && screens.length) read(); });
on("video", v => { if (state.mode === "clip" && screens[0]?.id === v.id) { read(); if (v.status !== "completed") transport(); } });
