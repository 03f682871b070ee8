// Going on with a snapshot that was saved as a file.
import * as api from "./api.js";
import { el, toast } from "./dom.js";
import { canLive } from "./link.js";
import { begin, running } from "./live.js";
import { on, state } from "./state.js";

export function card() {
  const box = el("section", { class: "card", "aria-labelledby": "snapshots-title" });
  const pick = el("input", { id: "snapshot-file", type: "file", accept: ".safetensors", hidden: true, onchange: () => { if (pick.files[0]) goOn(pick.files[0]); pick.value = ""; } });
  const words = el("small", {});
  box.append(el("header", {}, el("h3", { id: "snapshots-title" }, "Resume a snapshot")),
    el("div", { class: "row" }, el("button", { type: "button", onclick: () => pick.click() }, "Open a snapshot")), words, pick);
  const draw = () => {
    box.hidden = state.mode !== "live" || !canLive();
    words.textContent = running() ? "Continues a saved stream. The running stream ends." : "Continues a saved stream where it was.";
  };
  ["mode", "model", "live-state"].forEach(news => on(news, draw));
  on("snapshot-file", file => { if (canLive()) goOn(file); else toast("This model does not stream.", "bad"); });
  draw();
  return box;
}

async function goOn(file) {
  try {
    const kept = await api.keepSnapshot(file);
    await begin({ snapshot: kept.id });
  } catch (e) {
    if (e.status !== 401) toast(e.message, "bad");
  }
}
