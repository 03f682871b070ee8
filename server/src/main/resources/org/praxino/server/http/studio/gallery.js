// The clips as cards, with search; the queue above them.
import * as api from "./api.js";
import { $, el, iconButton, seconds, toast } from "./dom.js";
import { nameOf, saveFile } from "./files.js";
import { link, model } from "./link.js";
import * as jobs from "./jobs.js";
import { on, tell } from "./state.js";

const cards = new Map();
const rows = new Map();
let shown = [];
const seen = new IntersectionObserver(entries => entries.forEach(e => {
  if (!e.isIntersecting) return;
  seen.unobserve(e.target);
  api.address(e.target.dataset.id, "thumbnail").then(url => { e.target.src = url; }).catch(() => {});
}), { rootMargin: "300px" });

export function start() {
  on("videos", () => requestAnimationFrame(draw));
  on("stage", ids => {
    shown = ids;
    cards.forEach((card, id) => { card.node.dataset.on = String(ids.includes(id)); });
  });
  on("link", () => draw());
  $("search").oninput = async () => {
    draw();
    while ($("search").value && jobs.book.more && link.state === "ready") {
      try {
        await jobs.more();
      } catch (e) {
        return toast(e.message, "bad");
      }
    }
  };
  draw();
}

function matches(v, words) {
  const text = `${v.prompt} ${v.negative_prompt ?? ""} ${v.seed} ${v.model} ${v.id} ${v.status} ${v.format}`.toLowerCase();
  return words.every(w => text.includes(w));
}

function draw() {
  const all = jobs.list();
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const waiting = all.filter(jobs.active).toReversed();
  const rest = all.filter(v => !jobs.active(v) && matches(v, words));
  drawQueue(waiting);
  const gallery = $("gallery");
  const ended = all.length - waiting.length;
  $("count").textContent = !jobs.book.loaded ? "" : words.length ? `${rest.length} of ${ended}` : ended ? String(ended) + (jobs.book.more ? "+" : "") : "";
  const nodes = rest.map(card);
  if (nodes.length === 0) nodes.push(nothing(words.length > 0));
  gallery.querySelectorAll(".nothing").forEach(n => n.remove());
  nodes.forEach((node, i) => { if (gallery.children[i] !== node) gallery.insertBefore(node, gallery.children[i] ?? null); });
  while (gallery.children.length > nodes.length) gallery.lastChild.remove();
  const living = new Set(all.map(v => v.id));
  for (const id of cards.keys()) if (!living.has(id)) cards.delete(id);
  $("more").replaceChildren(...(jobs.book.more && !words.length
    ? [el("button", { type: "button", onclick: () => jobs.more().catch(e => toast(e.message, "bad")) }, "Show older clips")] : []));
}

function nothing(searched) {
  const text = jobs.book.problem ? "The clips cannot be shown: " + jobs.book.problem
    : !jobs.book.loaded ? "Loading clips…"
    : searched ? "No clip matches." : "No clips yet. Clips are kept here, also after you close the page.";
  return el("li", { class: "nothing" }, text);
}

