package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.access.KeyScope;

/** What a person does who wants clips: type, watch, compare, find again, lose the connection. The model makes clips and does not stream. */
class ClipPageTest extends BrowserTest {
    @Test
    void whatThereIsOfAClipIsSeenWhileItIsMade() {
        var model = new TestModel(true);
        var seen = new CountDownLatch(1);
        TestServer s = server = Visit.serve(folder, 0, false, model);
        model.between = (done, total, note) -> {
            try {
                if (done == 1) { // the page comes to listen while the first frame is there
                    TestServer.until("the page listens", () -> v().page.requests().stream().anyMatch(r -> r.endsWith("preview=true")));
                    Thread.sleep(500);
                } else {
                    seen.await(60, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        v().open(s);
        v().page.click("[data-mode=clip]");
        v().page.fill("#prompt", "a red ball");
        v().page.key("Enter");
        v().page.until("document.querySelector('.so-far')?.naturalWidth > 0");
        v().isLabelled();
        v().picture("clip-so-far");
        seen.countDown();
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
        v().wasClean(s);
    }

    @Test
    void aPromptBecomesAClipThatPlaysAndIsFoundAgain() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel());
        v().open(s);
        v().page.until("document.querySelector('.screen h2').innerText === 'What do you want to see?'");
        v().picture("empty");
        v().isLabelled();

        v().page.fill("#prompt", "a red ball");
        v().page.key("Enter");
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
        v().page.until("document.querySelectorAll('.clip img[src]').length === 1");
        assertThat(v().page.eval("document.querySelector('.screen video').videoWidth").intValue()).isEqualTo(32);
        assertThat(v().page.text(".clip .say")).contains("a red ball", "1.1 s");
        v().page.until("/\\d s/.test(document.querySelector('#readings').innerText)"); // from prompt to picture
        v().picture("clip");
        v().isLabelled();
        v().fits();

        v().page.key("Escape");
        v().page.key(" ");
        v().page.until("document.querySelector('.screen video').paused");
        v().page.eval("document.querySelector('.screen video').currentTime = 0");
        v().page.key(".");
        v().page.until("document.querySelector('#transport .num').innerText.startsWith('02')");

        v().page.fill("#search", "green");
        v().page.until("document.querySelector('.nothing')");
        v().page.fill("#search", "ball");
        v().page.until("document.querySelectorAll('.clip').length === 1");
        v().page.fill("#search", "");

        v().page.key("Escape");
        v().page.eval("document.querySelector('#set-num_frames').value = 5, document.querySelector('#set-num_frames').dispatchEvent(new Event('change'))");
        v().page.key("2");
        v().page.until("document.querySelectorAll('.clip img[src]').length === 2");
        assertThat(v().page.text(".clip:first-child .say")).contains("a cat waving", "0.6 s");

        v().page.reload();
        v().page.until("document.querySelectorAll('.clip').length === 2");
        assertThat(v().page.eval("document.querySelector('#prompt').value").stringValue()).isEqualTo("a cat waving");
        assertThat(v().page.eval("document.querySelector('#set-num_frames').value").stringValue()).isEqualTo("5");

        v().page.click(".clip:last-child [aria-label^='Reuse']");
        v().page.until("document.querySelector('#prompt').value === 'a red ball'");
        assertThat(v().page.eval("document.querySelector('#set-num_frames').value").stringValue()).isEqualTo("9");
        v().page.send("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
        v().page.click(".clip:last-child [aria-label^='Download']");
        TestServer.until("the clip is saved under a name of its own", () -> {
            try (var all = Files.list(folder)) {
                return all.anyMatch(p -> p.getFileName().toString().matches("a-red-ball_-?\\d+\\.mp4"));
            }
        });
        v().page.click(".clip:last-child [aria-label^='Delete']");
        assertThat(v().page.eval("document.querySelector('.sure').getAttribute('aria-label')").stringValue()).startsWith("Delete?");
        v().page.click(".clip:last-child .sure");
        v().page.until("document.querySelectorAll('.clip').length === 1");
        v().wasClean(s);
    }

    @Test
    void twoSeedsPlaySideBySide() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel());
        v().open(s);
        v().page.fill("#prompt", "a red ball");
        v().page.click("#seed-compare");
        assertThat(v().page.text("#go")).isEqualTo("Make two clips");
        v().page.click("#go");
        v().page.until("document.querySelectorAll('.screen video').length === 2");
        v().page.until("[...document.querySelectorAll('.screen video')].every(m => m.currentTime > 0)");
        v().picture("compare");
        v().page.click(".screen:last-child .tag");
        v().page.until("document.querySelectorAll('.screen').length === 1");
        assertThat(v().page.eval("document.querySelector('#seed-lock').getAttribute('aria-pressed')").stringValue()).isEqualTo("true");
        assertThat(v().page.eval("document.querySelector('#seed-value').value").stringValue())
                .isEqualTo(v().page.eval("document.querySelector('#readings > div:nth-child(4) dd').innerText").stringValue());
        v().wasClean(s);
    }

    @Test
    void aCardFarBelowIsShownInSightAndBesideAnother() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel());
        v().page.size(1280, 560, false);
        v().open(s);
        for (String prompt : new String[] {"a red ball", "a blue cube"}) {
            v().page.fill("#prompt", prompt);
            v().page.key("Enter");
            v().page.until("document.querySelector('.screen video')?.currentTime > 0 && document.querySelector('.clip .say').innerText.includes('" + prompt + "')");
        }
        v().page.eval("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })");
        assertThat(v().page.eval("scrollY").doubleValue()).isGreaterThan(50);
        v().page.eval("document.querySelector('.clip:last-child .see').click()");
        v().page.until("scrollY < 5 && document.querySelector('.clip:last-child').dataset.on === 'true'");
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
        assertThat(v().page.text("#readings > div:first-child dd")).as("each clip has its own").contains("s");

