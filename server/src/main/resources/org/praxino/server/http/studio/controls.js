// Controls drawn from the model's own JSON schema. What was not touched is not sent, so the model's choices stay its own.
import { el } from "./dom.js";
import { keep, settings, state, tell } from "./state.js";

/** Asked for elsewhere on the page, or the same as another. */
const ELSEWHERE = ["prompt", "seed", "seconds"];

export function controls(model) {
  const { properties } = model.capabilities.parameters;
  const shown = Object.entries(properties).filter(([name]) => !ELSEWHERE.includes(name) && (!byTeacher(name, properties) || settings().teacher));
  const some = first => shown.filter(([name]) => FIRST.includes(name) === first).map(([name, schema]) => field(name, schema, model));
  const rest = some(false);
  const more = el("details", { open: state.advanced, ontoggle: () => { state.advanced = more.open; keep(); } }, el("summary", {}, "Advanced"), el("div", { class: "card-fields" }, ...rest));
  return el("div", { class: "card-fields" }, ...some(true), rest.length > 0 && more);
}

/** Settings that only the teacher takes. */
const TEACHERS = ["num_inference_steps", "guidance_scale", "negative_prompt"];

const TITLES = { format: "Format", file: "Format", fps: "Frame rate", negative_prompt: "Negative prompt", teacher: "Best quality (slower)", badge: "Watermark", num_frames: "Length", num_inference_steps: "Steps" };
const NOTES = { teacher: "Takes more steps, guidance and a negative prompt", badge: "Marks every frame as generated" };

/** Shown without a press on Advanced. */
const FIRST = ["num_frames", "teacher", "format"];

/** Whether only the slower network takes it, where the model has two. */
const byTeacher = (name, properties) => TEACHERS.includes(name) && "teacher" in properties;

const words = name => name.replaceAll("_", " ").replace(/^./, c => c.toUpperCase());

function field(name, schema, model) {
  const id = "set-" + name;
  const title = TITLES[name] ?? schema.title ?? words(name);
  const own = settings();
  const auto = byTeacher(name, model.capabilities.parameters.properties);
  const undo = el("button", { type: "button", class: "undo own", "aria-label": "Reset " + title }, "reset");
  const show = () => { undo.hidden = !(name in own); };
  const set = value => {
    if (value === undefined || value === null || value === "" || value === schema.default && !auto) delete own[name];
    else own[name] = value;
    if (name === "teacher" && !own.teacher) TEACHERS.forEach(t => delete own[t]);
    show();
    keep();
    tell("settings");
    if (name === "teacher") queueMicrotask(() => tell("settings-redraw"));
  };
  const box = el("div", { class: "field" });
  const draw = () => {
    show();
    const [input, more] = control(id, name, schema, own[name] ?? (auto ? undefined : schema.default), set, model);
    box.replaceChildren(el("div", { class: "top" }, el("label", { htmlFor: id }, title), undo), input, ...(more ? [more] : []));
  };
  undo.onclick = () => { set(undefined); draw(); };
  draw();
  return box;
}

/** @returns the control and, beneath it, what there is to say */
function control(id, name, schema, value, set, model) {
  if (schema.enum) {
    if (schema.enum.length === 1) return [el("input", { id, type: "text", value: schema.enum[0], readOnly: true }), null];
    return [el("select", { id, onchange: e => set(e.target.value) },
      ...schema.enum.map(v => el("option", { value: v, selected: v === value }, v))), null];
  }
  if (schema.type === "boolean") {
    return [el("label", { class: "check" }, el("input", { id, type: "checkbox", checked: Boolean(value), onchange: e => set(e.target.checked) }),
      el("small", {}, NOTES[name] ?? schema.description ?? "")), null];
  }
  if (schema.type === "integer" || schema.type === "number") return number(id, name, schema, value, set, model);
  return [el("input", { id, type: "text", value: value ?? "", maxLength: schema.maxLength ?? 4000, onchange: e => set(e.target.value.trim()) }), null];
}

/** A slider over what is usual, beside it a field for everything that is possible. */
function number(id, name, schema, value, set, model) {
  const whole = schema.type === "integer";
  const low = schema.minimum ?? (whole ? schema.exclusiveMinimum + 1 : 1);
  const high = schema["x-usual-maximum"] ?? schema.maximum;
  const step = schema["x-step"] ?? (whole ? 1 : high - low <= 20 ? 0.1 : 1);
  const note = name === "num_frames" ? el("small", { "aria-live": "off" }) : schema.description ? el("small", {}, schema.description) : null;
  const say = n => { if (name === "num_frames") note.textContent = n === 1 ? "one picture" : (n / (settings().fps ?? model.capabilities.fps)).toFixed(1) + " s of video"; };
  const slider = el("input", { id, type: "range", min: low, max: high, step, value: value ?? low });
  const exact = el("input", { type: "number", min: schema.minimum ?? "", max: schema.maximum ?? "", step: whole ? step : "any", value: value ?? "", placeholder: "auto", "aria-label": (schema.title ?? name) + ", exactly" });
  const take = n => {
    if (!Number.isFinite(n) && value === undefined) return set(undefined);
    if (!Number.isFinite(n)) n = schema.default;
    if (schema.maximum !== undefined) n = Math.min(n, schema.maximum);
    if (schema.minimum !== undefined) n = Math.max(n, schema.minimum);
    if (schema.exclusiveMinimum !== undefined && n <= schema.exclusiveMinimum) n = schema.default;
    if (whole) n = low + step * Math.round((n - low) / step);
    slider.value = n;
    exact.value = n;
    say(n);
    set(n);
  };
  slider.oninput = () => { exact.value = slider.value; say(Number(slider.value)); };
  slider.onchange = () => take(Number(slider.value));
  exact.onchange = () => take(exact.value === "" ? NaN : Number(exact.value));
  if (name === "num_frames") say(value);
  return [el("div", { class: "pair" }, slider, exact), note];
}
