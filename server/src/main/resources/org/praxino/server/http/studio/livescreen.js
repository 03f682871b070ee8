// One live stream on the stage: its session, its player, and what is measured of it.
import { el, seconds, speak } from "./dom.js";
import { Player } from "./player.js";
import { Session } from "./session.js";
import { tell } from "./state.js";

const KEPT = 60;           // blocks before the newest that a stream can surely go back to
const THUMBS = 600;
const THUMB = 96;

export class LiveScreen {
  /** @param begin fields of session.start; @param at when the user asked for it */
  constructor(begin, at) {
    this.canvas = el("canvas", { class: "picture waiting", role: "img", "aria-label": "Live picture" });
    this.peek = el("canvas", { class: "picture peek", hidden: true });
    this.tag = el("button", { type: "button", class: "tag", hidden: true, onclick: () => tell("live-target", this) });
    this.veil = el("div", { class: "words veil" });
    this.over = el("p", { class: "over", hidden: true });
    this.node = el("div", { class: "screen" }, this.canvas, this.peek, this.tag, this.over, this.veil);
    this.thumbs = new Map();
    this.asked = [{ id: "", at, frame: 0, run: 0 }]; // changes whose picture was not seen yet
    this.visible = 0;
    this.done = null;
    this.newest = 0;
    this.oldest = 0;
    this.rewinds = new Map();  // blocks that were asked for, by event
    this.at = null;            // block of a rewind that has shown no frame yet
    this.dragged = false;      // while the user drags through the past
    this.applied = "";
    this.two = false;
    this.player = new Player(this.canvas, (current, media) => this.shown(current, media), () => this.session.pictures());
    this.session = new Session(begin, (type, message) => this.hear(type, message));
    this.say("Opening the stream");
    this.pausedFor = false;    // paused because the user looks at clips
  }

  say(title, text = "") {
    this.veil.hidden = !title;
    this.veil.replaceChildren(el("h2", {}, title), el("p", { class: "soft" }, text));
  }

  /** Whether prompts still change it. */
  get accepts() {
    return this.session.accepts;
  }

  get running() {
    return this.session.state !== "over";
  }

  hear(type, message) {
    switch (type) {
      case "media": this.player.take(message); break;
      case "media.init": this.player.init(message); break;
      case "session.created":
      case "session.resumed":
        this.player.begin(message.fps, message.buffer_frames);
        this.created(message);
        break;
      case "session.queued":
        this.say("Waiting for a place", `No. ${message.position} in line` + (message.estimate_seconds ? ", about " + seconds(message.estimate_seconds) : ""));
        break;
      case "session.rewound":
        this.player.clear(message.run);
        this.newest = message.block;
        this.at = message.block;
        this.rewinds.clear();
        if (this.session.state === "paused") this.preview(message.block);
        for (const block of this.thumbs.keys()) if (block > message.block) this.thumbs.delete(block);
        break;
      case "error":
      case "update.rejected": this.forget(message.event_id); break;
      case "update.applied": this.take(message); break;
      case "block.done":
        this.done = message;
        this.drift = message.drift?.score;
        break;
      case "link": this.linked(message); break;
      default: break;
    }
    tell("live", { screen: this, type, message });
  }

  created(info) {
    this.name(info.prompt ?? "a timeline");
    if (!this.player.current) this.say("Generating the first frame");
  }

  linked({ state, why }) {
    this.node.dataset.state = state;
    this.over.hidden = state !== "ended" && !(state === "over" && this.player.current);
    this.over.textContent = state === "ended" ? "The stream has ended. Send a prompt to start a new one, or drag the slider back."
      : (why ? why + " " : "The stream has ended. ") + "Send a prompt to start a new one.";
    if (state === "ended") speak("The stream has ended.");
    if (state === "away") this.say("Connection lost", "The stream waits and continues where it was.");
    else if (state === "waiting") this.say("Another tab is streaming", "Stop it there, or wait: this stream starts as soon as it can.");
    else if (state === "over" && !this.player.current) this.say("No stream", why);
    else if (this.player.current) this.say("");
  }

