// Elements, icons, small talk with the user. Text is only ever set as text, never as markup.

export const $ = id => document.getElementById(id);

/** el("button", {class: "icon", onclick: f}, "text", child): properties are set, data-*, aria-* and the like as attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "class") node.className = value;
    else if (name === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter(c => c !== null && c !== undefined && c !== false));
  return node;
}

const SHAPES = {
  play: ["!M8 5.5v13l10.5-6.5z"],
  pause: ["M8.5 6v12", "M15.5 6v12"],
  lock: ["M6.5 11h11v8h-11z", "M9 11V8a3 3 0 0 1 6 0v3"],
  unlock: ["M6.5 11h11v8h-11z", "M9 11V7.5a3 3 0 0 1 5.8-1"],
  dice: ["M5 5h14v14H5z", "!M8 9.2a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 1 0-2.4 0", "!M13.6 14.8a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 1 0-2.4 0"],
  compare: ["M4 6h6.5v12H4z", "M13.5 6H20v12h-6.5z"],
  save: ["M12 4v11", "M7.5 11l4.5 4.5 4.5-4.5", "M5 19.5h14"],
  bin: ["M5 7h14", "M9.5 7V5h5v2", "M7 7l.8 12.5h8.4L17 7"],
  reuse: ["M5 12a7 7 0 1 1 2.2 5.1", "M5 19v-4.5h4.5"],
  extend: ["M4 7h8v10H4z", "M15 12h6", "M18.5 9.5 21 12l-2.5 2.5"],
  remake: ["M4 18l9-9 3 3-9 9H4z", "M15.5 5.5 18 3l3 3-2.5 2.5z"],
  sun: ["M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 1 0 0-7.6", "M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1"],
  moon: ["M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"],
  keyboard: ["M3 6.5h18v11H3z", "M6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8"],
  close: ["M6.5 6.5l11 11M17.5 6.5l-11 11"],
  plus: ["M12 5.5v13M5.5 12h13"],
  image: ["M4 5h16v14H4z", "M4 16l4.5-4.5 4 4 3-3 4.5 4.5", "M15 9h.01"],
  camera: ["M3.5 7.5h11v9h-11z", "M14.5 11l6-3v8l-6-3z"],
  screen: ["M3.5 5h17v11h-17z", "M9 20h6M12 16v4"],
  film: ["M4 5h16v14H4z", "M8 5v14M16 5v14M4 12h16"],
  record: ["M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 1 0 0-15", "!M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7"],
  fork: ["M7 5v14", "M7 12c0-3 10-1 10-6.5", "M14.5 7.5 17 5l2.5 2.5"],
  stop: ["!M7 7h10v10H7z"],
  edit: ["M5 19l1-4L16.5 4.5l3 3L9 18z"],
  output: ["M4 5h16v11H4z", "M12 19.5v-9", "M9 13l3-3 3 3"],
  full: ["M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5"],
  pixels: ["M4 4h16v16H4z", "!M4 4h8v8H4z", "!M12 12h8v8h-8z"],
  window: ["M4 5h16v14H4z", "!M12.5 12h6v5.5h-6z"],
  loop: ["M6 9a4 4 0 0 1 4-3h8M15.5 3.5 18 6l-2.5 2.5", "M18 15a4 4 0 0 1-4 3H6M8.5 20.5 6 18l2.5-2.5"],
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  for (const d of SHAPES[name]) {
    const path = document.createElementNS(space, "path");
    if (d.startsWith("!")) path.setAttribute("class", "full");
    path.setAttribute("d", d.replace("!", ""));
    svg.append(path);
  }
  return svg;
}

/** A button that shows a picture only; the label is read out and shown on hover. */
export function iconButton(name, label, onclick, more = {}) {
  return el("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

/** The same with a word beside the picture where there is room. */
export function wordButton(name, word, label, onclick) {
  const button = iconButton(name, label, onclick);
  button.append(el("span", { class: "word" }, word));
  return button;
}

export function setIcon(button, name, label) {
  button.replaceChildren(icon(name));
  button.setAttribute("aria-label", label);
  button.title = label;
}

export function toast(text, kind = "note", seconds = 6) {
  const box = $("toasts");
  if ([...box.children].some(t => t.dataset.text === text)) return;
  const note = el("div", { class: "toast", "data-kind": kind, "data-text": text }, el("span", {}, text));
  note.append(iconButton("close", "Dismiss", () => note.remove()));
  box.append(note);
  while (box.children.length > 4) box.firstChild.remove();
  setTimeout(() => note.remove(), (kind === "bad" ? 2 : 1) * seconds * 1000);
}

/** Opens the one dialog with the given contents; closed by Escape, by its buttons, by a click beside it. */
export function dialog(label, ...children) {
  const d = $("dialog");
  d.replaceChildren(...children);
  d.setAttribute("aria-label", label);
  d.onclick = e => { if (e.target === d) d.close(); };
  if (!d.open) d.showModal();
  return d;
}

/** Asks before something that cannot be undone. @returns whether the user agreed */
export function sure(title, text, yes) {
  return new Promise(answer => {
    let agreed = false;
    const d = dialog(title, el("div", { class: "stack" }, el("h2", {}, title), el("p", { class: "soft" }, text),
      el("div", { class: "end" }, el("button", { type: "button", onclick: () => $("dialog").close() }, "Cancel"),
        el("button", { type: "button", class: "primary", onclick: () => { agreed = true; $("dialog").close(); } }, yes))));
    d.addEventListener("close", () => answer(agreed), { once: true });
  });
}

/** Reads a change out to screen readers. */
export const speak = text => { if ($("spoken").textContent !== text) $("spoken").textContent = text; };

export const seconds = s => s < 9.95 ? s.toFixed(1) + " s" : s < 90 ? Math.round(s) + " s" : s < 5400 ? Math.round(s / 60) + " min" : (s / 3600).toFixed(1) + " h";

export function bytes(n) {
  return n >= 1e9 ? (n / 2 ** 30).toFixed(1) + " GiB" : Math.round(n / 2 ** 20) + " MiB";
}
