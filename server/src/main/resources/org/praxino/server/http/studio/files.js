// Files for the user's disk: their names, and saving them.
import { el } from "./dom.js";

/** A name from prompt and seed: letters, digits and emoji stay; "clip" where nothing would. */
export function nameOf(prompt, seed, extension) {
  const words = (prompt ?? "").replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]+/gu, "-").slice(0, 50).replace(/^-+|-+$/g, "");
  return `${words || "clip"}_${seed}.${extension}`;
}

/** Saves bytes under that name. A link to a route would be named by the server. */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
