// One live session of docs/realtime.md: connection, messages, media, coming back. Knows nothing of the page.
import * as api from "./api.js";
import { said } from "./words.js";

const PROTOCOL = "praxino.realtime.v1";
const HEADER = 32;
const PING = 10_000;
const WAIT = 1500;         // before it asks again for a place that another stream of this user has
const SLOW = 150;          // a round trip in milliseconds from which frames are acknowledged ahead of being shown
const PAUSES = [300, 600, 1200, 2500, 5000];
const KIND = { JPEG: 1, VP9: 2, INPUT: 16 };
const KEY_FRAME = 1;
const LAST_OF_BLOCK = 2;
export const { JPEG, VP9 } = KIND;

export class Session {
  /** @param begin fields of session.start; @param ear told of every message as (type, message), and of "media", "link", "lost" */
  constructor(begin, ear) {
    this.begin = begin;
    this.ear = ear;
    this.info = null;          // session.created
    this.state = "opening";    // opening, queued, running, paused, ended, away, over
    this.token = begin.resume_token ?? "";
    this.last = begin.last_frame ?? null;
    this.tries = 0;
    this.events = 0;
    this.inputs = 0;
    this.trip = null;          // shortest recent round trip in milliseconds
    this.got = { run: 0, frame: -1 };
    this.connect();
  }

  ping() {
    this.pinged = performance.now();
    this.send("ping");
  }

  /** Whether prompts still change it. */
  get accepts() {
    return !["over", "ended"].includes(this.state);
  }

  become(state, why = "") {
    if (this.state === state && !why) return;
    this.state = state;
    this.ear("link", { state, why });
  }

  async connect() {
    const protocols = [PROTOCOL];
    try {
      if (api.hasKey()) protocols.push("praxino.token." + await api.streamToken());
    } catch (e) {
      return e.status ? this.over(e.message) : this.again();
    }
    if (this.state === "over") return;
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/v1/realtime/video", protocols);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      const start = this.token
        ? { resume_token: this.token, last_frame: this.last, ...kept(this.begin) }
        : this.begin;
      this.send("session.start", start);
    };
    socket.onmessage = e => typeof e.data === "string" ? this.hear(api.parse(e.data)) : this.take(e.data);
    socket.onclose = () => { if (this.socket === socket) this.again(); };
    clearInterval(this.beat);
    this.beat = setInterval(() => this.ping(), PING);
  }

  /** The connection went: come back with the token, or say that it is over. */
  again() {
    clearInterval(this.beat);
    if (this.state === "over") return;
    if (this.tries >= 60) return this.over("The connection was lost and could not be restored.");
    this.become("away");
    this.retry = setTimeout(() => this.connect(), PAUSES[Math.min(this.tries++, PAUSES.length - 1)]);
  }

  over(why = "") {
    clearInterval(this.beat);
    clearTimeout(this.retry);
    this.become("over", why);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** @returns the event's id, or an empty text when nothing could be sent */
  send(type, fields = {}) {
    if (this.socket?.readyState !== WebSocket.OPEN) return "";
    const id = "e" + ++this.events;
    this.socket.send(api.write({ type, event_id: id, ...clean(fields) }));
    return id;
  }

  hear(message) {
    const { type } = message;
    if (type === "session.created" || type === "session.resumed") {
      this.info = message;
      this.token = message.resume_token;
      this.tries = 0;
      this.become(message.state ?? "running");
      this.ping();
    } else if (type === "session.queued") {
      this.become("queued");
    } else if (type === "session.state") {
      this.become(message.state);
    } else if (type === "session.done") {
      this.over();
    } else if (type === "pong") {
      this.trip = performance.now() - this.pinged;
    } else if (type === "error") {
      this.fail(message);
    }
    this.ear(type, message);
  }

  fail(message) {
    const starting = !["running", "paused", "ended"].includes(this.state);
    if (message.code === "session_not_found" && this.token) {
      this.token = "";
      this.last = null;
      const { resume_token, last_frame, ...anew } = this.begin;
      this.begin = anew;
      if (!anew.prompt && !anew.timeline && !anew.snapshot) return this.over(said(message));
      this.ear("lost", message);                         // its time was over: it begins anew with what it began with
      this.send("session.start", anew);
    } else if (starting && message.code === "too_many_sessions") {
      this.become("waiting");
      this.retry = setTimeout(() => this.send("session.start", this.begin), WAIT);
    } else if (message.fatal && message.code === "server_stopping") {
      // the token is good after the restart
    } else if (message.fatal || starting) {
      this.over(said(message));
    }
  }

  take(data) {
    const v = new DataView(data);
    if (data.byteLength < HEADER || v.getUint8(0) !== 1) return;
    const flags = v.getUint16(2);
    this.got = { run: v.getUint32(4), frame: v.getUint32(12) };
    this.ear("media", {
      kind: v.getUint8(1), keyFrame: (flags & KEY_FRAME) !== 0, lastOfBlock: (flags & LAST_OF_BLOCK) !== 0,
      run: v.getUint32(4), block: v.getUint32(8), frame: v.getUint32(12), seconds: v.getFloat64(16),
      payload: new Uint8Array(data, HEADER), at: performance.now(),
    });
  }

  /** Whether the connection's delay is more than the buffer is meant for. */
  get slow() {
    return this.trip !== null && this.trip > SLOW;
  }

  /**
   * The credit: that frame is on the screen. On a link with a long round trip, frames that have come and will be shown within that time are
   * counted as shown, so that credit is not what the picture waits for.
   */
  shown(run, frame) {
    this.last = { run, frame };
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const ahead = this.slow && this.got.run === run ? Math.ceil((this.info?.fps ?? 0) * Math.min(this.trip, 1000) / 1000) : 0;
    const credit = ahead ? Math.max(frame, Math.min(this.got.frame, frame + ahead)) : frame;
    this.socket.send(`{"type":"playback.position","run":${run},"frame":${credit}}`);
  }

  /** A picture for a stream that follows input. */
  input(bytes) {
    if (this.socket?.readyState !== WebSocket.OPEN || this.socket.bufferedAmount > 2 ** 20) return false;
    const message = new Uint8Array(HEADER + bytes.byteLength);
    const v = new DataView(message.buffer);
    v.setUint8(0, 1);
    v.setUint8(1, KIND.INPUT);
    v.setUint32(12, this.inputs++);
    v.setUint32(28, bytes.byteLength);
    message.set(new Uint8Array(bytes), HEADER);
    this.socket.send(message);
    return true;
  }

  /** What came cannot be decoded here: comes back for JPEG pictures. */
  pictures() {
    this.begin = { ...this.begin, formats: ["jpeg"] };
    this.socket?.close();
  }

  stop() {
    if (!this.send("session.stop")) this.over();
    else setTimeout(() => this.over(), 1500);
  }
}

const clean = fields => Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined && v !== null && v !== ""));

/** What may stand beside a resume token. */
const kept = ({ formats, quality, buffer_ms }) => ({ formats, quality, buffer_ms });
