// Whether the server is there, ready, and what it serves. A lost connection is said, tried again, and forgotten once it is back.
import * as api from "./api.js";
import { $, dialog, el } from "./dom.js";
import { keep, on, state, tell } from "./state.js";

export const link = { state: "connecting", why: "", models: [] };

const WORDS = { connecting: "Connecting", loading: "Loading model", ready: "Ready", lost: "No connection", failed: "Model failed", locked: "Key required" };
const LIGHTS = { connecting: "wait", loading: "wait", ready: "good", lost: "bad", failed: "bad", locked: "bad" };

let pause = 1000;
let timer = 0;
let was = false;

/** Prompts with seeds that this model was measured to draw best, the best first. */
export const best = () => model()?.showcase ?? [];

/** Quick prompts: the user's own, else the model's best. */
export const quickPrompts = () => (state.quick ?? best().map(e => e.prompt)).slice(0, 9);

/** What the model is, and where it runs. */
export function about() {
  const { sizes, fps } = model().capabilities;
  const here = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return `${model().id}: ${sizes[0].replace("x", "×")} pixels, ${fps} frames a second. It runs on ${here ? "this computer; nothing leaves it." : location.hostname + "."}`;
}

/** What the stage says while nothing can be generated. */
export function notice() {
  const [title, text] = {
    connecting: ["Connecting to the server", "One moment."],
    loading: ["Loading the model", "This takes a few seconds. You can write your prompt now."],
    lost: ["The server does not answer", "Trying again. Your prompt and settings are kept."],
    failed: ["The model could not be loaded", link.why],
    locked: ["This server requires a key", "Make one on the server with praxino keys add NAME."],
  }[link.state];
  return el("div", { class: "words" }, el("h2", {}, title), el("p", { class: "soft" }, text),
    link.state === "locked" && el("button", { type: "button", class: "primary", onclick: () => askKey(false) }, "Enter a key"));
}

export const model = () => link.models.find(m => m.id === state.model) ?? link.models[0];
export const canLive = () => Boolean(model()?.capabilities.live);

function become(now, why = "") {
  const before = link.state;
  if (before === now && link.why === why) return;
  link.state = now;
  link.why = why;
  const light = $("link");
  light.dataset.state = LIGHTS[now];
  light.lastElementChild.textContent = WORDS[now];
  light.title = WORDS[now];
  const banner = $("banner");
  clearTimeout(banner.timer);
  banner.dataset.kind = now === "ready" ? "good" : "bad";
  if (now === "lost") {
    banner.textContent = "Connection to the server lost. Trying again. Your prompt and settings are kept, and jobs continue.";
    banner.hidden = false;
  } else if (now === "failed") {
    banner.textContent = "The model could not be loaded: " + why;
    banner.hidden = false;
  } else if (before === "lost" && now === "ready") {
    banner.textContent = "Connected again.";
    banner.hidden = false;
    banner.timer = setTimeout(() => { banner.hidden = true; }, 3000);
  } else {
    banner.hidden = true;
  }
  tell("link", now);
  if (before === "lost" && now === "ready") tell("back");
}

/** Looks now, and again after a while: often while something is amiss, seldom otherwise. */
export async function look() {
  clearTimeout(timer);
  const answer = await api.ready();
  if (answer === null) {
    become(was ? "lost" : "connecting");
    pause = Math.min(8000, pause * 1.5);
  } else if (answer === "ready") {
    pause = 5000;
    was = true;
    if (link.state !== "ready" && link.state !== "locked") await meet();
  } else if (answer.startsWith("failed")) {
    become("failed", answer.replace("failed: ", ""));
    pause = 5000;
  } else {
    become("loading");
    pause = 1000;
  }
  timer = setTimeout(look, pause);
}

async function meet() {
  try {
    link.models = await api.models();
  } catch (e) {
    if (e.status === 401 || e.status === 403) become("locked");
    return;
  }
  if (!link.models.some(m => m.id === state.model)) {
    state.model = link.models[0]?.id ?? "";
    keep();
  }
  const select = $("model");
  select.replaceChildren(...link.models.map(m => el("option", { value: m.id, selected: m.id === state.model }, m.id)));
  select.disabled = link.models.length < 2;
  become("ready");
  tell("model");
}

export function start() {
  $("model").onchange = e => {
    state.model = e.target.value;
    keep();
    tell("model");
  };
  on("offline", () => {
    if (link.state === "ready") {
      become("lost");
      pause = 700;
      clearTimeout(timer);
      timer = setTimeout(look, pause);
    }
  });
  on("key-needed", askKey);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  look();
}

export function askKey(wrong) {
  if ($("dialog").open) return;
  const field = el("input", { id: "key", type: "password", required: true, autocomplete: "off", placeholder: "pxk_…" });
  const form = el("form", { method: "dialog" },
    el("h2", {}, "This server requires a key"),
    el("p", { class: "soft" }, wrong ? "That key was not accepted. " : "", "Make one on the server with praxino keys add NAME. It is kept in this tab only."),
    el("label", { class: "unseen", htmlFor: "key" }, "Key"), field,
    el("div", { class: "end" }, el("button", { class: "primary" }, "Open the studio")));
  form.onsubmit = () => {
    api.setKey(field.value.trim());
    link.state = "connecting";
    setTimeout(look);
  };
  dialog("Key", form);
}
