// The picture that a clip or a stream begins with: chosen, dropped anywhere, or pasted.
import { el, iconButton, toast } from "./dom.js";
import { canLive, model } from "./link.js";
import { on, tell } from "./state.js";

const LARGEST = 20 * 2 ** 20;

/** The picture, or null. */
export const given = { file: null, url: "" };

async function readable(file) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

export async function give(file) {
  if (file && !file.type.startsWith("image/")) return toast("The first frame must be a picture; this file is " + (file.type || "of another kind") + ".", "bad");
  if (file && file.size > LARGEST) return toast("That picture is larger than 20 MB.", "bad");
  if (file && !await readable(file)) return toast(`“${file.name}” is not a picture that this browser can read.`, "bad");
  if (given.url) URL.revokeObjectURL(given.url);
  given.file = file;
  given.url = file ? URL.createObjectURL(file) : "";
  tell("given");
}

/** The picture as a stream takes it: a data URL of moderate size. */
export async function picture(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1024 / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", 0.92);
}

export const mayBegin = () => Boolean(model()?.capabilities.first_frame);

export function card() {
  const box = el("section", { class: "card", "aria-labelledby": "given-title" });
  const pick = el("input", { type: "file", accept: "image/*", hidden: true, onchange: () => { if (pick.files[0]) give(pick.files[0]); pick.value = ""; } });
  let streaming = false;
  const draw = () => {
    box.hidden = !mayBegin() && !canLive();
    const title = el("header", {}, el("h3", { id: "given-title" }, "First frame"), el("span", { class: "gap" }),
      given.file && iconButton("close", "Remove the first frame", () => give(null)));
    if (given.file) {
      box.replaceChildren(title, el("div", { class: "given" }, el("img", { src: given.url, alt: "The first frame" }),
        el("div", {}, el("p", {}, given.file.name || "Pasted picture"), el("small", {}, "Cropped and scaled to " + model().capabilities.sizes[0] + "."))),
        ...(streaming ? [el("button", { type: "button", onclick: () => tell("scene") }, "Start a new scene with it")] : []), pick);
    } else {
      box.replaceChildren(title, el("button", { type: "button", class: "drop", onclick: () => pick.click() },
        el("span", {}, "Drop, paste or choose a picture"), el("small", {}, "The video starts with it.")), pick);
    }
  };
  on("live-state", yes => {
    if (yes === streaming) return;
    streaming = yes;
    draw();
  });
  on("given", draw);
  on("model", draw);
  draw();
  return box;
}

/** Pictures may be dropped anywhere and pasted at any time. */
export function start() {
  const over = yes => document.querySelectorAll(".drop").forEach(d => d.classList.toggle("over", yes));
  addEventListener("dragover", e => { if (e.dataTransfer.types.includes("Files")) { e.preventDefault(); over(true); } });
  addEventListener("dragleave", e => { if (!e.relatedTarget) over(false); });
  addEventListener("drop", e => {
    over(false);
    const file = e.dataTransfer.files[0];
    if (!file) return;
    e.preventDefault();
    receive(file);
  });
  addEventListener("paste", e => {
    const file = [...e.clipboardData.files].find(f => f.type.startsWith("image/"));
    if (file) receive(file);
  });
}

function receive(file) {
  if (file.type === "application/json" || file.name.endsWith(".json")) return tell("timeline-file", file);
  if (file.name.endsWith(".safetensors")) return tell("snapshot-file", file);
  if (file.type.startsWith("video/")) return tell("video-file", file);
  if (!mayBegin()) return toast("This model cannot begin with a picture.", "bad");
  give(file);
}
