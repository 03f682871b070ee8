// A clock for pages that are not in sight, whose own timers a browser slows down.
setInterval(() => postMessage(0), 30);
