// A page with nothing but the picture of a stream, for a browser source or a window of its own: /output?session=ID&scaling=pixel&background=00ff00
import * as api from "./api.js";

const PAUSE = 1500;
const asked = new URLSearchParams(location.search);
const video = document.getElementById("video");
let shown = "";
let moved = 0;                 // when its time last went on
let at = -1;

video.dataset.scaling = asked.get("scaling") ?? "smooth";
if (/^[0-9a-f]{6}$/i.test(asked.get("background") ?? "")) document.body.style.background = "#" + asked.get("background");

/** The session that was named, else the newest that runs; empty when there is none. */
async function session() {
  if (asked.get("session")) return asked.get("session");
  const all = (await api.sessions()).filter(s => ["running", "paused"].includes(s.state));
  return all.toSorted((a, b) => b.created_at - a.created_at)[0]?.id ?? "";
}

async function look() {
  try {
    const id = await session();
    const stuck = video.error || video.ended || performance.now() - moved > 5000;
    if (id && (id !== shown || stuck)) {
      const token = asked.get("token") ?? (api.hasKey() ? await api.streamToken() : "");
      video.src = `/v1/realtime/sessions/${encodeURIComponent(id)}/live.mp4` + (token ? "?token=" + encodeURIComponent(token) : "");
      moved = performance.now();
      shown = id;
      await video.play();
    }
  } catch {
    // looked for again below
  }
  if (video.currentTime !== at) moved = performance.now();
  at = video.currentTime;
  setTimeout(look, PAUSE);
}
look();
