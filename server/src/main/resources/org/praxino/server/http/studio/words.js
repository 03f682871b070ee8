// What the page says where the server's own sentence is written for programs. Anything else is said as the server says it.

const SAID = {
  too_many_sessions: "Another tab is streaming. Stop it, or wait.",
  server_stopping: "The server is restarting. Your stream will continue.",
  taken_over: "The stream continues in another tab.",
  session_not_found: "The stream has expired.",
};
const CALM = ["too_many_sessions", "server_stopping"];

/** @param e an error of the server, with code and message */
export const said = e => SAID[e.code] ?? e.message;

/** Whether it is news and not a failure. */
export const calm = e => CALM.includes(e.code);
