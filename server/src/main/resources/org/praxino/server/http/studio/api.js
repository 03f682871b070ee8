// The server's routes (docs/server.md). Every failure is a Problem with a sentence for people.
import { tell } from "./state.js";

export class Problem extends Error {
  constructor(message, status = 0, code = "", more = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

let key = sessionStorage.getItem("praxino.key") ?? "";

export function setKey(text) {
  key = text;
  sessionStorage.setItem("praxino.key", text);
}

export const hasKey = () => key !== "";
export const getKey = () => key;

/** Seeds are 64-bit numbers, which JavaScript would round: they stay text. */
export const parse = text => JSON.parse(text.replace(/"seed":\s*(-?\d+)/g, '"seed":"$1"'));

/** The way back: seeds become the numbers they are. */
export const write = (value, spaces) => JSON.stringify(value, null, spaces).replace(/"seed":(\s*)"(-?\d+)"/g, '"seed":$1$2');

async function ask(path, options = {}) {
  const headers = { ...(options.headers ?? {}) };
  if (key) headers.Authorization = "Bearer " + key;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (e) {
    if (e.name === "AbortError") throw e;
    tell("offline");
    throw new Problem("The server does not answer.", 0, "offline");
  }
  if (answer.ok || answer.status === 304) return answer;
  let error = {};
  try {
    error = (await answer.json()).error ?? {};
  } catch {
    // not one of our answers: the status must do
  }
  if (answer.status === 401) tell("key-needed", key !== "");
  const wait = answer.headers.get("Retry-After");
  throw new Problem((error.message ?? "The server answered " + answer.status) + (wait ? ` (again in ${wait} s)` : ""), answer.status, error.code ?? "", error);
}

const json = async (path, options) => parse(await (await ask(path, options)).text());

const trips = [];

/** The shortest of the last round trips to the server, in milliseconds. */
export const roundTrip = () => Math.min(...trips, Infinity) === Infinity ? 0 : Math.min(...trips);

/** "ready", "loading", or why the models could not be loaded. Null when nobody answers. */
export async function ready() {
  try {
    const begun = performance.now();
    const answer = await fetch("/readyz", { cache: "no-store" });
    trips.push(performance.now() - begun);
    if (trips.length > 5) trips.shift();
    return (await answer.text()).trim();
  } catch {
    return null;
  }
}

export const models = async () => (await json("/v1/models")).data;

export const list = (after, limit = 60) => json(`/v1/videos?limit=${limit}${after ? "&after=" + encodeURIComponent(after) : ""}`);

const once = () => ({ "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()).slice(2) });

/** @param fields names and values as in docs/server.md; files as Blob. Nulls are left out. */
export function create(fields, path = "/v1/videos") {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === "") continue;
    if (value instanceof Blob) form.append(name, value, value.name ?? name);
    else form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return json(path, { method: "POST", body: form, headers: once() });
}

/** An edit or an extension of a clip that the server has. */
export function goOn(what, id, fields) {
  return json("/v1/videos/" + what, { method: "POST", body: write({ ...fields, video: { id } }), headers: { "Content-Type": "application/json", ...once() } });
}

export const find = id => json("/v1/videos/" + id);
export const cancel = id => json(`/v1/videos/${id}/cancel`, { method: "POST" });
export const remove = id => json("/v1/videos/" + id, { method: "DELETE" });

/** Follows a job's events until it ends; `tell` gets every state of it, `show` the address of every small picture of it. */
export async function follow(id, tell, show, signal) {
  const answer = await ask(`/v1/videos/${id}/events?preview=true`, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const event = /^event: (.*)$/m.exec(text.slice(0, end))?.[1];
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      if (event === "preview") show(JSON.parse(data).image);
      else if (event === "status" || event === "progress") tell(parse(data));
    }
  }
}

const blobs = new Map();

/** An address that an element can show: the route itself, or with a key (which elements cannot send) the bytes fetched. */
export async function address(id, variant = "video") {
  const path = `/v1/videos/${id}/content?variant=${variant}`;
  if (!key) return path;
  if (!blobs.has(path)) {
    const blob = await (await ask(path)).blob();
    if (blobs.size > 120) {
      const [oldest, url] = blobs.entries().next().value;
      URL.revokeObjectURL(url);
      blobs.delete(oldest);
    }
    blobs.set(path, URL.createObjectURL(blob));
  }
  return blobs.get(path);
}

export const file = async id => (await ask(`/v1/videos/${id}/content`)).blob();

/** What a page offers in place of its key when it opens a live session. */
export const streamToken = async () => (await json("/v1/realtime/tokens", { method: "POST" })).token;

/** The live sessions of this caller. */
export const sessions = async () => (await json("/v1/realtime/sessions")).data;

/** The last seconds of a live session as a file. */
export const recording = async (session, format, seconds) =>
  (await ask(`/v1/realtime/sessions/${session}/recording?seconds=${seconds}&format=${format}`)).blob();

/** Gives the server a snapshot that was saved as a file. */
export const keepSnapshot = file => json("/v1/realtime/snapshots", { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });

export const snapshot = async id => (await ask("/v1/realtime/snapshots/" + id)).blob();

/** The server's own numbers by name, when this caller may see them. */
export async function numbers() {
  const text = await (await ask("/metrics")).text();
  const all = {};
  for (const line of text.split("\n")) {
    const at = line.lastIndexOf(" ");
    if (at > 0 && !line.startsWith("#")) all[line.slice(0, at)] = Number(line.slice(at + 1));
  }
  return all;
}
