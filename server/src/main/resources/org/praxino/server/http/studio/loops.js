// What the model does best, as small silent loops: three seconds of a stream each, made once and only while nothing else runs.
import { el } from "./dom.js";
import { model } from "./link.js";
import { tell } from "./state.js";
import { JPEG, Session } from "./session.js";

const SECONDS = 2.75;
const PATIENCE = 30_000;

const made = new Map();        // by model and prompt: pictures in their order
let current = null;            // the session that makes one
let round = 0;

const keyOf = e => `${model().hash} ${e.seed} ${e.prompt}`;

/** Buttons for these prompts, each with its loop as soon as there is one. A press begins the stream. */
export function tiles(entries) {
  const canvases = entries.map(() => el("canvas", { "aria-hidden": "true" }));
  const box = el("div", { class: "loops" }, ...entries.map((e, i) => el("button", { type: "button", onclick: () => tell("showcase", e) }, canvases[i], el("span", {}, e.prompt))));
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    fill(entries);
    play(box, entries, canvases);
  }
  return box;
}

/** Gives the place free at once. */
export function halt() {
  round++;
  current?.stop();
  current = null;
}

async function fill(entries) {
  const mine = ++round;
  current?.stop();
  await new Promise(r => setTimeout(r, 150)); // a stream of before comes back first, and a page drawn twice asks once
  for (const e of entries) {
    if (mine !== round) return;
    if (made.has(keyOf(e))) continue;
    const pictures = await make(e, mine);
    if (!pictures) return;
    made.set(keyOf(e), pictures);
  }
}

/** @returns the pictures, or null where the server has something else to do */
function make(entry, mine) {
  return new Promise(done => {
    const pictures = [];
    const end = list => {
      clearTimeout(late);
      if (current === session) current = null;
      session.stop();
      done(mine === round ? list : null);
    };
    const late = setTimeout(() => end(null), PATIENCE);
    const session = new Session({ model: model().id, prompt: entry.prompt, seed: String(entry.seed), seconds: SECONDS, formats: ["jpeg"], quality: 90, buffer_ms: 900 }, (type, message) => {
      if (type === "media" && message.kind === JPEG) {
        pictures.push(createImageBitmap(new Blob([message.payload], { type: "image/jpeg" })));
        session.shown(message.run, message.frame);
      } else if (type === "session.state" && message.state === "ended") {
        Promise.all(pictures).then(end, () => end(null));
      } else if (type === "session.queued" || type === "error" || type === "link" && ["away", "over", "waiting"].includes(message.state)) {
        end(null);
      }
    });
    current = session;
  });
}

function play(box, entries, canvases) {
  const fps = model().capabilities.fps;
  const tick = now => {
    if (box.isConnected || now - begun < 1000) requestAnimationFrame(tick);
    entries.forEach((e, i) => {
      const all = made.get(keyOf(e));
      if (!all?.length) return;
      const picture = all[Math.floor(now / 1000 * fps) % all.length];
      if (canvases[i].width !== picture.width) Object.assign(canvases[i], { width: picture.width, height: picture.height });
      canvases[i].getContext("2d").drawImage(picture, 0, 0);
    });
  };
  const begun = performance.now();
  requestAnimationFrame(tick);
}
