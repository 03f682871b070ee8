// Frames as they come, shown at their rate: a small queue smooths what comes in bursts. Every frame shown is told to the server.
import { JPEG, VP9 } from "./session.js";

const SOON = 1.25;         // how much faster it plays while it is behind

export class Player {
  /** @param canvas to draw on; @param shown called with every frame that is on the screen; @param broken called when VP9 cannot be decoded */
  constructor(canvas, shown, broken = () => {}) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.shown = shown;
    this.broken = broken;
    this.queue = [];
    this.run = 0;
    this.fps = 12;
    this.hold = 2;           // frames to wait for before playing begins
    this.playing = false;
    this.due = 0;
    this.current = null;
    this.chain = Promise.resolve();
    this.times = [];         // when the frames of the last two seconds were shown
    this.loop = requestAnimationFrame(now => this.tick(now));
  }

  /** Goes on while the page is out of sight, for those who watch elsewhere. */
  unseen() {
    if (this.clock) return;
    this.clock = new Worker("/studio/beat.js");
    this.clock.onmessage = () => { if (document.hidden) this.step(performance.now()); };
  }

  /** What session.created and media.init say. */
  begin(fps, bufferFrames) {
    this.fps = fps;
    this.hold = Math.max(1, Math.min(bufferFrames, Math.round(fps * 0.15)));
  }

  init(message) {
    this.decoder?.close();
    this.decoder = null;
    this.waiting = [];
    if (message.format !== "vp9") return;
    this.decoder = new VideoDecoder({
      output: picture => this.push({ ...this.waiting.shift(), picture }),
      error: () => {
        this.decoder = null;
        this.broken();
      },
    });
    this.decoder.configure({ codec: message.codec, optimizeForLatency: true });
  }

  /** A media message. Pictures are decoded in their order; those of an older run are dropped. */
  take(media) {
    if (media.run !== this.run) this.clear(media.run);
    if (media.kind === JPEG) {
      const picture = createImageBitmap(new Blob([media.payload], { type: "image/jpeg" }));
      this.chain = this.chain.then(async () => this.push({ ...media, picture: await picture })).catch(() => {});
    } else if (media.kind === VP9 && this.decoder?.state === "configured") {
      this.waiting.push(media);
      this.decoder.decode(new EncodedVideoChunk({ type: media.keyFrame ? "key" : "delta", timestamp: media.frame, data: media.payload }));
    }
  }

  push(frame) {
    if (frame.run !== this.run) return frame.picture.close();
    this.queue.push(frame);
  }

  clear(run) {
    this.queue.forEach(f => f.picture.close());
    this.queue = [];
    this.run = run;
    this.playing = false;
  }

  tick(now) {
    this.loop = requestAnimationFrame(n => this.tick(n));
    this.step(now);
  }

  step(now) {
    if (!this.playing) {
      if (this.queue.length < this.hold && !(this.queue.length && now - this.queue[0].at > 400)) return;
      this.playing = true;
      this.due = now;
    }
    if (now < this.due) return;
    if (!this.queue.length) {
      this.playing = this.hold <= 1;
      return;
    }
    const behind = this.queue.length > this.fps * 0.7;
    this.due = Math.max(this.due + 1000 / (this.fps * (behind ? SOON : 1)), now - 1000 / this.fps);
    this.show(this.queue.shift(), now);
  }

  show(frame, now) {
    const { picture } = frame;
    const width = picture.displayWidth ?? picture.width;
    const height = picture.displayHeight ?? picture.height;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.pen.drawImage(picture, 0, 0);
    picture.close();
    this.times = [...this.times.filter(t => now - t < 2000), now];
    this.current = { run: frame.run, block: frame.block, frame: frame.frame, seconds: frame.seconds, lag: now - frame.at, queued: this.queue.length };
    this.shown(this.current, frame);
  }

  /** Frames a second that were shown in the last two seconds; undefined before there are as many. */
  get rate() {
    const [first, last] = [this.times[0], this.times.at(-1)];
    return this.times.length < 4 || performance.now() - last > 1500 || last - first < 1000 ? undefined : (this.times.length - 1) / (last - first) * 1000;
  }

  close() {
    cancelAnimationFrame(this.loop);
    this.clock?.terminate();
    this.clear(-1);
    this.decoder?.close();
  }
}

/** Formats in order of preference: VP9 pays for pictures larger than a thumbnail, where the browser can. */
export async function formats(width, height) {
  const list = ["jpeg"];
  if (width * height > 256 * 256 && "VideoDecoder" in window) {
    try {
      if ((await VideoDecoder.isConfigSupported({ codec: "vp09.00.10.08", codedWidth: width, codedHeight: height })).supported) list.unshift("vp9");
    } catch {
      // then JPEG
    }
  }
  return list;
}
