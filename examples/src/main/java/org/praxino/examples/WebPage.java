package org.praxino.examples;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.praxino.media.Frame;
import org.praxino.stream.VideoModel;

/** A page that shows a live stream of the prompt typed into it. Frames are sent as a sequence of JPEG pictures, which an {@code img} plays. */
final class WebPage {
    private static final String PAGE = """
            <!doctype html><meta charset="utf-8"><title>Praxino</title>
            <form onsubmit="show.src = '/stream?prompt=' + encodeURIComponent(prompt.value); return false">
              <input id="prompt" value="a smiling face"> <button>Play</button>
            </form>
            <img id="show" width="256" height="256" alt="">
            """;

    private WebPage() {}

    static void main(String[] args) {
        var model = VideoModel.open("emoji-128");
        var server = serve(model, 8090);
        IO.println("http://localhost:" + server.port());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop();
            model.close();
        }));
    }

    /** Serves the page. @param port 0 takes a free one */
    static Javalin serve(VideoModel model, int port) {
        return Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.concurrency.useVirtualThreads = true;
            config.routes.get("/", context -> context.html(PAGE));
            config.routes.get("/stream", context -> stream(model, context));
        }).start("localhost", port);
    }

    private static void stream(VideoModel model, Context context) throws IOException {
        String prompt = context.queryParamAsClass("prompt", String.class).getOrDefault("a smiling face");
        context.contentType("multipart/x-mixed-replace; boundary=frame");
        OutputStream out = context.outputStream();
        long interval = Math.round(1e9 / model.info().size().fps());
        try (var stream = model.stream(prompt)) { // when the page goes away, writing fails and the stream closes
            long due = System.nanoTime();
            for (Frame frame : stream) {
                byte[] jpeg = jpeg(frame);
                out.write(("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(jpeg);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                due = Math.max(due + interval, System.nanoTime());
                Thread.sleep(java.time.Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] jpeg(Frame frame) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(frame.toImage(), "jpeg", bytes);
        return bytes.toByteArray();
    }
}
