// The meters beneath the picture, and the server's memory for one of them.
import * as api from "./api.js";
import { $, bytes, el } from "./dom.js";
import { link } from "./link.js";
import { tell } from "./state.js";

const cells = new Map();

/** @param list rows of name, value, and what a longer look tells; a fourth entry "good" or "bad" gives it a colour */
export function readings(list) {
  const box = $("readings");
  box.hidden = list.length === 0;
  const names = list.map(r => r[0]).join("|");
  if (box.dataset.names !== names) {
    cells.clear();
    box.replaceChildren(...list.map(([name]) => {
      const dd = el("dd");
      const cell = el("div", {}, el("dt", {}, name), dd);
      cells.set(name, { cell, dd });
      return cell;
    }));
    box.dataset.names = names;
  }
  for (const [name, value, title, tone] of list) {
    const { cell, dd } = cells.get(name);
    if (dd.textContent !== value) dd.textContent = value;
    cell.title = title ?? "";
    cell.dataset.tone = tone ?? "";
  }
}

let may = true;

async function memory() {
  if (!may || document.hidden || link.state !== "ready") return;
  try {
    const all = await api.numbers();
    const resident = Object.entries(all).find(([name]) => name.startsWith("praxino_device_memory_bytes") && name.includes("resident"));
    if (resident) tell("memory", bytes(resident[1]));
  } catch (e) {
    if (e.status === 403) may = false; // a key without the scope admin sees no such numbers
  }
}

export function start() {
  setInterval(memory, 4000);
  setTimeout(memory, 1200);
}
