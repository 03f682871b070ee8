package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;
import org.praxino.media.OutputFormat;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.browser.Chromium;
import tools.jackson.databind.JsonNode;

/** What comes into a stream through the browser, files and screens and snapshots, and VP9 coming out, by what the page really sends and decodes. */
class InputPageTest extends BrowserTest {
    private static final String SHOWN = "/\\d ms|\\d s/.test(document.querySelector('#readings > div:nth-child(2) dd').innerText)";
    private static final String FOLLOW = "[aria-labelledby=inputs-title] .row button";

    private TestServer live() {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        v().open(s);
        v().page.click("[data-mode=live]");
        v().page.fill("#prompt", "a red ball");
        return s;
    }

    /** From now on the pictures that the page sends are kept, as messages without their header. */
    private void listen() {
        listen(v());
    }

    private static void listen(Visit visit) {
        visit.page.eval("window.sent = []; (() => { const send = WebSocket.prototype.send; WebSocket.prototype.send = function (data) {"
                + "if (typeof data !== 'string') sent.push(new Uint8Array(data.buffer ?? data).slice(32)); return send.call(this, data); }; })()");
    }

    /** Mean red, green and blue of a picture that was sent. */
    private JsonNode mean(String which) {
        return mean(v(), which);
    }

    private static JsonNode mean(Visit visit, String which) {
        return visit.page.eval("(async () => { const picture = await createImageBitmap(new Blob([" + which + "], {type: 'image/jpeg'}));"
                + "const canvas = new OffscreenCanvas(picture.width, picture.height), pen = canvas.getContext('2d'); pen.drawImage(picture, 0, 0);"
                + "const d = pen.getImageData(0, 0, canvas.width, canvas.height).data, sum = [0, 0, 0];"
                + "for (let i = 0; i < d.length; i += 4) for (let c = 0; c < 3; c++) sum[c] += d[i + c];"
                + "return {width: canvas.width, height: canvas.height, mean: sum.map(s => s / (d.length / 4))}; })()");
    }

    /** Two seconds that grow from dark to bright red. */
    private Path film() {
        Path file = folder.resolve("red.webm");
        try (var writer = VideoWriter.open(file, OutputFormat.WEBM, WriteOptions.plain(8))) {
            for (int i = 0; i < 16; i++) {
                writer.write(Frame.filled(96, 64, new Rgb(40 + 12 * i, 20, 20)));
            }
            writer.finish();
        }
        return file;
    }

    @Test
    void aFileIsFollowedFromItsFirstPictureToItsLast() {
        TestServer s = live();
        listen();
        v().page.choose(FOLLOW + ":nth-child(3)", film());
        v().page.until(SHOWN);
        v().picture("live-file");
        v().page.until("document.querySelector('.screen').dataset.state === 'ended'");
        int sent = v().page.eval("sent.length").intValue();
        assertThat(sent).as("two seconds of eight, as the page's clock has them").isBetween(12, 20);
        JsonNode first = mean("sent[0]");
        JsonNode last = mean("sent.at(-1)");
        assertThat(first.get("width").intValue()).as("of the model's size").isEqualTo(32);
        assertThat(first.at("/mean/0").doubleValue()).as("its beginning").isLessThan(75);
        assertThat(last.at("/mean/0").doubleValue()).as("its end").isGreaterThan(190);
        assertThat(last.at("/mean/1").doubleValue()).isLessThan(60);
        assertThat(TestServer.json(s.get("/v1/realtime/sessions")).at("/data/0/frames").intValue()).as("as many come out").isEqualTo(sent);
        v().wasClean(s);
    }

    @Test
    void aScreenIsFollowedUntilItIsLetGo() throws Exception {
        TestServer s = live();
        listen();
        v().page.click(FOLLOW + ":nth-child(2)");
        v().page.until(SHOWN);
        v().page.until("sent.length >= 16");
        assertThat(v().page.eval("document.querySelector('.given video').srcObject.getVideoTracks()[0].getSettings().displaySurface").stringValue())
                .as("what kind of thing is looked at").isIn("monitor", "window", "browser");
        Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(Path.of("target", "screenshots", "live-screen-sent.jpg"),
                Base64.getDecoder().decode(v().page.eval("btoa(String.fromCharCode(...sent.at(-1)))").stringValue()));
        assertThat(mean("sent.at(-1)").get("height").intValue()).isEqualTo(32);
        v().picture("live-screen");
        v().page.eval("document.querySelector('.given video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))"); // the browser's own Stop sharing
        v().page.until("!document.querySelector('.given video')");
        v().page.until("document.querySelector('.screen').dataset.state === 'ended'");
        v().wasClean(s);
    }

    @Test
    void whatIsReallyOnAnotherTabIsFollowed() {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        try (var browser = Chromium.sharing(Chromium.program().orElseThrow(),
                "Blue wall"); var other = browser.page(); var visit = new Visit(browser)) {
            other.go(URI.create("data:text/html,%3Ctitle%3EBlue%20wall%3C/title%3E%3Cbody%20style=background:%230000ff%3E"));
            visit.page.patience(Duration.ofSeconds(60));
            visit.open(s);
            listen(visit);
            visit.page.click("[data-mode=live]");
            visit.page.fill("#prompt", "a red ball");
            visit.page.click(FOLLOW + ":nth-child(2)");
            visit.page.until(SHOWN);
            visit.page.until("sent.length >= 8");
            JsonNode mean = mean(visit, "sent.at(-1)").get("mean");
            assertThat(mean.get(2).doubleValue()).as("blue").isGreaterThan(200);
            assertThat(mean.get(0).doubleValue()).as("red").isLessThan(60);
            visit.picture("live-tab");
            visit.wasClean(s);
        }
    }

