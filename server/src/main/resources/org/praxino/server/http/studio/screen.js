// One screen of the stage for a clip: its progress while it is made, then the clip itself.
import * as api from "./api.js";
import { el, icon, seconds } from "./dom.js";
import { standing } from "./gallery.js";
import * as jobs from "./jobs.js";
import { tell } from "./state.js";

const STILL = ["png", "gif", "webp", "apng"];

export class ClipScreen {
  constructor(id) {
    this.id = id;
    this.node = el("div", { class: "screen" });
    this.quit = new AbortController();
    this.status = "";
    this.onpicture = () => {};
  }

  /** Follows the job and shows what becomes of it. */
  open(tagged, prompts = false) {
    this.tagged = tagged;
    this.prompts = prompts;
    this.draw(jobs.get(this.id));
    if (jobs.active(jobs.get(this.id))) jobs.follow(this.id, picture => this.preview(picture), this.quit.signal);
  }

  close() {
    this.quit.abort();
    cancelAnimationFrame(this.noise);
  }

  draw(v) {
    if (!v) return;
    if (v.status === this.status && !jobs.active(v)) return;
    const fresh = v.status !== this.status;
    this.status = v.status;
    if (jobs.active(v)) this.working(v, fresh);
    else if (v.status === "completed") this.finished(v);
    else this.ended(v);
  }

  tag(v) {
    const name = (this.prompts ? v.prompt + " · " : "") + "seed " + v.seed;
    return this.tagged ? el("button", { type: "button", class: "tag num", title: "Keep this one", "aria-label": name + ": keep this one",
      onclick: () => tell("keep-one", v) }, name, icon("lock")) : null;
  }

  working(v, fresh) {
    if (!this.bar) {
      this.bar = el("i");
      this.words = el("p", { class: "soft" });
      this.title = el("p");
      const canvas = el("canvas", { class: "grain", width: 64, height: 64 });
      this.progress = el("div", { class: "progress", role: "progressbar", "aria-label": "Progress", "aria-valuemin": "0", "aria-valuemax": "100" }, this.bar);
      this.soFar = el("img", { class: "so-far", alt: "The clip so far", hidden: true });
      this.node.replaceChildren(canvas, this.soFar, el("div", { class: "work" }, this.title, this.progress, this.words), ...[this.tag(v)].filter(Boolean));
      this.begun = performance.now();
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.grain(canvas.getContext("2d"), 0);
    }
    this.title.textContent = "“" + v.prompt + "”";
    this.bar.style.width = v.progress + "%";
    this.progress.setAttribute("aria-valuenow", v.progress);
    if (fresh && v.status === "in_progress") this.working.from = performance.now();
    this.words.textContent = v.status === "in_progress" ? (v.stage ? v.stage + " · " : "") + v.progress + " %" + this.rest(v)
      : v.status === "queued" ? "Queue: " + standing(v) : "Stopping";
  }

  /** What there is of the clip while it is made. */
  preview(picture) {
    if (!this.bar) return;
    this.soFar.src = picture;
    this.soFar.hidden = false;
  }

  rest(v) {
    if (v.progress < 8 || !v.started_at) return "";
    const spent = Date.now() / 1000 - v.started_at;
    const left = spent * (100 - v.progress) / v.progress;
    return left > 1.5 ? " · about " + seconds(left) + " left" : "";
  }

  grain(pen, last) {
    this.noise = requestAnimationFrame(now => {
      if (this.status === "completed") return;
      if (now - last > 110) {
        const image = pen.createImageData(64, 64);
        const words = new Uint32Array(image.data.buffer);
        for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | Math.random() * 0xffffff;
        pen.putImageData(image, 0, 0);
        last = now;
      }
      this.grain(pen, last);
    });
  }

  async finished(v) {
    const still = STILL.includes(v.format);
    const media = still ? el("img", { alt: v.prompt }) : el("video", { muted: true, playsInline: true, preload: "auto", "aria-label": v.prompt });
    const first = () => {
      this.node.replaceChildren(media, ...[this.tag(v)].filter(Boolean));
      this.media = still ? null : media;
      this.onpicture(this);
    };
    media.addEventListener(still ? "load" : "loadeddata", first, { once: true });
    media.addEventListener("error", () => this.say("This browser cannot show the file",
      still ? "Download it to see it elsewhere." : "It may not decode AV1 in MP4. Choose WebM or GIF under Format, or download it."), { once: true });
    try {
      media.src = await api.address(this.id);
    } catch (e) {
      this.say("The clip cannot be shown", e.message);
    }
  }

  ended(v) {
    if (v.status === "cancelled") this.say("Cancelled", "“" + v.prompt + "”");
    else this.say("This clip failed", v.error?.message ?? "The server gave no reason.");
  }

  say(title, text) {
    this.bar = null;
    this.node.replaceChildren(el("div", { class: "words" }, el("h2", {}, title), el("p", { class: "soft" }, text)));
  }
}
