// Puts the page together.
import * as composer from "./composer.js";
import { controls } from "./controls.js";
import { $, dialog, el, setIcon } from "./dom.js";
import * as gallery from "./gallery.js";
import * as given from "./given.js";
import * as jobs from "./jobs.js";
import * as changes from "./changes.js";
import * as inputs from "./inputs.js";
import * as link from "./link.js";
import * as live from "./live.js";
import * as readings from "./readings.js";
import * as snapshots from "./snapshots.js";
import * as stage from "./stage.js";
import * as timeline from "./timeline.js";
import * as view from "./view.js";
import { keep, on, state, tell } from "./state.js";

function theme() {
  const root = document.documentElement;
  const dark = () => state.theme ? state.theme === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  const show = () => {
    if (state.theme) root.dataset.theme = state.theme; else delete root.dataset.theme;
    setIcon($("theme"), dark() ? "sun" : "moon", dark() ? "Light colours" : "Dark colours");
  };
  $("theme").onclick = () => { state.theme = dark() ? "light" : "dark"; keep(); show(); };
  matchMedia("(prefers-color-scheme: light)").onchange = show;
  show();
}

function side() {
  const fields = el("div");
  const settings = el("section", { class: "card", "aria-labelledby": "settings-title" },
    el("header", {}, el("h3", { id: "settings-title" }, "Settings")), fields);
  const draw = () => {
    const model = link.model();
    settings.hidden = !model || state.mode !== "clip";
    if (model) fields.replaceChildren(controls(model));
    waiting.hidden = Boolean(model);
  };
  const waiting = el("section", { class: "card open" }, el("p", { class: "soft" }, "Settings appear when the model is ready."));
  on("model", draw);
  on("mode", draw);
  on("settings-redraw", draw);
  draw();
  const panels = new Map([["First frame", given.card()], ["Video input", inputs.card()], ["Stream", changes.card()], ["Settings", settings],
    ["Timeline", $("timeline")], ["Snapshot", snapshots.card()]]);
  $("side").replaceChildren(tabs(panels), waiting, ...panels.values());
}

/** Where the window is narrow, one panel at a time. */
function tabs(panels) {
  const box = el("div", { class: "tabs", role: "group", "aria-label": "Panels" });
  let open = "";
  const draw = () => {
    const there = [...panels].filter(([, panel]) => !panel.hidden);
    if (!there.some(([name]) => name === open)) open = there[0]?.[0] ?? "";
    panels.forEach((panel, name) => panel.classList.toggle("open", name === open));
    box.replaceChildren(...there.map(([name]) => el("button", { type: "button", "aria-pressed": String(name === open), onclick: () => { open = name; draw(); } }, name)));
  };
  const watch = new MutationObserver(draw);
  panels.forEach(panel => watch.observe(panel, { attributes: true, attributeFilter: ["hidden"] }));
  draw();
  return box;
}

function modes() {
  const buttons = [...$("modes").children];
  const set = mode => {
    state.mode = mode;
    keep();
    draw();
    tell("mode", mode);
  };
  const draw = () => {
    buttons.forEach(b => {
      b.setAttribute("aria-checked", String(b.dataset.mode === state.mode));
      b.tabIndex = b.dataset.mode === state.mode ? 0 : -1;
    });
  };
  const choose = mode => {
    state.chosen = true;
    set(mode);
  };
  buttons.forEach(b => {
    b.onclick = () => choose(b.dataset.mode);
    b.onkeydown = e => {
      if (!["ArrowLeft", "ArrowRight"].includes(e.key)) return;
      const next = buttons.find(o => o !== b);
      next.focus();
      choose(next.dataset.mode);
    };
  });
  on("want-mode", set);
  on("model", () => {
    const mode = link.canLive() ? "live" : "clip";
    if (!state.chosen && state.mode !== mode) set(mode);
  });
  draw();
}

const KEYS = [
  ["Enter", "generate, or send the prompt"], ["/", "go to the prompt"], ["1 … 9", "quick prompts"], ["Space", "play, pause"],
  [", .", "one frame back, forward"], ["L", "lock the seed"], ["C", "compare two seeds"], ["F", "full screen"], ["[ ]", "live: four blocks back, forward"], ["R", "live: save the last seconds"], ["K", "live: fork"], ["?", "this list"],
];

function shortcuts() {
  setIcon($("keys"), "keyboard", "Keyboard shortcuts");
  const help = () => dialog("Keyboard shortcuts", el("div", { class: "stack" }, el("h2", {}, "Keyboard"),
    el("dl", { class: "shortcuts" }, ...KEYS.flatMap(([key, does]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)])),
    el("label", { class: "check" }, el("input", { type: "checkbox", id: "shortcuts-on", checked: state.shortcuts, onchange: e => { state.shortcuts = e.target.checked; keep(); } }),
      el("span", {}, "Use single-key shortcuts")),
    el("div", { class: "end" }, el("button", { type: "button", class: "primary", onclick: () => $("dialog").close() }, "Close"))));
  $("keys").onclick = help;
  addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || $("dialog").open || !state.shortcuts) return;
    const in_ = e.target;
    if (in_.matches?.("input:not([type=range]):not([type=checkbox]), textarea, select")) {
      if (e.key === "Escape") in_.blur();
      return;
    }
    const quick = /^[1-9]$/.test(e.key) ? link.quickPrompts()[Number(e.key) - 1] : null;
    if (quick) tell("say", quick);
    else if (e.key === "/") $("prompt").focus();
    else if (e.key === "?") help();
    else if (e.key === " " && !in_.matches?.("button, a, summary")) tell("toggle");
    else if (e.key === "," || e.key === ".") tell("step", e.key === "," ? -1 : 1);
    else if (e.key === "l" || e.key === "L") $("seed-lock").click();
    else if (e.key === "c" || e.key === "C") $("seed-compare").click();
    else if (e.key === "f" || e.key === "F") tell("full");
    else if (["r", "k", "[", "]"].includes(e.key.toLowerCase())) tell("key", e.key.toLowerCase());
    else return;
    e.preventDefault();
  });
}

theme();
view.start();
modes();
side();
given.start();
stage.start();
live.start();
gallery.start();
composer.start();
jobs.start();
readings.start();
timeline.start();
shortcuts();
on("toggle", () => { if (state.mode === "clip") stage.toggle(); });
on("step", n => { if (state.mode === "clip") stage.step(n); });
link.start();
document.documentElement.dataset.ready = "yes";