    @Test
    void vp9IsDecodedToTheSamePicturesAndAfterARewindToo() {
        TestServer s = live();
        v().page.eval("window.play = async format => { const [{ Session }, { Player }] = await Promise.all([import('/studio/session.js'), import('/studio/player.js')]);"
                + "return new Promise((done, broken) => { const canvas = document.createElement('canvas'), seen = []; let init = null, rewound = false;"
                + "const player = new Player(canvas, now => { session.shown(now.run, now.frame);"
                + "  const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, squares = new Array(48).fill(0);"
                + "  for (let i = 0; i < d.length; i++) if (i % 4 < 3) { const x = i / 4 % canvas.width | 0, y = i / 4 / canvas.width | 0;"
                + "    squares[((y >> 3) * 4 + (x >> 3)) * 3 + i % 4] += d[i] / 64; }"
                + "  seen.push({ run: now.run, frame: now.frame, squares });"
                + "  if (now.run === 1 && now.frame === 7 && !rewound) { rewound = true; session.send('session.rewind', { block: 1 }); }"
                + "  if (now.run === 2 && now.frame === 9) { session.stop(); player.close(); done({ init, seen: seen.filter(f => f.run === 2) }); } });"
                + "const session = new Session({ prompt: 'a red ball', seed: '7', formats: [format], quality: 95 }, (type, m) => {"
                + "  if (type === 'media') player.take(m); else if (type === 'session.created') player.begin(m.fps, m.buffer_frames);"
                + "  else if (type === 'media.init') { init = m.format; player.init(m); } else if (type === 'session.rewound') player.clear(m.run);"
                + "  else if (type === 'error') broken(new Error(m.message)); }); }); }");
        JsonNode vp9 = v().page.eval("play('vp9')");
        JsonNode jpeg = v().page.eval("play('jpeg')");
        assertThat(vp9.get("init").stringValue()).isEqualTo("vp9");
        assertThat(vp9.get("seen").size()).isEqualTo(jpeg.get("seen").size()).isEqualTo(9);
        for (int i = 0; i < 9; i++) {
            for (int square = 0; square < 48; square++) {
                assertThat(vp9.at("/seen/" + i + "/squares/" + square).doubleValue()).as("frame %d, square %d", i, square)
                        .isCloseTo(jpeg.at("/seen/" + i + "/squares/" + square).doubleValue(), org.assertj.core.data.Offset.offset(20.0));
            }
        }
        v().wasClean(s);
    }

    @Test
    void whereVp9CannotBeDecodedTheStreamContinuesAsJpeg() {
        TestServer s = live();
        v().page.eval("(() => { const decode = VideoDecoder.prototype.decode; let n = 0; VideoDecoder.prototype.decode = function (chunk) {"
                + "return decode.call(this, ++n < 4 ? chunk : new EncodedVideoChunk({ type: 'delta', timestamp: chunk.timestamp, data: new Uint8Array([1, 2, 3]) })); }; })()");
        v().page.eval("import('/studio/live.js').then(({ begin }) => begin({ prompt: 'a red ball', formats: ['vp9'] }))");
        v().page.until(SHOWN);
        v().page.until("Number(document.querySelector('#transport input').value) >= 3");
        assertThat(v().page.eval("import('/studio/live.js').then(({ live }) => live.screens[0].session.info.format)").stringValue())
                .isEqualTo("jpeg");
        v().wasClean(s);
    }

    @Test
    void aSavedSnapshotIsResumed() throws Exception {
        TestServer s = live();
        v().page.send("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
        v().page.key("Enter");
        v().page.until("Number(document.querySelector('#transport input').value) >= 3");
        v().page.click("[aria-label^='Save a snapshot']");
        Path[] file = new Path[1];
        TestServer.until("the snapshot is saved", () -> {
            try (var all = Files.list(folder)) {
                file[0] = all.filter(p -> p.toString().endsWith(".safetensors")).findFirst().orElse(null);
            }
            return file[0] != null && Files.size(file[0]) > 0;
        });
        v().page.click("[aria-label='End the stream']");
        v().page.until("document.querySelector('#go').innerText === 'Go live'");
        v().page.choose("[aria-labelledby=snapshots-title] button", file[0]);
        v().page.until("document.querySelector('.screen').dataset.state === 'running'");
        v().page.until("document.querySelector('.tag:not([hidden])')?.innerText === 'a red ball'");
        assertThat(v().page.eval("Number(document.querySelector('#transport input').max)").intValue()).as("where it was").isGreaterThanOrEqualTo(3);
        v().isLabelled();
        v().picture("live-snapshot");
        v().page.size(390, 844, true);
        v().fits();
        v().picture("live-snapshot-phone");
        v().page.eval("[...document.querySelectorAll('.tabs button')].find(b => b.innerText === 'Snapshot').click()");
        Path none = Files.writeString(folder.resolve("none.safetensors"), "no snapshot");
        v().page.choose("[aria-labelledby=snapshots-title] button", none);
        v().page.until("document.querySelector('.toast[data-kind=bad]')");
        assertThat(v().page.text(".toast[data-kind=bad]")).contains("the file").doesNotContain("/");
        assertThat(v().page.text(".tag")).as("the one that runs goes on").isEqualTo("a red ball");
        v().wasClean(s);
    }
}
