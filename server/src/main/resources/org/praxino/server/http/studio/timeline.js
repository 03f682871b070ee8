// The timeline: what is shown when, as docs/timeline.md has it. Written here, played as a stream, exchanged as JSON.
import * as api from "./api.js";
import { asTransition, kinds } from "./changes.js";
import { $, el, iconButton, seconds, toast } from "./dom.js";
import { canLive, link } from "./link.js";
import { begin, live, targets } from "./live.js";
import { keep, on, state } from "./state.js";

const FRESH = { prompts: [{ at: 0, prompt: "a cat waving" }, { at: 4, prompt: "a ferris wheel spinning", transition: { blend: 1.5, path: "spherical" } }], seconds: 10 };
const LEAST = 0.2;

const doc = () => state.timeline ??= structuredClone(FRESH);
let rest = {};                 // fields of an imported document that are not edited here

const end = () => Math.max(doc().seconds ?? 0, doc().prompts.at(-1).at + 2);
const round = t => Math.round(t * 10) / 10;

export function start() {
  on("mode", draw);
  on("link", play);
  on("model", play);
  on("live-shown", head);
  on("live", ({ type, message }) => { if (type === "session.timeline") take(message.timeline, "Timeline copied from the stream."); });
  on("timeline-file", read);
  draw();
}

function changed(redraw = true) {
  keep();
  if (redraw) draw();
  else bar();
}

