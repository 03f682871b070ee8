// The stream elsewhere: a window of its own, a link for a browser source.
import * as api from "./api.js";
import { $, dialog, el, toast } from "./dom.js";
import { state } from "./state.js";

/** @param screen whose stream goes out; it goes on while this page is out of sight */
export function outputDialog(screen) {
  const background = el("select", { id: "output-background" }, el("option", { value: "" }, "Transparent"), el("option", { value: "00ff00" }, "Green"), el("option", { value: "000000" }, "Black"));
  const address = async () => {
    const query = new URLSearchParams();
    if (api.hasKey()) {
      query.set("session", screen.session.info.session);
      query.set("token", await api.streamToken());
    }
    if (state.pixels) query.set("scaling", "pixel");
    if (background.value) query.set("background", background.value);
    return location.origin + "/output" + (query.size ? "?" + query : "");
  };
  screen.player.unseen();
  const go = use => async () => {
    try {
      await use(await address());
      $("dialog").close();
    } catch (e) {
      toast(e.message, "bad");
    }
  };
  dialog("Output", el("div", { class: "stack" }, el("h2", {}, "Output"),
    el("p", { class: "soft" }, "The picture alone, for OBS (a browser source) or another screen. " + (api.hasKey() ? "With a key the link opens within two minutes and shows this stream." : "The link always shows the newest stream.")),
    el("div", { class: "field" }, el("div", { class: "top" }, el("label", { htmlFor: "output-background" }, "Background")), background),
    el("div", { class: "row" },
      el("button", { type: "button", class: "primary", onclick: go(async link => { await navigator.clipboard.writeText(link); toast("Link copied."); }) }, "Copy link"),
      el("button", { type: "button", onclick: go(link => { window.open(link, "praxino-output", "popup,width=512,height=512"); }) }, "Pop out"))));
}
