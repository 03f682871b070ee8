// The readings of a live stream, as rows of readings.js.

const millis = ms => ms === undefined || ms === null ? "–" : ms < 9950 ? Math.round(ms) + " ms" : (ms / 1000).toFixed(1) + " s";

/** @param s a LiveScreen @param memory of the server, as text */
export function rows(s, memory) {
  const speed = s.done?.realtime_factor;
  const fps = s.session.info?.fps;
  const rate = s.player.rate;
  const late = rate !== undefined && s.session.state === "running" && rate < fps * 0.92;
  const cause = !late ? "" : s.session.slow ? "Your connection is slow" : speed < 1 ? "The server is slow" : "";
  return [
    ["Frame rate", rate === undefined || s.session.state !== "running" ? "–" : `${Math.min(fps, Math.round(rate))} of ${fps} fps`, cause || "Frames shown in a second", rate === undefined ? "" : late ? "bad" : "good"],
    ["Response time", s.visible ? millis(s.visible) : "–", "From sending a prompt to its first frame on the screen", !s.visible || s.asked.length ? "" : s.visible > 2000 ? "bad" : "good"],
    ["Delay", millis(s.lag), "From sending a frame to showing it", s.lag === undefined ? "" : s.lag > 500 ? "bad" : ""],
    ["Speed", speed ? speed.toPrecision(3) + "×" : "–", "Seconds of video that the server generates in a second", speed < 1 ? "bad" : ""],
    ["Drift", s.drift === undefined ? "–" : s.drift.toFixed(2), "How far the picture has left its beginning; above 1 is far", s.drift > 1 ? "bad" : ""],
    ["Memory", memory, "Used by the server"],
    ...(cause ? [["", cause, "", "bad"]] : []),
  ];
}