function draw() {
  const box = $("timeline");
  box.hidden = state.mode !== "live";
  if (box.hidden) return;
  const pick = el("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: () => { if (pick.files[0]) read(pick.files[0]); } });
  box.replaceChildren(
    el("div", { class: "timeline-head" }, el("h3", {}, "Timeline"), el("span", { class: "gap" }),
      el("button", { type: "button", id: "timeline-play", class: "plain", onclick: go }, "Play"),
      el("button", { type: "button", class: "plain", onclick: fromStream, id: "timeline-from" }, "From the stream"),
      el("button", { type: "button", class: "plain", onclick: () => pick.click() }, "Import"),
      el("button", { type: "button", class: "plain", onclick: save }, "Export"), pick),
    el("div", { class: "lane", id: "lane" }),
    el("ol", { class: "cues", "aria-label": "Prompts in their order" }, ...doc().prompts.map(row)),
    el("small", { class: "soft" }, "A prompt that you send while the timeline plays holds until the next prompt here."),
    el("div", { class: "row" }, el("button", { type: "button", onclick: add }, "Add a prompt"), el("span", { class: "gap" }),
      el("label", { class: "soft", htmlFor: "timeline-end" }, "Ends after (s)"),
      el("input", { id: "timeline-end", class: "short", type: "number", min: 0.5, max: 3600, step: 0.5, value: doc().seconds ?? "", placeholder: "never",
        onchange: e => { doc().seconds = e.target.value ? Math.max(Number(e.target.value), doc().prompts.at(-1).at + LEAST) : undefined; changed(); } })));
  bar();
  play();
}

function play() {
  const button = $("timeline-play");
  if (button) button.disabled = !canLive() || link.state !== "ready";
  const from = $("timeline-from");
  if (from) from.disabled = !live.screens.some(s => s.running);
}

/** The lane of coloured pieces, with a handle at the beginning of each but the first. */
function bar() {
  const lane = $("lane");
  if (!lane) return;
  const all = doc().prompts;
  const whole = end();
  lane.replaceChildren(...all.map((cue, i) => {
    const until = all[i + 1]?.at ?? whole;
    const piece = el("div", { class: "piece", style: { left: cue.at / whole * 100 + "%", width: (until - cue.at) / whole * 100 + "%", "--n": i % 4 }, title: cue.prompt },
      el("span", {}, cue.prompt));
    if (cue.transition?.blend) piece.append(el("i", { class: "blend", style: { width: Math.min(100, cue.transition.blend / (until - cue.at) * 100) + "%" } }));
    if (i > 0) piece.append(handle(i, whole));
    return piece;
  }), el("b", { class: "playhead", id: "playhead", hidden: true }));
}

function handle(i, whole) {
  const grip = el("button", { type: "button", class: "grip", role: "slider", "aria-label": `When prompt ${i + 1} begins`,
    "aria-valuemin": "0", "aria-valuemax": String(whole), "aria-valuenow": String(doc().prompts[i].at), "aria-valuetext": seconds(doc().prompts[i].at) });
  const move = at => {
    const all = doc().prompts;
    all[i].at = round(Math.max(all[i - 1].at + LEAST, Math.min((all[i + 1]?.at ?? whole) - LEAST, at)));
    const field = $("cue-at-" + i);
    if (field) field.value = all[i].at;
  };
  grip.onpointerdown = e => {
    e.preventDefault();
    grip.setPointerCapture(e.pointerId);
    const lane = $("lane").getBoundingClientRect();
    grip.onpointermove = m => {
      move((m.clientX - lane.left) / lane.width * whole);
      grip.parentElement.style.left = doc().prompts[i].at / whole * 100 + "%";
    };
    grip.onpointerup = grip.onpointercancel = () => { grip.onpointermove = null; changed(false); };
  };
  grip.onkeydown = e => {
    const by = { ArrowLeft: -0.5, ArrowRight: 0.5 }[e.key];
    if (!by) return;
    e.preventDefault();
    move(doc().prompts[i].at + by);
    changed(false);
    $("lane").children[i].querySelector(".grip").focus();
  };
  return grip;
}

function row(cue, i) {
  const kind = cue.transition?.blend ? cue.transition.path ?? "linear" : cue.transition ?? "cut";
  const shift = t => {
    cue.at = round(Math.max(0, t));
    doc().prompts.sort((a, b) => a.at - b.at);
    doc().prompts[0].at = 0;
    doc().prompts.forEach((c, n) => { if (n > 0 && c.at <= doc().prompts[n - 1].at) c.at = round(doc().prompts[n - 1].at + LEAST); });
    if (doc().seconds && doc().seconds <= doc().prompts.at(-1).at) doc().seconds = doc().prompts.at(-1).at + 2;
    changed();
  };
  const blend = Boolean(cue.transition?.blend);
  return el("li", { class: "cue" },
    el("input", { id: "cue-at-" + i, type: "number", min: 0, step: 0.5, value: cue.at, disabled: i === 0, "aria-label": `Prompt ${i + 1} begins after seconds`, onchange: e => shift(Number(e.target.value)) }),
    el("input", { type: "text", value: cue.prompt, "aria-label": "Prompt " + (i + 1), onchange: e => { cue.prompt = e.target.value.trim() || cue.prompt; changed(false); } }),
    i === 0 || cue.image ? el("span", { class: "soft begins" }, cue.image ? "new scene" : "begins")
      : el("select", { "aria-label": `Transition to prompt ${i + 1}`, onchange: e => { cue.transition = asTransition(e.target.value, cue.transition?.blend ?? 1.5); changed(); } },
        ...kinds.map(([value, text]) => el("option", { value, selected: value === kind }, text))),
    blend ? el("input", { type: "number", min: 0.1, max: 30, step: 0.1, value: cue.transition.blend, "aria-label": `Crossfade seconds into prompt ${i + 1}`,
      onchange: e => { cue.transition.blend = Math.max(0.1, Number(e.target.value) || 1.5); changed(false); } }) : el("span"),
    iconButton("bin", `Remove prompt ${i + 1}`, () => { doc().prompts.splice(i, 1); doc().prompts[0].at = 0; delete doc().prompts[0].transition; changed(); },
      { disabled: doc().prompts.length === 1 }));
}

function add() {
  const last = doc().prompts.at(-1);
  doc().prompts.push({ at: round(last.at + 4), prompt: $("prompt").value.trim() || "a red heart beating", transition: { blend: 1.5, path: "spherical" } });
  if (doc().seconds) doc().seconds = Math.max(doc().seconds, last.at + 8);
  changed();
}

function whole() {
  const { prompts, seconds: length } = doc();
  return { ...rest, prompts, ...(length ? { seconds: length } : {}), ...(state.seed.locked && state.seed.value ? { seed: state.seed.value } : {}) };
}

function go() {
  begin({ timeline: whole() });
}

function fromStream() {
  (targets()[0] ?? live.screens.find(s => s.running))?.session.send("session.timeline");
}

function save() {
  const url = URL.createObjectURL(new Blob([api.write(whole(), 2) + "\n"], { type: "application/json" }));
  el("a", { href: url, download: "timeline.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function read(file) {
  try {
    take(api.parse(await file.text()), `Timeline “${file.name}” loaded.`);
  } catch (e) {
    toast(`“${file.name}” is not a timeline: ${e.message}`, "bad");
  }
}

function take(document, news) {
  const { prompts, seconds: length, seed, ...others } = document;
  const good = Array.isArray(prompts) && prompts.length > 0 && prompts.every((p, i) => typeof p.prompt === "string" && typeof p.at === "number"
    && (i === 0 ? p.at === 0 : p.at > prompts[i - 1].at));
  if (!good) throw new Error("it needs prompts, each with a text and a rising time, the first at 0");
  state.timeline = { prompts, seconds: length };
  rest = others;
  if (seed) state.seed = { ...state.seed, value: String(seed), locked: true };
  changed();
  toast(news);
}

function head(screen) {
  const mark = $("playhead");
  const now = screen.player.current;
  if (!mark || !now || !screen.session.begin.timeline) return;
  mark.hidden = now.seconds > end();
  mark.style.left = now.seconds / end() * 100 + "%";
}

on("live-state", play);