  /** A change of the user's, under the id it was sent with. */
  ask(id, at, prompt) {
    if (!id) return;
    this.asked.push({ id, at, prompt, frame: -1, run: 0 });
    this.label(this.two);
  }

  /** What was refused is not on its way any more. */
  forget(id) {
    if (this.rewinds.has(id)) this.lost(this.rewinds.get(id));
    this.rewinds.delete(id);
    if (!id || !this.asked.some(a => a.id === id)) return;
    this.asked = this.asked.filter(a => a.id !== id);
    this.label(this.two);
  }

  name(prompt) {
    const text = "Live picture: " + prompt;
    if (this.canvas.getAttribute("aria-label") === text) return;
    this.canvas.setAttribute("aria-label", text);
    if (this.player.current) speak("Now showing: " + prompt);
  }

  take({ event_id, run, frame }) {
    const change = this.asked.find(a => a.id === event_id);
    if (!change) return;
    Object.assign(change, { run, frame });
    this.applied = change.prompt || this.applied;
  }

  /** What is shown, and what was sent and is not seen yet. */
  label(two) {
    this.two = two;
    const next = this.asked.at(-1)?.prompt;
    const now = this.done?.prompt ?? this.session.info?.prompt ?? this.session.begin.prompt ?? "";
    const seed = two && this.session.info ? "seed " + this.session.info.seed + " · " : "";
    if (now) this.name(now);
    this.tag.hidden = !now || !this.player.current;
    this.tag.disabled = !two;
    this.tag.textContent = seed + now + (next && next !== now ? " → " + next + " …" : "");
    this.tag.title = two ? "Send prompts only here; press again for both" : "";
  }

  shown(current, media) {
    this.session.shown(current.run, current.frame);
    this.newest = Math.max(this.newest, current.block);
    this.oldest = Math.max(this.oldest, this.newest - KEPT);
    this.canvas.classList.remove("waiting");
    this.at = null;
    if (!this.dragged && !this.rewinds.size) this.preview(null);
    if (!["away", "over"].includes(this.session.state)) this.say(""); // what was still held goes on being shown beneath the news
    if (!this.thumbs.has(current.block)) this.keepThumb(current.block);
    const seen = this.asked.filter(a => a.frame >= 0 && (current.run > a.run || current.frame >= a.frame));
    if (seen.length) {
      this.visible = performance.now() - seen.at(-1).at;
      this.asked = this.asked.filter(a => !seen.includes(a));
      if (this.done && seen.at(-1).prompt) this.done.prompt = seen.at(-1).prompt;
      this.label(this.two);
    }
    tell("live", { screen: this, type: "shown", message: media });
  }

  keepThumb(block) {
    const small = new OffscreenCanvas(THUMB, Math.round(THUMB * this.canvas.height / this.canvas.width));
    small.getContext("2d").drawImage(this.canvas, 0, 0, small.width, small.height);
    this.thumbs.set(block, small);
    if (this.thumbs.size > THUMBS) this.thumbs.delete(this.thumbs.keys().next().value);
  }

  /** That block cannot be gone back to. */
  lost(block) {
    const now = this.player.current?.block ?? 0;
    if (block > now) this.newest = now;
    else this.oldest = Math.max(this.oldest, block + 1);
    this.preview(null);
  }

  /** Shows what a block looked like while one drags through the past; null shows the stream again. */
  preview(block) {
    const near = block === null ? null : this.thumbs.get(block) ?? [...this.thumbs].filter(([b]) => b <= block).at(-1)?.[1];
    this.peek.hidden = !near;
    if (!near) return;
    this.peek.width = near.width;
    this.peek.height = near.height;
    this.peek.getContext("2d").drawImage(near, 0, 0);
  }

  /** Display lag in milliseconds: the server's measure, or from arrival to screen and half a round trip. */
  get lag() {
    const { slow, trip } = this.session; // credit ahead of time makes the server's measure too small
    return slow && this.player.current ? this.player.current.lag + trip / 2 : this.done?.lag_ms ?? this.player.current?.lag;
  }

  close() {
    if (this.running) this.session.stop();
    this.player.close();
  }
}
