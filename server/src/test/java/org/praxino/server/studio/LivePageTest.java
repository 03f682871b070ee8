package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.access.KeyScope;

/** What a person does in front of a stream: steer it, drag through its past, keep its last seconds, reload, lose the connection, follow a camera. */
class LivePageTest extends BrowserTest {
    private static final String SHOWN = "/\\d ms|\\d s/.test(document.querySelector('#readings > div:nth-child(2) dd').innerText)";

    private TestServer live(int port) {
        TestServer s = server = Visit.serve(folder.resolve("data"), port, false, new TestModel(true));
        return s;
    }

    private void goLive(TestServer s, String prompt) {
        v().open(s);
        v().page.click("[data-mode=live]");
        v().page.fill("#prompt", prompt);
        v().page.key("Enter");
        v().page.until(SHOWN);
    }

    @Test
    void aStreamIsSteeredRewoundForkedAndKept() throws Exception {
        TestServer s = live(0);
        goLive(s, "a red ball");
        v().page.until("document.querySelector('.tag').innerText === 'a red ball'");
        v().picture("live");
        v().isLabelled();

        v().page.fill("#prompt", "a blue cube");
        v().page.key("Enter");
        v().page.until("document.querySelector('.tag').innerText === 'a blue cube'");

        v().page.until("Number(document.querySelector('#transport input').max) >= 3");
        v().page.eval("window.top_ = Number(document.querySelector('#transport input').max);"
                + "(() => { const past = document.querySelector('#transport input'); past.value = 1; past.dispatchEvent(new Event('input')); })()");
        v().page.until("!document.querySelector('.peek').hidden");
        v().page.eval("document.querySelector('#transport input').dispatchEvent(new Event('change'))");
        v().page.until("Number(document.querySelector('#transport input').value) < top_");
        assertThat(v().page.is("Number(document.querySelector('#transport input').max) < top_")).as("what came after is not there yet").isTrue();

        v().page.send("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
        v().page.click(".rec");
        v().page.click("#dialog .primary");
        Path[] file = new Path[1];
        TestServer.until("the recording is there", () -> {
            try (var all = Files.list(folder)) {
                file[0] = all.filter(p -> p.toString().endsWith(".mp4")).findFirst().orElse(null);
            }
            return file[0] != null && Files.size(file[0]) > 0;
        });
        List<Frame> frames = VideoReader.readAll(file[0], ReadOptions.DEFAULT);
        assertThat(frames).isNotEmpty();
        assertThat(GeneratedMetadata.read(file[0])).as("a recording says that it is generated").isPresent();

        v().page.click("[aria-label^=Fork]");
        v().page.until("document.querySelectorAll('.screen').length === 2");
        v().page.until("document.querySelectorAll('.screen .tag:not([hidden])').length === 2");
        v().page.fill("#prompt", "a green pyramid");
        v().page.key("Enter");
        v().page.until("document.querySelector('.screen:last-child .tag').innerText.endsWith('a green pyramid')");
        assertThat(v().page.text(".screen .tag")).doesNotContain("pyramid");
        v().picture("fork");

        v().page.click("[aria-label='Keep only the selected stream']");
        v().page.until("document.querySelectorAll('.screen').length === 1");
        v().page.click("[aria-label='End the stream']");
        v().page.until("document.querySelector('#go').innerText === 'Go live'");
        v().wasClean(s);
    }

    @Test
    void aReloadContinuesWhereTheStreamWas() {
        TestServer s = live(0);
        goLive(s, "a red ball");
        String seed = v().page.eval("document.querySelector('#seed-value').value").stringValue();
        assertThat(seed).isNotEmpty();
        v().page.until("Number(document.querySelector('#transport input').value) >= 2");
        v().page.reload();
        v().page.until("document.querySelector('.screen')?.dataset.state === 'running' && document.querySelector('.tag:not([hidden])')?.innerText === 'a red ball'");
        assertThat(v().page.eval("Number(document.querySelector('#transport input').value)").intValue()).isGreaterThanOrEqualTo(2);
        assertThat(v().page.eval("document.querySelector('#seed-value').value").stringValue()).isEqualTo(seed);
        v().wasClean(s);
    }

    @Test
    void aLostConnectionContinuesAfterTheServersReturn() {
        TestServer s = live(0);
        int port = s.server.port();
        goLive(s, "a red ball");
        s.close();
        v().page.until("document.querySelector('.screen').dataset.state === 'away' && document.querySelector('.veil').innerText.includes('lost')");
        v().picture("live-lost");
        live(port);
        v().page.until("document.querySelector('.screen').dataset.state === 'running' && document.querySelector('.veil').hidden");
        assertThat(v().page.text(".tag")).isEqualTo("a red ball");
        assertThat(v().page.is("!document.querySelector('.toast[data-kind=bad]')")).as("a restart is news, not a failure").isTrue();
    }

    @Test
    void aTimelineIsWrittenPlayedAndTakenFromTheStream() {
        TestServer s = live(0);
        v().open(s);
        v().page.click("[data-mode=live]");
        v().page.until("!document.querySelector('#timeline').hidden");
        v().page.eval("(() => { const f = (s, x) => { const e = document.querySelector(s); e.value = x; e.dispatchEvent(new Event('change')); };"
                + "f('.cue:nth-child(2) input[type=text]', 'a blue cube'); f('#cue-at-1', '1'); f('#timeline-end', '3'); })()");
        v().isLabelled();
        v().page.click("#timeline-play");
        v().page.until("document.querySelector('.tag')?.innerText.includes('a blue cube')");
        v().page.until("document.querySelector('.screen').dataset.state === 'ended'");
        v().picture("timeline");
        v().page.click("#timeline-from");
        v().page.until("document.querySelector('#toasts').innerText.includes('copied from the stream')");
        assertThat(v().page.eval("[...document.querySelectorAll('.cue input[type=text]')].map(i => i.value).join('|')").stringValue())
                .isEqualTo("a cat waving|a blue cube");
        v().wasClean(s);
    }

    @Test
    void aCameraIsFollowedOnAPhone() {
        TestServer s = live(0);
        v().page.size(390, 844, true);
        v().page.colours(false);
        v().open(s);
        v().page.click("[data-mode=live]");
        v().page.fill("#prompt", "a red ball");
        v().page.eval("[...document.querySelectorAll('button')].find(b => b.innerText === 'Webcam').click()");
        v().page.until(SHOWN);
        v().page.until("document.querySelector('.given video')?.videoWidth > 0");
        v().fits();
        v().picture("live-phone");
        v().page.click("[aria-label='End the stream']");
        v().page.until("!document.querySelector('.given video')");
        v().wasClean(s);
    }

    @Test
    void aServerWithKeysStreamsToo() {
        TestServer s = server = Visit.serve(folder, 0, true, new TestModel(true));
        String key;
        try (var box = ApiKeyAdmin.open(folder, null)) {
            key = box.keys().add("browser", Set.of(KeyScope.GENERATE, KeyScope.LIVE, KeyScope.READ), 10, 6000).text();
        }
        v().page.go(s.uri("/"));
        v().page.until("document.querySelector('#dialog').open");
        v().page.fill("#key", key);
        v().page.key("Enter");
        v().page.until("document.querySelector('#link').dataset.state === 'good'");
        v().page.click("[data-mode=live]");
        v().page.fill("#prompt", "a red ball");
        v().page.key("Enter");
        v().page.until(SHOWN);
        v().page.until("document.querySelector('.tag').innerText === 'a red ball'");
        assertThat(v().page.requests()).as("a key is never part of an address").noneMatch(r -> r.contains(key));
    }

    @Test
    void twoSeedsStreamSideBySide() {
        TestServer s = live(0);
        v().open(s);
        v().page.click("[data-mode=live]");
        v().page.fill("#prompt", "a red ball");
        v().page.click("#seed-compare");
        v().page.click("#go");
        v().page.until("[...document.querySelectorAll('.screen .tag')].filter(t => !t.hidden).length === 2");
        assertThat(v().page.text(".screen:first-child .tag")).isNotEqualTo(v().page.text(".screen:last-child .tag")).contains("seed");
        v().wasClean(s);
    }
}