function drawQueue(waiting) {
  const queue = $("queue");
  queue.hidden = waiting.length === 0;
  const nodes = waiting.map(v => {
    let row = rows.get(v.id);
    if (!row) {
      const bar = el("i");
      const progress = el("div", { class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": v.prompt }, bar);
      const note = el("span", { class: "note num" });
      const what = el("button", { type: "button", class: "plain what", onclick: () => tell("show", [v.id]) }, v.prompt);
      const stop = iconButton("close", "Cancel", () => api.cancel(v.id).then(jobs.put).catch(e => toast(e.message, "bad")));
      row = { node: el("li", {}, what, progress, note, stop), bar, progress, note, stop };
      rows.set(v.id, row);
    }
    row.bar.style.width = v.progress + "%";
    row.progress.setAttribute("aria-valuenow", v.progress);
    row.stop.disabled = v.stage === "cancelling";
    row.note.textContent = standing(v);
    return row.node;
  });
  nodes.forEach((node, i) => { if (queue.children[i] !== node) queue.insertBefore(node, queue.children[i] ?? null); });
  while (queue.children.length > nodes.length) queue.lastChild.remove();
  for (const id of rows.keys()) if (!waiting.some(v => v.id === id)) rows.delete(id);
}

export function standing(v) {
  if (v.stage === "cancelling") return "stopping";
  if (v.status === "queued") {
    const wait = v.estimated_wait_seconds;
    return (v.queue_position ? "no. " + v.queue_position : "waiting") + (wait ? ", in " + seconds(wait) : "");
  }
  return v.progress + " %";
}

function card(v) {
  let c = cards.get(v.id);
  if (c && c.status === v.status) return c.node;
  const ended = v.status === "completed" ? "" : v.status === "failed" ? v.error?.message ?? "Failed" : "Cancelled";
  const see = el("button", { type: "button", class: "see", "aria-label": (ended ? ended + ". " : "") + "Show: " + v.prompt, onclick: () => tell("show", [v.id]) });
  if (v.status === "completed") {
    const img = el("img", { alt: "", "data-id": v.id });
    see.append(img);
    seen.observe(img);
    stirs(see, v);
  } else {
    see.append(el("p", { class: v.status === "failed" ? "" : "calm" }, ended));
  }
  const length = v.num_frames === 1 ? "picture" : v.duration_seconds.toFixed(1) + " s";
  const node = el("li", { class: "clip", "data-on": String(shown.includes(v.id)) }, see,
    el("div", { class: "say" }, el("p", { title: v.prompt }, v.prompt), el("small", { title: v.model }, `${length} · seed ${v.seed}`)),
    el("div", { class: "do" }, ...deeds(v)));
  c = { node, status: v.status };
  cards.set(v.id, c);
  return node;
}

/** Plays in its card while the pointer or the focus is on it. */
function stirs(see, v) {
  if (!["mp4", "webm"].includes(v.format) || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const go = async () => {
    if (see.querySelector("video")) return;
    const video = el("video", { muted: true, loop: true, playsInline: true, autoplay: true, tabIndex: -1 });
    see.append(video);
    try {
      video.src = await api.address(v.id);
    } catch {
      video.remove();
    }
  };
  const halt = () => see.querySelector("video")?.remove();
  see.addEventListener("pointerenter", e => { if (e.pointerType === "mouse") go(); });
  see.addEventListener("pointerleave", halt);
  see.addEventListener("focus", () => { if (see.matches(":focus-visible")) go(); });
  see.addEventListener("blur", halt);
}

function deeds(v) {
  const of = " “" + v.prompt.slice(0, 40) + "”";
  const list = [iconButton("reuse", "Reuse prompt and settings" + of, () => tell("reuse", v))];
  if (v.status === "completed") {
    list.push(iconButton("compare", "Compare with the clip on the stage" + of, () => tell("beside", v.id)));
    const tasks = model()?.capabilities.tasks ?? [];
    if (v.task !== "image" && tasks.includes("extend")) {
      list.push(iconButton("extend", "Extend" + of, () => tell("extend", v)));
      list.push(iconButton("remake", "Remix from its first frame" + of, () => tell("edit", v)));
    }
    list.push(download(v, of));
  }
  const bin = iconButton("bin", "Delete" + of, () => {
    if (bin.classList.contains("sure")) {
      bin.disabled = true;
      jobs.remove(v.id).catch(e => { bin.disabled = false; toast(e.message, "bad"); });
      return;
    }
    const picture = bin.firstChild;
    bin.classList.add("sure");
    const name = bin.getAttribute("aria-label");
    bin.replaceChildren("Delete?");
    bin.setAttribute("aria-label", "Delete? Press again to delete" + of);
    setTimeout(() => { bin.classList.remove("sure"); bin.replaceChildren(picture); bin.setAttribute("aria-label", name); }, 3000);
  });
  list.push(bin);
  return list;
}

export function download(v, of = "") {
  return iconButton("save", `Download ${v.format.toUpperCase()}` + of, async () => {
    try {
      saveFile(await api.file(v.id), nameOf(v.prompt, v.seed, v.format));
    } catch (e) {
      toast(e.message, "bad");
    }
  });
}
