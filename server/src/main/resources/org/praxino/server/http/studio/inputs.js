// Webcam, screen or a file as what the stream follows, picture by picture.
import { el, iconButton, toast } from "./dom.js";
import { canLive, model } from "./link.js";
import { begin, live } from "./live.js";
import { keep, on, state, tell } from "./state.js";

const QUALITY = 0.9;

let source = null;             // {kind, stream, url, video, screen, timer, sent}
const video = el("video", { muted: true, playsInline: true });

const strength = () => state.live?.strength ?? 0.6;

export function card() {
  const box = el("section", { class: "card", "aria-labelledby": "inputs-title" });
  const pick = el("input", { type: "file", accept: "video/*", hidden: true, onchange: () => { if (pick.files[0]) file(pick.files[0]); pick.value = ""; } });
  const draw = () => {
    box.hidden = state.mode !== "live" || !canLive();
    const say = el("span", { class: "num own" }, strength().toFixed(2));
    const slide = el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: "strength" }, "Strength"), say),
      el("input", { id: "strength", type: "range", min: 0.05, max: 1, step: 0.05, value: strength(),
        oninput: e => { say.textContent = Number(e.target.value).toFixed(2); },
        onchange: e => {
          state.live = { ...state.live, strength: Number(e.target.value) };
          keep();
          source?.screen?.session.send("session.update", { strength: strength(), apply: "next" });
        } }),
      el("small", {}, "0 keeps your video, 1 replaces it."));
    box.replaceChildren(el("header", {}, el("h3", { id: "inputs-title" }, "Video input"), el("span", { class: "gap" }),
      source && iconButton("close", "Stop video input", stop)),
    source ? el("div", { class: "given" }, video, el("p", {}, source.kind))
      : el("div", { class: "row" },
        el("button", { type: "button", onclick: webcam }, "Webcam"), el("button", { type: "button", onclick: screen }, "Screen"),
        el("button", { type: "button", onclick: () => pick.click() }, "File")),
    slide, pick);
  };
  on("mode", draw);
  on("model", draw);
  on("source", draw);
  on("video-file", f => { if (canLive()) file(f); else toast("This model cannot follow a video.", "bad"); });
  on("live", ({ screen: s, type }) => { if (type === "link" && source?.screen === s && !s.accepts) stop(); });
  draw();
  return box;
}

async function webcam() {
  await open("Webcam", () => navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, facingMode: "user" } }));
}

async function screen() {
  await open("Screen", () => {
    const controller = "CaptureController" in window ? new CaptureController() : undefined;
    controller?.setFocusBehavior("no-focus-change"); // a tab that is shared would come to the front, and the stream stand still behind it
    return navigator.mediaDevices.getDisplayMedia({ controller, video: { frameRate: model().capabilities.fps } });
  });
}

async function open(kind, ask) {
  if (!navigator.mediaDevices) return toast("Browsers allow cameras and screens only on this computer or over https.", "bad");
  try {
    const stream = await ask();
    video.srcObject = stream;
    stream.getVideoTracks()[0].onended = stop;
    await run({ kind, stream });
  } catch (e) {
    toast(e.name === "NotAllowedError" ? kind + " was not allowed." : e.name === "NotFoundError" ? "There is no " + kind.toLowerCase() + " here." : kind + ": " + e.message, "bad");
  }
}

async function file(f) {
  stop();
  const url = URL.createObjectURL(f);
  video.srcObject = null;
  video.src = url;
  await run({ kind: f.name, url });
}

async function run(what) {
  const prompt = document.getElementById("prompt").value.trim();
  if (!prompt) {
    release(what);
    document.getElementById("prompt").focus();
    return toast("Write a prompt first.");
  }
  try {
    await video.play();
    if (what.url) {            // nothing of it is lost while the stream opens
      video.pause();
      video.currentTime = 0;
    }
  } catch (e) {
    release(what);
    return toast("This browser cannot play it: " + e.message, "bad");
  }
  if (!await begin({ prompt, input: { strength: strength() } })) return release(what);
  source = { ...what, screen: live.screens[0], sent: 0 };
  const [width, height] = model().capabilities.sizes[0].split("x").map(Number);
  const canvas = new OffscreenCanvas(width, height);
  source.timer = setInterval(() => frame(canvas), 1000 / model().capabilities.fps);
  tell("source");
}

/** Cuts the middle out in the model's shape and sends it. A file waits when it is a second ahead of what came back. */
async function frame(canvas) {
  const s = source;
  if (!s || !["running", "ended"].includes(s.screen.session.state) || !video.videoWidth) return;
  const received = (s.screen.player.current?.frame ?? -1) + 1;
  const ahead = s.sent - received >= model().capabilities.fps;
  if (s.url) {
    if (video.ended) {
      halt();
      await s.work;            // the last picture may still be on its way
      return s.screen.session.send("input.end");
    }
    if (ahead) return video.pause();
    if (video.paused) video.play().catch(() => {});
  }
  const scale = Math.max(canvas.width / video.videoWidth, canvas.height / video.videoHeight);
  const w = canvas.width / scale;
  const h = canvas.height / scale;
  canvas.getContext("2d").drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, 0, 0, canvas.width, canvas.height);
  s.sent++;
  const coded = canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  s.work = Promise.all([coded, s.work]).then(async ([blob]) => s.screen.session.input(await blob.arrayBuffer()));
}

function halt() {
  clearInterval(source?.timer);
}

function release({ stream, url }) {
  stream?.getTracks().forEach(t => t.stop());
  if (url) URL.revokeObjectURL(url);
  video.srcObject = null;
  video.removeAttribute("src");
}

function stop() {
  if (!source) return;
  const s = source;
  source = null;
  clearInterval(s.timer);
  release(s);
  if (s.screen?.running) s.screen.session.send("input.end");
  tell("source");
}
