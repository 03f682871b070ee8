// The controls beneath a live picture: pause, rewind, fork, save, end.
import * as api from "./api.js";
import { $, dialog, el, iconButton, setIcon, toast, wordButton } from "./dom.js";
import { end, live, only, pause } from "./live.js";
import { outputDialog } from "./output-menu.js";
import { nameOf, saveFile } from "./files.js";
import { keep, on, state, tell } from "./state.js";
import * as view from "./view.js";

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
  setIcon(parts.play, paused ? "play" : "pause", paused ? "Play" : "Pause");
  parts.play.disabled = !["running", "paused"].includes(s.session.state);
  parts.past.disabled = !alive || follows;
  parts.fork.hidden = !alive || follows || screens.length > 1;
  parts.snapshot.hidden = !alive || follows;
  parts.save.disabled = !s.session.info;
  parts.length.textContent = `Save ${state.keep} s`;
  parts.stop.hidden = !alive;
  parts.output.hidden = !alive || !s.session.info;
  parts.keepOne.hidden = screens.length < 2;
  parts.aim.hidden = screens.length < 2;
  parts.aim.textContent = "Prompts go " + (!live.target ? "to both" : live.target === screens[0] ? "left" : "right");
  const list = [parts.play, parts.past, parts.count, parts.aim, el("span", { class: "gap" }), parts.keepOne, parts.fork, parts.snapshot, parts.save, parts.output, parts.stop, ...parts.view];
  if (box.firstChild !== parts.play) box.replaceChildren(...list);
  follow(s);
}

function build() {
  parts.play = iconButton("pause", "Pause", pause);
  parts.past = el("input", { type: "range", min: 0, max: 1, step: 1, value: 1, "aria-label": "Rewind" });
  parts.past.oninput = () => {
    dragging = true;
    live.screens.forEach(s => {
      s.dragged = true;
      s.preview(Number(parts.past.value));
    });
  };
  parts.past.onchange = () => {
    dragging = false;
    live.screens.forEach(s => {
      s.dragged = false;
      rewind(s, Number(parts.past.value));
    });
  };
  parts.count = el("span", { class: "num" });
  parts.aim = el("span", { class: "soft aim" });
  parts.keepOne = iconButton("close", "Keep only the selected stream", () => only(target()));
  parts.fork = wordButton("fork", "Fork", "Fork: a second stream continues from here", () => target().session.send("session.fork"));
  parts.snapshot = wordButton("film", "Snapshot", "Save a snapshot, to resume it later", () => target().session.send("session.snapshot"));
  parts.save = el("button", { type: "button", class: "rec", title: "Save the last seconds as a video. Recording is always on.", onclick: saveDialog }, el("i"), parts.length = el("span"));
  parts.stop = iconButton("stop", "End the stream", end);
  parts.output = wordButton("output", "Output", "Output: pop out, or a link for OBS", () => outputDialog(target()));
  parts.view = view.buttons();
}

/** Goes back to a block; one that was just refused is not asked for again. */
function rewind(s, block) {
  if (!s.running) return s.preview(null);
  const to = Math.max(s.oldest, Math.min(s.newest, block));
  const id = s.session.send("session.rewind", { block: to });
  if (!id) return s.preview(null);
  s.rewinds.set(id, to);
  s.preview(to);
}

function follow(s) {
  const now = s.player.current;
  if (!now) return;
  if (!dragging) {
    parts.past.min = Math.min(s.oldest, s.newest);
    parts.past.max = Math.max(1, s.newest);
    parts.past.value = s.at ?? now.block;
  }
  parts.past.setAttribute("aria-valuetext", `block ${parts.past.value} of ${s.newest}`);
  const t = now.seconds;
  parts.count.textContent = `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, "0")}`;
}

on("live-shown", s => { if (state.mode === "live" && s === target() && parts.play) follow(s); });
on("live", ({ screen, type, message }) => {
  if (type === "snapshot.ready") kept(message);
  else if (type === "session.rewound" && live.screens.includes(screen) && parts.play) {
    follow(target());
  }
});

async function kept(message) {
  try {
    saveFile(await api.snapshot(message.snapshot), message.snapshot + ".safetensors");
    toast("Snapshot saved. Resume it here, or with praxino stream --resume FILE.");
  } catch (e) {
    toast(e.message, "bad");
  }
}

export async function save(format, seconds = state.keep) {
  const s = target();
  if (!s?.session.info) return;
  try {
    toast(`Saving the last ${seconds} s as ${format.toUpperCase()}`, "note", 3);
    const prompt = s.applied || s.session.begin.prompt || "stream";
    saveFile(await api.recording(s.session.info.session, format, seconds), nameOf(prompt, s.session.info.seed, format));
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
    el("p", { class: "soft" }, "Recording is always on. The server keeps up to the last minute, also for a while after the end."),
    el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: "keep" }, "Length"), say), length),
    el("div", { class: "row" }, ...["mp4", "webm", "gif", "webp"].map(button))));
}

on("key", k => {
  if (state.mode !== "live" || !live.screens.length) return;
  if (k === "r") save("mp4");
  else if (k === "k" && !parts.fork.hidden && parts.fork.isConnected) parts.fork.click();
  else if (k === "[" || k === "]") tell("live-jump", k === "[" ? -1 : 1);
});
on("live-jump", n => {
  const s = target();
  const now = s?.player.current;
  if (now) rewind(s, (s.at ?? now.block) + n * 4);
});
