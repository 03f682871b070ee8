// Prompt, seed, quick prompts: what is asked for, and sending it.
import * as api from "./api.js";
import { $, el, iconButton, setIcon, toast } from "./dom.js";
import { given, give, mayBegin } from "./given.js";
import * as jobs from "./jobs.js";
import { link, model } from "./link.js";
import { quick, recall, remember } from "./prompts.js";
import { sent } from "./stage.js";
import { keep, on, settings, state, tell } from "./state.js";

const draw = { seed: () => {} };
export const newSeed = () => String(crypto.getRandomValues(new Uint32Array(1))[0] >>> 1);

export function start() {
  const prompt = $("prompt");
  prompt.value = state.prompt;
  prompt.oninput = () => { state.prompt = prompt.value; keep(); quick(); };
  prompt.onkeydown = e => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      submit();
    } else if (["ArrowUp", "ArrowDown"].includes(e.key)) recall(e, write);
  };
  $("composer").onsubmit = e => { e.preventDefault(); submit(); };
  on("say", text => { write(text); submit(); });
  on("reuse", reuse);
  on("seed", value => { state.seed = { ...state.seed, value, locked: true, compare: false }; keep(); draw.seed(); words(); });
  on("extend", v => goOn("extensions", v));
  on("edit", v => goOn("edits", v));
  on("showcase", e => {
    write(e.prompt);
    if (state.mode === "clip") make(e.prompt, [String(e.seed)]);
  });
  on("link", words);
  on("live-state", words);
  on("seeds", () => draw.seed());
  on("mode", () => { words(); seed(); });
  on("model", quick);
  seed();
  quick();
  words();
}

export function write(text) {
  $("prompt").value = text;
  state.prompt = text;
  keep();
  quick();
}

function words() {
  const live = state.mode === "live";
  $("go").disabled = link.state !== "ready" || live && !model()?.capabilities.live;
  if (!live) $("go").textContent = state.seed.compare ? "Make two clips" : "Make a clip";
  $("hint").replaceChildren("Press ", el("kbd", {}, "Enter"));
}

function submit() {
  const prompt = $("prompt").value.trim();
  if (!prompt) {
    $("prompt").focus();
    return toast("Write a prompt first.");
  }
  if (link.state !== "ready") return toast("The server is not ready yet. Your prompt is kept.");
  remember(prompt);
  if (state.mode === "live") tell("live-prompt", prompt);
  else make(prompt);
}

/** The seeds that are meant now; a new one each time unless it is locked. */
export function seeds() {
  const s = state.seed;
  if (!s.locked || !s.value) s.value = newSeed();
  if (s.compare && !s.other) s.other = newSeed();
  keep();
  draw.seed();
  return s.compare ? [s.value, s.other] : [s.value];
}

async function make(prompt, chosen = seeds()) {
  const at = performance.now();
  const go = $("go");
  go.disabled = true;
  try {
    const own = settings();
    const made = [];
    for (const seed of chosen) {
      const video = await api.create({ ...own, model: model().id, prompt, seed, input_reference: mayBegin() ? given.file : null });
      jobs.put(video);
      if (!made.length) video.warnings?.forEach(text => toast(text, "bad"));
      made.push(video.id);
    }
    sent(made, at);
  } catch (e) {
    explain(e);
  } finally {
    words();
  }
}

function explain(e) {
  const near = e.more?.nearest;
  if (e.code === "does_not_fit" && near) {
    settings().num_frames = near.num_frames;
    keep();
    tell("model");
    return toast(`${e.message} Frames were set to ${near.num_frames}.`, "bad");
  }
  if (e.status !== 401) toast(e.message, "bad");
}

async function goOn(what, v) {
  const prompt = $("prompt").value.trim() || v.prompt;
  try {
    const video = await api.goOn(what, v.id, what === "edits" ? { prompt, seed: newSeed() } : { prompt });
    jobs.put(video);
    video.warnings?.forEach(text => toast(text, "bad"));
    sent([video.id], performance.now());
  } catch (e) {
    explain(e);
  }
}

/** Everything as it was for that clip. */
function reuse(v) {
  write(v.prompt);
  if (link.models.some(m => m.id === v.model)) state.model = v.model;
  const own = settings();
  const known = model()?.capabilities.parameters.properties ?? {};
  const set = (name, value) => {
    delete own[name];
    if (name in known && value !== null && value !== undefined && value !== known[name].default) own[name] = value;
  };
  const teacher = v.teacher || !model()?.capabilities.live;
  set("num_frames", v.task === "extend" ? undefined : v.num_frames);
  set("fps", v.fps);
  set("format", v.format);
  set("negative_prompt", v.negative_prompt);
  set("num_inference_steps", teacher ? v.num_inference_steps : undefined);
  set("guidance_scale", teacher ? v.guidance_scale : undefined);
  if ("teacher" in known) set("teacher", v.teacher);
  state.seed = { ...state.seed, value: v.seed, locked: true };
  give(null);
  keep();
  draw.seed();
  tell("model");
  $("prompt").focus();
  toast("Prompt, seed and settings of that clip are set.");
}

function seed() {
  const s = () => state.seed;
  const value = el("input", { id: "seed-value", type: "text", inputMode: "numeric", placeholder: "random", "aria-describedby": "seed-lock" });
  const other = el("input", { id: "seed-other", type: "text", inputMode: "numeric", placeholder: "another", "aria-label": "Second seed" });
  const lock = iconButton("unlock", "", () => {
    s().locked = !s().locked;
    if (s().locked && !s().value) s().value = newSeed();
    change();
  }, { id: "seed-lock" });
  const dice = iconButton("dice", "New seed", () => { s().value = newSeed(); if (s().compare) s().other = newSeed(); change(true); });
  const compare = iconButton("compare", "Compare two seeds side by side", () => {
    s().compare = !s().compare;
    if (s().compare && !s().other) s().other = newSeed();
    change(true);
  }, { id: "seed-compare" });
  const change = chosen => {
    keep();
    words();
    tell("seeds");
    if (chosen && s().value) tell("seed-chosen", s().compare ? [s().value, s().other] : [s().value]);
  };
  const typed = (input, name) => {
    input.onchange = () => {
      const text = input.value.trim();
      if (text && !/^-?\d{1,18}$/.test(text)) {
        toast("A seed is a whole number of up to 18 digits.", "bad");
      } else {
        s()[name] = text;
        if (name === "value" && text) s().locked = true;
      }
      change(true);
    };
  };
  typed(value, "value");
  typed(other, "other");
  draw.seed = () => {
    value.value = s().value;
    other.value = s().other;
    other.hidden = !s().compare;
    setIcon(lock, s().locked ? "lock" : "unlock", s().locked ? "Seed locked. Press for a new seed each time" : "New seed each time. Press to lock this one");
    lock.setAttribute("aria-pressed", s().locked);
    compare.setAttribute("aria-pressed", s().compare);
  };
  $("seed").replaceChildren(el("label", { htmlFor: "seed-value" }, "Seed"), value, lock, dice, compare, other);
  draw.seed();
}
