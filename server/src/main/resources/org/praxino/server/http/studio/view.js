// How large and how the picture is shown: full screen, hard or smooth edges, a window of its own.
import { $, iconButton, toast } from "./dom.js";
import { keep, on, state } from "./state.js";

const root = document.documentElement;

export function start() {
  on("full", full);
  $("screens").addEventListener("dblclick", e => { if (!e.target.closest("button")) full(); });
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement) root.dataset.full = "yes"; else delete root.dataset.full;
  });
  let still = 0;
  addEventListener("pointermove", () => {
    root.dataset.moved = "yes";
    clearTimeout(still);
    still = setTimeout(() => { delete root.dataset.moved; }, 2500);
  }, { passive: true });
  new ResizeObserver(() => root.style.setProperty("--dock", document.querySelector(".desk").offsetHeight + "px")).observe(document.querySelector(".desk"));
  scaling();
}

/** Width over height of what stands on the stage. */
export const shape = ratio => root.style.setProperty("--ratio", String(ratio));

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen().catch(() => toast("This browser does not allow full screen here.", "bad"));
}

function scaling() {
  $("screens").dataset.scaling = state.pixels ? "pixel" : "smooth";
}

/** New buttons for a transport. */
export function buttons() {
  const pixels = iconButton("pixels", "Pixels with hard edges", () => {
    state.pixels = !state.pixels;
    pixels.setAttribute("aria-pressed", state.pixels);
    keep();
    scaling();
  }, { "aria-pressed": String(state.pixels) });
  const list = [pixels, iconButton("full", "Full screen (F)", full)];
  if (document.pictureInPictureEnabled) list.splice(1, 0, iconButton("window", "Picture in picture", inPicture));
  return list;
}

/** The picture in a small window above all others; a canvas goes there as a video of itself. */
async function inPicture() {
  try {
    if (document.pictureInPictureElement) return await document.exitPictureInPicture();
    const shown = $("screens").querySelector(".screen > video, .screen > canvas.picture:not(.peek)");
    if (!shown) return;
    let video = shown;
    if (shown.matches("canvas")) {
      video = Object.assign(document.createElement("video"), { muted: true, srcObject: shown.captureStream() });
      await video.play();
    }
    await video.requestPictureInPicture();
  } catch (e) {
    toast("This browser cannot show the picture in its own window: " + e.message, "bad");
  }
}
