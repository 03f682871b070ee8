// The stage while streaming.
import { $, el } from "./dom.js";
import { canLive, link, model } from "./link.js";
import { readings } from "./readings.js";
import { on, state, tell } from "./state.js";

export function start() {
  on("mode", draw);
  on("link", draw);
  on("model", draw);
  draw();
}

function draw() {
  if (state.mode !== "live") return;
  readings([]);
  tell("stage", []);
  $("transport").replaceChildren();
  const [title, text] = link.state !== "ready" ? ["Waiting for the server", "One moment."]
    : canLive() ? ["Live sessions are to come", "The server does not offer them yet."]
    : ["This model makes clips, it does not stream", `Live pictures take a model with a causal student, and ${model().id} has none. Prompts become clips in the other mode.`];
  $("screens").replaceChildren(el("div", { class: "screen" }, el("div", { class: "words" }, el("h2", {}, title), el("p", { class: "soft" }, text),
    el("button", { type: "button", class: "primary", onclick: () => tell("want-mode", "clip") }, "Make clips"))));
}