        v().page.click(".clip:first-child [aria-label^='Compare with']");
        v().page.until("document.querySelectorAll('.screen .tag').length === 2");
        assertThat(v().page.text(".screen:first-child .tag")).contains("a red ball", "seed");
        assertThat(v().page.text(".screen:last-child .tag")).contains("a blue cube", "seed");
        v().wasClean(s);
    }

    @Test
    void settingsOfTheSlowerNetworkComeWithIt() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel(true));
        v().open(s);
        v().page.click("[data-mode=clip]");
        v().page.eval("document.querySelector('#side details').open = true");
        assertThat(v().page.is("document.querySelector('#set-guidance_scale')")).as("nothing switches silently").isFalse();
        v().page.click("#set-teacher");
        v().page.until("document.querySelector('#set-guidance_scale') && document.querySelector('#set-num_inference_steps')");
        assertThat(v().page.eval("[...document.querySelectorAll('#side input[type=checkbox]')].filter(b => b.offsetWidth).map(b => b.offsetWidth + 'x' + b.offsetHeight).join(' ')").stringValue()
                .split(" ")).containsOnly("18x18");
        v().page.click("#set-teacher");
        v().page.until("!document.querySelector('#set-guidance_scale')");
        assertThat(v().page.eval("import('/studio/files.js').then(({ nameOf }) => nameOf('\uD83D\uDE00', '-7', 'mp4') + ' ' + nameOf('!?', '7', 'gif'))").stringValue())
                .isEqualTo("\uD83D\uDE00_-7.mp4 clip_7.gif");
        v().wasClean(s);
    }

    @Test
    void waitingClipsStandInColumns() {
        var model = new TestModel();
        var go = new CountDownLatch(1);
        TestServer s = server = Visit.serve(folder, 0, false, model);
        model.between = (done, total, note) -> {
            try {
                go.await(120, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        v().open(s);
        for (String prompt : new String[] {"a ball", "a very much longer prompt about a cube"}) {
            v().page.fill("#prompt", prompt);
            v().page.key("Enter");
            v().page.until("[...document.querySelectorAll('#queue .what')].some(w => w.innerText === '" + prompt + "')");
        }
        assertThat(v().page.eval("new Set([...document.querySelectorAll('#queue .progress')].map(p => p.getBoundingClientRect().x)).size").intValue()).isEqualTo(1);
        go.countDown();
        v().page.until("document.querySelectorAll('.clip img[src]').length === 2");
        v().wasClean(s);
    }

    @Test
    void aLostConnectionIsShownAndIsRestored() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel());
        int port = s.server.port();
        v().open(s);
        v().page.fill("#prompt", "a red ball");
        s.close();
        v().page.eval("document.querySelector('#go').click()");
        v().page.until("!document.querySelector('#banner').hidden && document.querySelector('#banner').innerText.includes('lost')");
        v().picture("lost");
        server = Visit.serve(folder, port, false, new TestModel());
        v().page.until("document.querySelector('#link').dataset.state === 'good'");
        assertThat(v().page.text("#banner")).isEqualTo("Connected again.");
        assertThat(v().page.eval("document.querySelector('#prompt').value").stringValue()).isEqualTo("a red ball");
        v().page.click("#go");
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
    }

    @Test
    void onAPhoneInLightColours() {
        TestServer s = server = Visit.serve(folder, 0, false, new TestModel());
        v().page.size(390, 844, true);
        v().page.colours(false);
        v().open(s);
        v().page.fill("#prompt", "a red ball");
        v().page.click("#go");
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
        v().fits();
        v().picture("phone");
        v().page.click("[data-mode=live]");
        v().page.until("document.querySelector('.screen').innerText.includes('does not stream')");
        v().fits();
        v().picture("phone-live");
        v().wasClean(s);
    }

    @Test
    void aServerWithKeysAsksForOne() {
        TestServer s = server = Visit.serve(folder, 0, true, new TestModel());
        String key;
        try (var box = ApiKeyAdmin.open(folder, null)) {
            key = box.keys().add("browser", Set.of(KeyScope.GENERATE, KeyScope.READ), 10, 6000).text();
        }
        v().page.go(s.uri("/"));
        v().page.until("document.querySelector('#dialog').open");
        v().picture("key");
        v().page.fill("#key", "pxk_wrong");
        v().page.key("Enter");
        v().page.until("document.querySelector('#dialog').open && document.querySelector('#dialog').innerText.includes('not accepted')");
        v().page.fill("#key", key);
        v().page.key("Enter");
        v().page.until("document.querySelector('#link').dataset.state === 'good'");
        v().page.fill("#prompt", "a red ball");
        v().page.key("Enter");
        v().page.until("document.querySelector('.screen video')?.currentTime > 0");
        v().page.until("document.querySelector('.clip img')?.src.startsWith('blob:')");
    }
}
