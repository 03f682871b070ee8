// The stage for clips: one screen, or two side by side that play in step; transport and readings beneath.
import { $, el, iconButton, seconds, setIcon, toast } from "./dom.js";
import { download } from "./gallery.js";
import * as jobs from "./jobs.js";
import { about, best, canLive, link, model, notice } from "./link.js";
import * as loops from "./loops.js";
import { readings } from "./readings.js";
import { ClipScreen } from "./screen.js";
import { keep, on, state, tell } from "./state.js";
import * as view from "./view.js";

let screens = [];
let asked = null;          // {id, at} of the prompt that was sent, until its picture is seen
const parts = { visible: new Map() };

export function start() {
  on("show", ids => seen(ids));
  on("beside", id => seen(screens.length && screens[0].id !== id ? [screens[0].id, id] : [id]));
  on("video", v => screens.forEach(s => { if (s.id === v.id) s.draw(v); }));
  on("keep-one", keepOne);
  on("gone", id => { if (screens.some(s => s.id === id)) show(screens.map(s => s.id).filter(i => i !== id)); });
  on("link", () => { if (state.mode === "clip" && !screens.length) empty(); });
  on("model", () => { if (state.mode === "clip" && !screens.length) empty(); });
  on("mode", mode => { if (mode === "clip") show(screens.map(s => s.id)); else leave(); });
  if (state.mode === "clip") show([]);
}

/** The prompt was sent now: its way to the screen is measured from here. */
export function sent(ids, at) {
  asked = { id: ids[0], at };
  show(ids);
}

/** Shown, and in sight: the card that was pressed may lie far below. */
function seen(ids) {
  show(ids);
  scrollTo({ top: 0, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
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
  loops.halt();
  const { size } = jobs.get(screens[0].id);
  const [wide, high] = (size ?? "1x1").split("x").map(Number);
  view.shape(screens.length * wide / high);
  $("screens").replaceChildren(...screens.map(s => s.node));
  transport();
  screens.forEach(s => {
    s.onpicture = picture;
    s.open(screens.length > 1, new Set(screens.map(o => jobs.get(o.id)?.prompt)).size > 1);
  });
  read();
}

function empty() {
  $("transport").replaceChildren();
  readings([]);
  const [wide, high] = (model()?.capabilities.sizes[0] ?? "1x1").split("x").map(Number);
  view.shape(wide / high);
  const words = link.state !== "ready" ? notice() : el("div", { class: "words start" }, el("h2", {}, "What do you want to see?"), el("p", { class: "soft" }, about()),
    canLive() ? loops.tiles(best().slice(0, 4)) :
    el("div", { class: "chips" }, ...best().slice(0, 6).map(e => el("button", { type: "button", class: "chip", onclick: () => tell("showcase", e) }, el("span", {}, e.prompt)))));
  $("screens").replaceChildren(el("div", { class: "screen" }, words));
}

/** A screen has its picture. With two, they begin together. */
function picture() {
  if (asked && asked.id === screens[0].id) {
    const first = asked;
    asked = null;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      parts.visible.set(first.id, (performance.now() - first.at) / 1000);
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
    return box.replaceChildren(el("span", { class: "soft" }, jobs.active(v) ? "Generating" : ""), el("span", { class: "gap" }),
      iconButton("reuse", "Reuse prompt and settings", () => tell("reuse", v)));
  }
  const lead = videos()[0];
  const last = v.num_frames - 1;
  const slider = el("input", { type: "range", min: 0, max: Math.max(last, 1), step: 1, value: 0, "aria-label": "Frame", disabled: !lead });
  const count = el("span", { class: "num" });
  const button = iconButton("play", "Play", toggle, { disabled: !lead });
  const loop = iconButton("loop", "Loop", () => {
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
    ? [iconButton("close", "Show only the first", () => show([screens[0].id]))]
    : [keepSeed(v), iconButton("reuse", "Reuse prompt and settings", () => tell("reuse", v)), download(v)];
  box.replaceChildren(button, slider, count, el("span", { class: "gap" }), loop, ...more, ...view.buttons());
}

const keepSeed = v => iconButton("lock", "Keep this seed", () => keepOne(v));

function keepOne(v) {
  tell("seed", v.seed);
  toast(`Seed ${v.seed} is locked for the next clips.`);
  if (screens.length > 1) show([v.id]);
}

function read() {
  if (!screens.length) return;
  const v = jobs.get(screens[0].id);
  if (!v) return;
  const took = v.started_at && v.completed_at ? Math.max(1, v.completed_at - v.started_at) : 0;
  readings([
    ["Response time", parts.visible.has(v.id) ? seconds(parts.visible.get(v.id)) : "–", "From sending the prompt to seeing the clip"],
    ["Generated in", took ? "≈ " + seconds(took) : v.status === "in_progress" ? v.progress + " %" : "–"],
    ["Speed", took ? (v.duration_seconds / took).toPrecision(2) + "×" : "–"],
    ["Seed", screens.length > 1 ? "two" : v.seed],
    ["Memory", parts.memory ?? "–", model() ? "A clip of this model takes about " + Math.round(model().capabilities.memory_bytes / 2 ** 20) + " MiB" : ""],
  ]);
}

on("memory", text => { parts.memory = text; if (state.mode === "clip" && screens.length) read(); });
on("video", v => { if (state.mode === "clip" && screens[0]?.id === v.id) { read(); if (v.status !== "completed") transport(); } });
