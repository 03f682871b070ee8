// What stands beneath a live picture: pause, the past to drag through, fork, keep, end.
import * as api from "./api.js";
import { $, dialog, el, iconButton, setIcon, toast } from "./dom.js";
import { end, live, only, pause } from "./live.js";
import { keep, on, state, tell } from "./state.js";

const parts = {};
let dragging = false;

const target = () => live.target ?? live.screens[0];

export function transport({ screens }) {
  const box = $("transport");
  const s = target();
  const alive = screens.some(x => x.running);
  const follows = Boolean(s.session.info?.follows_input);
  if (!parts.play) build();
  const paused = s.session.state === "paused";
  setIcon(parts.play, paused ? "play" : "pause", paused ? "Go on" : "Pause");
  parts.play.disabled = !["running", "paused"].includes(s.session.state);
  parts.past.disabled = !alive || follows;
  parts.fork.hidden = !alive || follows || screens.length > 1;
  parts.snapshot.hidden = !alive || follows;
  parts.save.disabled = !s.session.info;
  parts.length.textContent = `Save ${state.keep} s`;
  parts.stop.hidden = !alive;
  parts.keepOne.hidden = screens.length < 2;
  parts.aim.hidden = screens.length < 2;
  parts.aim.textContent = !live.target ? "prompts go to both" : live.target === screens[0] ? "prompts go left" : "prompts go right";
  const list = [parts.play, parts.past, parts.count, parts.aim, parts.keepOne, parts.fork, parts.snapshot, parts.save, parts.stop];
  if (box.firstChild !== parts.play) box.replaceChildren(...list);
  follow(s);
}

function build() {
  parts.play = iconButton("pause", "Pause", pause);
  parts.past = el("input", { type: "range", min: 0, max: 1, step: 1, value: 1, "aria-label": "Rewind: drag through the past" });
  parts.past.oninput = () => {
    dragging = true;
    live.screens.forEach(s => s.preview(Number(parts.past.value)));
  };
  parts.past.onchange = () => {
    dragging = false;
    live.screens.forEach(s => {
      if (s.running) s.session.send("session.rewind", { block: Number(parts.past.value) });
      setTimeout(() => s.preview(null), 700);
    });
  };
  parts.count = el("span", { class: "num" });
  parts.aim = el("span", { class: "soft aim" });
  parts.keepOne = iconButton("close", "Keep only the chosen one", () => only(target()));
  parts.fork = iconButton("fork", "Fork: a second stream that goes on from here", () => target().session.send("session.fork"));
  parts.snapshot = iconButton("film", "Keep a snapshot that can be gone on with", () => target().session.send("session.snapshot"));
  parts.save = el("button", { type: "button", class: "rec", title: "Recording is always on: save the last seconds", onclick: saveDialog }, el("i"), parts.length = el("span"));
  parts.stop = iconButton("stop", "End the stream", end);
}

function follow(s) {
  const now = s.player.current;
  if (!now) return;
  if (!dragging) {
    parts.past.max = Math.max(1, s.newest);
    parts.past.value = now.block;
  }
  parts.past.setAttribute("aria-valuetext", `block ${parts.past.value} of ${s.newest}`);
  const t = now.seconds;
  parts.count.textContent = `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, "0")}`;
}

on("live-shown", s => { if (state.mode === "live" && s === target() && parts.play) follow(s); });
on("live", ({ screen, type, message }) => {
  if (type === "snapshot.ready") kept(message);
  else if (type === "session.rewound") screen.preview(null);
  else if (type === "error" || type === "update.rejected") screen.preview(null);
});

async function kept(message) {
  try {
    download(await api.snapshot(message.snapshot), message.snapshot + ".safetensors");
    toast("The snapshot was saved. Open it here, or with praxino stream --resume FILE, to go on with it.");
  } catch (e) {
    toast(e.message, "bad");
  }
}

function download(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export async function save(format, seconds = state.keep) {
  const s = target();
  if (!s?.session.info) return;
  try {
    toast(`Saving the last ${seconds} s as ${format.toUpperCase()}`, "note", 3);
    const name = (s.applied || s.session.begin.prompt || "stream").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").slice(0, 50);
    download(await api.recording(s.session.info.session, format, seconds), `${name}-${s.session.info.seed}.${format}`);
  } catch (e) {
    toast(e.message, "bad");
  }
}

function saveDialog() {
  const length = el("input", { id: "keep", type: "range", min: 2, max: 60, step: 1, value: state.keep });
  const say = el("span", { class: "num" }, state.keep + " s");
  length.oninput = () => {
    state.keep = Number(length.value);
    say.textContent = state.keep + " s";
    parts.length.textContent = `Save ${state.keep} s`;
    keep();
  };
  const button = format => el("button", { type: "button", class: format === "mp4" ? "primary" : "", onclick: () => { $("dialog").close(); save(format); } }, format.toUpperCase());
  dialog("Save", el("div", { class: "stack" }, el("h2", {}, "Save the last seconds"),
    el("p", { class: "soft" }, "Recording is always on: the server holds up to a minute of what was shown, also for a while after the end."),
    el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: "keep" }, "How much"), say), length),
    el("div", { class: "row" }, ...["mp4", "webm", "gif", "webp"].map(button))));
}

on("key", k => {
  if (state.mode !== "live" || !live.screens.length) return;
  if (k === "r") save("mp4");
  else if (k === "f" && !parts.fork.hidden && parts.fork.isConnected) parts.fork.click();
  else if (k === "[" || k === "]") tell("live-jump", k === "[" ? -1 : 1);
});
on("live-jump", n => {
  const s = target();
  const now = s?.player.current;
  if (now && s.running) s.session.send("session.rewind", { block: Math.max(0, Math.min(s.newest, now.block + n * 4)) });
});
