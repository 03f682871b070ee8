// Transition of a new prompt, buffer and drift: the settings of live mode, drawn like those of clips.
import { el } from "./dom.js";
import { keep, on, state } from "./state.js";

const KINDS = [["cut", "Cut"], ["recache", "Hard cut"], ["linear", "Crossfade"], ["spherical", "Crossfade (spherical)"]];

state.live ??= {};
const own = () => ({ kind: "recache", blend: 1.5, buffer: 300, reanchor: false, ...state.live });
const set = (name, value) => { state.live = { ...own(), [name]: value }; keep(); };

export const kinds = KINDS;
export const asTransition = (kind, seconds) => kind === "linear" || kind === "spherical" ? { blend: seconds, path: kind } : kind;

export const changes = { transition: () => asTransition(own().kind, own().blend) };

export function card() {
  const box = el("section", { class: "card", "aria-labelledby": "changes-title" });
  const draw = () => {
    box.hidden = state.mode !== "live";
    const blends = ["linear", "spherical"].includes(own().kind);
    const seconds = slider("blend-seconds", "Crossfade time", own().blend, 0.3, 6, 0.1, v => v.toFixed(1) + " s", v => set("blend", v));
    seconds.hidden = !blends;
    box.replaceChildren(
      el("header", {}, el("h3", { id: "changes-title" }, "Stream")),
      el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: "kind" }, "Transition")),
        el("select", { id: "kind", onchange: e => { set("kind", e.target.value); draw(); } },
          ...KINDS.map(([value, text]) => el("option", { value, selected: value === own().kind }, text)))),
      seconds,
      slider("buffer", "Buffer", own().buffer, 50, 900, 50, v => v + " ms", v => set("buffer", v), "Higher is smoother, lower responds faster. For the next stream."),
      el("label", { class: "check" }, el("input", { type: "checkbox", checked: own().reanchor, onchange: e => set("reanchor", e.target.checked) }),
        el("span", {}, "Correct drift ", el("small", {}, "(from the next stream)"))));
  };
  on("mode", draw);
  draw();
  return box;
}

function slider(id, title, value, min, max, step, text, change, note) {
  const say = el("span", { class: "num own" }, text(value));
  return el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: id }, title), say),
    el("input", { id, type: "range", min, max, step, value,
      oninput: e => { say.textContent = text(Number(e.target.value)); }, onchange: e => change(Number(e.target.value)) }),
    note && el("small", {}, note));
}
