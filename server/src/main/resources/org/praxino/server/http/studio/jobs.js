// The clips that this server knows of: a list that is kept up to date while anything is under way.
import * as api from "./api.js";
import { link } from "./link.js";
import { on, tell } from "./state.js";

const all = new Map();
export const book = { loaded: false, problem: "", more: false };

export const active = v => v.status === "queued" || v.status === "in_progress";
export const get = id => all.get(id);

/** Newest first. Pictures, asked for as pictures by other programs, are shown too. */
export const list = () => [...all.values()].sort((a, b) => b.created_at - a.created_at || (b.order ?? 0) - (a.order ?? 0));

let order = 0;

export function put(video) {
  const before = all.get(video.id);
  all.set(video.id, { ...video, order: before?.order ?? (video.order ?? ++order), heard: performance.now() });
  tell("video", all.get(video.id));
  tell("videos");
}

export async function refresh() {
  const begun = performance.now();
  try {
    const page = await api.list(null);
    const names = new Set(page.data.map(v => v.id));
    const oldest = page.data.at(-1)?.created_at ?? 0;
    for (const v of all.values()) {
      const listed = names.has(v.id) || v.heard > begun;             // heard of while the list was on its way
      if (!listed && (v.created_at > oldest || !page.has_more)) {
        all.delete(v.id);                                            // deleted elsewhere
        tell("gone", v.id);
      }
    }
    page.data.toReversed().forEach(v => {
      all.set(v.id, { ...v, order: all.get(v.id)?.order ?? ++order });
      tell("video", all.get(v.id));
    });
    if (!book.loaded) book.more = page.has_more;
    book.loaded = true;
    book.problem = "";
  } catch (e) {
    book.problem = e.message;
  }
  tell("videos");
}

export async function more() {
  const last = list().at(-1);
  if (!last) return;
  const page = await api.list(last.id, 100);
  let n = 0;
  page.data.forEach(v => all.set(v.id, { ...v, order: -(all.size + n++) }));
  book.more = page.has_more;
  tell("videos");
}

export async function remove(id) {
  await api.remove(id);
  all.delete(id);
  tell("gone", id);
  tell("videos");
}

/** Follows one job closely, and what it looks like; a connection that breaks is taken up again until the job has ended. */
export async function follow(id, show, signal) {
  while (!signal.aborted) {
    try {
      await api.follow(id, put, show, signal);
      put(await api.find(id));
      if (!active(get(id))) return;
    } catch (e) {
      if (signal.aborted) return;
      if (e.status === 404) {
        all.delete(id);
        tell("gone", id);
        tell("videos");
        return;
      }
    }
    await new Promise(r => setTimeout(r, 1500));
  }
}

/** Others than the one that is followed are asked for now and then, and only while something is under way. */
export function start() {
  on("model", refresh);
  on("back", refresh);
  setInterval(() => {
    if (link.state === "ready" && !document.hidden && list().some(active)) refresh();
  }, 2500);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && link.state === "ready") refresh(); });
}
