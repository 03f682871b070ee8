// Prompts to choose from: quick ones, those that complete what is typed, and those of before.
import { $, dialog, el, iconButton } from "./dom.js";
import { best, quickPrompts } from "./link.js";
import { keep, state, tell } from "./state.js";

const KEPT = 50;

let back = 0;                  // how far back in the history the box is

/** Arrow up at the very beginning of the box brings earlier prompts, arrow down at its end later ones. */
export function recall(e, write) {
  const { value, selectionStart: from, selectionEnd: to } = e.target;
  const up = e.key === "ArrowUp";
  if (from !== to || from !== (up ? 0 : value.length) && !(up && back && from === value.length)) return;
  const next = Math.max(0, Math.min(state.history.length, back + (up ? 1 : -1)));
  if (next === back) return;
  e.preventDefault();
  back = next;
  write(next ? state.history.at(-next) : "");
}

/** A prompt was sent. */
export function remember(prompt) {
  state.history = [...state.history.filter(p => p !== prompt), prompt].slice(-KEPT);
  back = 0;
  keep();
}

/** The row above the prompt: what completes it, else the quick prompts. */
export function quick() {
  const box = $("quick");
  const found = completions();
  if (found.length) {
    return box.replaceChildren(...found.map(text => el("button", { type: "button", class: "chip", onclick: () => tell("say", text) }, el("span", {}, text))));
  }
  box.replaceChildren(...quickPrompts().map((text, i) =>
    el("button", { type: "button", class: "chip", "aria-keyshortcuts": String(i + 1), onclick: () => tell("say", text) },
      el("kbd", { "aria-hidden": "true" }, String(i + 1)), el("span", {}, text))),
    iconButton("edit", "Edit the quick prompts", editQuick));
}

/** What the model draws well among prompts that hold every word typed so far; none while the box is empty or holds one of them whole. */
function completions() {
  const typed = $("prompt").value.trim().toLowerCase();
  if (document.activeElement !== $("prompt") || typed.length < 2) return [];
  const words = typed.split(/\s+/);
  const all = best().map(e => e.prompt).filter(p => words.every(w => p.toLowerCase().split(/\s+/).some(x => x.startsWith(w))));
  return all.some(p => p.toLowerCase() === typed) ? [] : all.slice(0, 6);
}

function editQuick() {
  const area = el("textarea", { id: "quick-lines", rows: 9, value: quickPrompts().join("\n"), spellcheck: true });
  const form = el("form", { method: "dialog" },
    el("h2", {}, "Quick prompts"),
    el("label", { class: "soft", htmlFor: "quick-lines" }, "One prompt per line. The first nine are on the keys 1 to 9."), area,
    el("div", { class: "end" }, el("button", { type: "button", onclick: () => $("dialog").close() }, "Cancel"), el("button", { class: "primary" }, "Save")));
  form.onsubmit = () => {
    const lines = area.value.split("\n").map(l => l.trim()).filter(Boolean).slice(0, 9);
    state.quick = lines.length ? lines : null;
    keep();
    quick();
  };
  dialog("Quick prompts", form);
}
