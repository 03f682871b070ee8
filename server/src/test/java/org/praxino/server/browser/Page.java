package org.praxino.server.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tab: what a user would do in it, what is seen in it, what it asked for and complained of. */
public final class Page implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long PATIENCE_SECONDS = 240;

    private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger chooser = new AtomicInteger(-1);
    private final WebSocket socket;
    private volatile Duration patience = Duration.ofSeconds(PATIENCE_SECONDS);

    Page(HttpClient client, URI address) {
        socket = client.newWebSocketBuilder().buildAsync(address, new MessageListener()).join();
        List.of("Page", "Runtime", "Network", "Log", "DOM", "Accessibility").forEach(domain -> send(domain + ".enable", Map.of()));
    }

    private final class MessageListener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                hear(MAPPER.readTree(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }

    private void hear(JsonNode message) {
        if (message.has("id")) {
            var waiting = open.remove(message.get("id").intValue());
            if (waiting != null) {
                waiting.complete(message);
            }
            return;
        }
        JsonNode p = message.get("params");
        switch (message.get("method").stringValue()) {
            case "Runtime.exceptionThrown" -> problems.add(p.toString());
            case "Log.entryAdded" -> {
                if (p.at("/entry/level").stringValue().equals("error") && !p.at("/entry/source").stringValue().equals("network")) {
                    problems.add(p.at("/entry/text").stringValue());
                }
            }
            case "Runtime.consoleAPICalled" -> {
                if (p.get("type").stringValue().equals("error")) {
                    problems.add(p.get("args").toString());
                }
            }
            case "Page.fileChooserOpened" -> chooser.set(p.get("backendNodeId").intValue());
            case "Network.requestWillBeSent" -> requests.add(p.at("/request/url").stringValue());
            default -> { }
        }
    }

    /** Any command of the protocol; fails with what the browser says against it. */
    public JsonNode send(String method, Map<String, ?> params) {
        int id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        open.put(id, answer);
        synchronized (socket) {
            socket.sendText(MAPPER.writeValueAsString(Map.of("id", id, "method", method, "params", params)), true).join();
        }
        try {
            JsonNode message = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message.has("error")) {
                throw new AssertionError(method + ": " + message.get("error"));
            }
            return message.get("result");
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(method + " was not answered", e);
        }
    }

    public void go(URI address) {
        send("Page.navigate", Map.of("url", address.toString()));
        until("document.readyState === 'complete'");
    }

    /** Comes back when the page that was there is gone. */
    public void reload() {
        eval("window.old = true");
        send("Page.reload", Map.of());
        until("!window.old && document.readyState === 'complete'");
    }

    /** The value of a JavaScript expression; promises are waited for. */
    public JsonNode eval(String expression) {
        JsonNode result = send("Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    public boolean is(String expression) {
        return eval("Boolean(" + expression + ")").booleanValue();
    }

    /** How long {@link #until} may take from now on. */
    public void patience(Duration most) {
        patience = most;
    }

    public void until(String expression) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                if (is(expression)) {
                    return;
                }
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + patience + " for: " + expression + "; the page says: "
                        + eval("document.body.innerText.slice(0, 2000)").stringValue() + "; problems: " + problems);
            }
            Chromium.sleep();
        }
    }

    /** The text of what a selector finds. */
    public String text(String selector) {
        return eval("document.querySelector(" + quoted(selector) + ").innerText").stringValue();
    }

    /** A real press of the mouse in the middle of an element, which must be what lies there. */
    public void click(String selector) {
        until("document.querySelector(" + quoted(selector) + ")");
        JsonNode at = eval("(() => { const e = document.querySelector(" + quoted(selector)
                + "); e.scrollIntoView({block: 'center', behavior: 'instant'});"
                + "const b = e.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2, hit = document.elementFromPoint(x, y);"
                + "return {x, y, hit: Boolean(hit && (e.contains(hit) || hit.contains(e)))}; })()");
        if (!at.get("hit").booleanValue()) {
            throw new AssertionError(selector + " is covered or outside of the window at " + at);
        }
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            send("Input.dispatchMouseEvent", Map.of("type", type, "x", at.get("x").doubleValue(), "y", at.get("y").doubleValue(),
                    "button", type.equals("mouseMoved") ? "none" : "left", "clickCount", 1));
        }
    }

    /** Presses a button that opens the browser's chooser of files, and chooses one there. */
    public void choose(String button, Path file) {
        send("Page.setInterceptFileChooserDialog", Map.of("enabled", true));
        chooser.set(-1);
        click(button);
        long end = System.nanoTime() + patience.toNanos();
        while (chooser.get() < 0) {
            if (System.nanoTime() > end) {
                throw new AssertionError(button + " opened no chooser of files");
            }
            Chromium.sleep();
        }
        send("DOM.setFileInputFiles", Map.of("files", List.of(file.toAbsolutePath().toString()), "backendNodeId", chooser.get()));
    }

    /** Types into an element in place of what was there. */
    public void fill(String selector, String text) {
        click(selector);
        eval("document.activeElement.select()");
        send("Input.insertText", Map.of("text", text));
    }

    /** A key such as {@code Enter}, {@code Tab} or {@code 3}. */
    public void key(String key) {
        String text = key.equals("Enter") ? "\r" : key.length() == 1 ? key : "";
        String code = key.equals(" ") ? "Space" : key.length() == 1 && Character.isLetter(key.charAt(0)) ? "Key"
                + key.toUpperCase(java.util.Locale.ROOT) : key;
        int number = switch (key) {
            case "Enter" -> 13;
            case "Tab" -> 9;
            case "Escape" -> 27;
            case "ArrowLeft" -> 37;
            case "ArrowUp" -> 38;
            case "ArrowRight" -> 39;
            default -> key.length() == 1 ? Character.toUpperCase(key.charAt(0)) : 0;
        };
        send("Input.dispatchKeyEvent", Map.of("type", text.isEmpty() ? "rawKeyDown" : "keyDown", "key", key, "code", code, "text", text,
                "windowsVirtualKeyCode", number));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", code, "windowsVirtualKeyCode", number));
    }

    /** Pretends to be a screen of that size. */
    public void size(int width, int height, boolean phone) {
        send("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
        send("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
    }

    public void colours(boolean dark) {
        send("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    public void screenshot(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode(send("Page.captureScreenshot", Map.of("format", "png")).get("data").stringValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Exceptions, errors on the console, breaches of the content security policy. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Addresses of everything that was asked for. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
