package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;

/** That the page says what is true of a stream: what was asked, what has ended, what is paused, whose turn it is, and that nothing ends unasked. */
class StatePageTest extends BrowserTest {
    private static final String RUNNING = "document.querySelector('.screen').dataset.state === 'running' && document.querySelector('.tag:not([hidden])')";

    private void say(String prompt) {
        v().page.fill("#prompt", prompt);
        v().page.key("Enter");
    }

    private TestServer live(String prompt) {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        v().open(s);
        say(prompt);
        v().page.until(RUNNING);
        return s;
    }

    @Test
    void aModelThatStreamsOpensLiveWithWhatItDoesBest() {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        v().page.size(1366, 768, false);
        v().open(s);
        v().page.until("document.querySelectorAll('.loops button').length === 2");
        assertThat(v().page.eval("import('/studio/livescreen.js').then(({ LiveScreen }) => { const s = new LiveScreen({ prompt: 'a' }, 0);"
                + "document.body.append(s.node); const seen = getComputedStyle(s.canvas).visibility; s.close(); s.node.remove(); return seen; })").stringValue())
                .as("no empty box before the first frame").isEqualTo("hidden");
        assertThat(v().page.text(".screen .words")).contains("this computer", "a ferris wheel spinning");
        v().page.until("[...document.querySelectorAll('.loops canvas')].every(c => c.width === 32)"); // both loops play
        v().isLabelled();
        v().picture("welcome");
        v().page.click(".loops button:last-child");
        v().page.until(RUNNING);
        assertThat(v().page.text(".tag")).isEqualTo("a cat waving");
        assertThat(v().page.eval("document.querySelector('#seed-value').value").stringValue()).as("the seed that was measured").isEqualTo("7");
        assertThat(v().page.eval("document.querySelector('.picture').getBoundingClientRect().height / innerHeight").doubleValue()).isGreaterThanOrEqualTo(0.6);
        assertThat(v().page.eval("document.querySelectorAll('h1').length").intValue()).isEqualTo(1);
        v().page.fill("#prompt", "ferr");
        v().page.until("[...document.querySelectorAll('#quick .chip')].map(c => c.innerText).join() === 'a ferris wheel spinning'");
        v().page.size(390, 844, true);
        v().page.fill("#prompt", "");
        v().fits();
        v().page.eval("[...document.querySelectorAll('.tabs button')].find(b => b.innerText === 'Timeline').click()");
        assertThat(v().page.eval("[...document.querySelectorAll('#side > section')].filter(p => p.offsetHeight > 0).map(p => p.id).join()").stringValue())
                .as("one panel at a time").isEqualTo("timeline");
        v().picture("live-tabs-phone");
        assertThat(v().page.eval("document.querySelector('#quick').offsetHeight").intValue()).as("one row of quick prompts").isLessThan(60);
        v().wasClean(s);
    }

    @Test
    void promptsThatOthersReplacedAreNotOnTheirWay() {
        TestServer s = live("a red ball");
        v().page.eval("(() => { for (let i = 0; i < 6; i++) { document.querySelector('#prompt').value = 'prompt ' + i; document.querySelector('#go').click(); } })()");
        v().page.until("document.querySelector('.tag').innerText === 'prompt 5'");
        assertThat(v().page.eval("document.querySelector('.picture').getAttribute('aria-label')").stringValue()).isEqualTo("Live picture: prompt 5");
        v().page.until("document.querySelector('#spoken').innerText.includes('prompt 5')");
        v().wasClean(s);
    }

    @Test
    void anEndedStreamSaysSoAndAPromptBeginsAnother() {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        v().open(s);
        v().page.eval("import('/studio/live.js').then(({ begin }) => begin({ timeline: { prompts: [{ at: 0, prompt: 'a red ball' }], seconds: 1 } }))");
        v().page.until("document.querySelector('.screen').dataset.state === 'ended'");
        assertThat(v().page.text(".screen .over")).contains("has ended");
        assertThat(v().page.text("#go")).isEqualTo("Go live");
        v().picture("live-ended");
        say("a blue cube");
        v().page.until(RUNNING + "?.innerText === 'a blue cube'");
        assertThat(v().page.is("document.querySelector('.screen .over').hidden && !document.querySelector('.toast[data-kind=bad]')")).isTrue();
        v().wasClean(s);
    }

    @Test
    void nothingEndsARunningStreamUnasked() {
        TestServer s = live("a red ball");
        v().page.click("#timeline-play");
        v().page.until("document.querySelector('#dialog').open");
        v().page.click("#dialog button:not(.primary)");
        assertThat(v().page.text(".tag")).isEqualTo("a red ball");
        v().page.click("#timeline-play");
        v().page.click("#dialog .primary");
        v().page.until(RUNNING + "?.innerText === 'a cat waving'");
        v().wasClean(s);
    }

    @Test
    void aStreamIsPausedWhileClipsAreMade() {
        TestServer s = live("a red ball");
        v().page.click("[data-mode=clip]");
        TestServer.until("the stream is paused", () -> TestServer.json(s.get("/v1/realtime/sessions")).at("/data/0/state").asString("").equals("paused"));
        assertThat(v().page.text("#toasts")).contains("paused while you make clips");
        v().page.click("[data-mode=live]");
        v().page.until(RUNNING);
        v().wasClean(s);
    }

    @Test
    void aRewindWhilePausedShowsWhereItWent() {
        TestServer s = live("a red ball");
        v().page.until("Number(document.querySelector('#transport input').value) >= 3");
        v().page.click("#transport [aria-label=Pause]");
        v().page.until("document.querySelector('.screen').dataset.state === 'paused'");
        v().page.eval("(() => { const past = document.querySelector('#transport input'); past.value = 1; past.dispatchEvent(new Event('input')); past.dispatchEvent(new Event('change')); })()");
        v().page.until("document.querySelector('#transport input').max === '1'"); // the server has gone there
        assertThat(v().page.is("!document.querySelector('.peek').hidden && document.querySelector('#transport input').value === '1'")).isTrue();
        v().page.click("#transport [aria-label=Play]");
        v().page.until("document.querySelector('.peek').hidden && Number(document.querySelector('#transport input').value) >= 2");
        v().wasClean(s);
    }

    @Test
    void aBlockThatIsNotKeptIsNotOfferedAgain() {
        TestServer s = live("a red ball");
        v().page.until("Number(document.querySelector('#transport input').value) >= 2");
        v().page.eval("import('/studio/live.js').then(({ live }) => { live.screens[0].newest = 500; live.screens[0].preview(0);"
                + "const past = document.querySelector('#transport input'); past.max = 500; past.value = 400; past.dispatchEvent(new Event('input')); past.dispatchEvent(new Event('change')); })");
        v().page.until("document.querySelector('.toast[data-kind=bad]')");
        v().page.until("Number(document.querySelector('#transport input').max) < 400 && document.querySelector('.peek').hidden");
        v().wasClean(s);
    }

    @Test
    void anotherSeedBeginsTheStreamAnew() {
        TestServer s = live("a red ball");
        String seed = v().page.eval("document.querySelector('#seed-value').value").stringValue();
        v().page.click("[aria-label='New seed']");
        v().page.until("document.querySelector('#seed-value').value !== '" + seed + "' && " + RUNNING + "?.innerText === 'a red ball'");
        assertThat(v().page.eval("import('/studio/live.js').then(({ live }) => String(live.screens[0].session.info.seed) === document.querySelector('#seed-value').value)")
                .booleanValue()).isTrue();
        v().page.click("#seed-compare");
        v().page.until("document.querySelectorAll('.screen .tag:not([hidden])').length === 2");
        v().wasClean(s);
    }

    @Test
    void aFileThatIsNoPictureIsNotTaken() {
        TestServer s = live("a red ball");
        v().page.eval("import('/studio/given.js').then(({ give }) => give(new File(['text'], 'x.png', { type: 'image/png' })))");
        v().page.until("document.querySelector('.toast[data-kind=bad]')?.innerText.includes('x.png')");
        assertThat(v().page.is("document.querySelector('.drop')")).isTrue();
        v().wasClean(s);
    }

    @Test
    void keysWithoutCtrlCanBeSwitchedOff() {
        TestServer s = live("a red ball");
        v().page.key("Escape");
        v().page.key("?");
        v().page.click("#shortcuts-on");
        v().page.click("#dialog .primary");
        v().page.key("2");
        v().page.key("?");
        assertThat(v().page.is("document.querySelector('#dialog').open")).isFalse();
        assertThat(v().page.eval("document.querySelector('#prompt').value").stringValue()).isEqualTo("a red ball");
        v().wasClean(s);
    }

    @Test
    void aSecondTabWaitsForItsTurn() {
        TestServer s = server = TestServer.start(folder.resolve("data"), c -> new ServerConfig(c.bind(), c.data(), null, c.limits(), c.hooks(), null,
                c.live().withSessions(1)), new TestModel(true));
        v().open(s);
        say("a red ball");
        v().page.until(RUNNING);
        try (var second = another()) {
            second.open(s);
            second.page.fill("#prompt", "a blue cube");
            second.page.key("Enter");
            second.page.until("document.querySelector('.veil')?.innerText.includes('Another tab is streaming')");
            assertThat(second.page.is("!document.querySelector('.toast[data-kind=bad]')")).isTrue();
            second.picture("live-waiting");
            v().page.click("[aria-label='End the stream']");
            second.page.until(RUNNING + "?.innerText === 'a blue cube'");
        }
    }

    @Test
    void onALongRoundTripCreditRunsAheadOfThePicture() throws Exception {
        TestServer s = server = Visit.serve(folder.resolve("data"), 0, false, new TestModel(true));
        try (var slow = new SlowLink(s.server.port(), 200)) {
            v().page.go(slow.uri("/"));
            v().page.until("document.querySelector('#link').dataset.state === 'good'");
            say("a red ball");
            v().page.until(RUNNING);
            v().page.eval("import('/studio/live.js').then(({ live }) => { const { session, player } = live.screens[0], send = session.socket.send; window.ahead = 0;"
                    + "window.session = session; session.socket.send = function (text) { const m = JSON.parse(text);"
                    + "if (m.type === 'playback.position') ahead = Math.max(ahead, m.frame - player.current.frame); return send.call(this, text); }; })");
            v().page.until("ahead >= 1");
            assertThat(v().page.is("session.begin.buffer_ms >= 600 && session.trip >= 400 && session.slow")).isTrue();
            v().page.until("document.querySelector('#readings dd').innerText.includes(' of 8 fps')");
        }
    }

    @Test
    void theOutputPageShowsTheStreamAlone() {
        TestServer s = live("a red ball");
        v().page.click("#transport [aria-label^=Output]");
        v().page.until("document.querySelector('#dialog').open");
        v().isLabelled();
        v().page.key("Escape");
        try (var output = another()) {
            output.page.go(s.uri("/output?background=00ff00&scaling=pixel"));
            output.page.until("document.querySelector('video').videoWidth === 32 && document.querySelector('video').currentTime > 0");
            assertThat(output.page.eval("getComputedStyle(document.body).backgroundColor").stringValue()).isEqualTo("rgb(0, 255, 0)");
            output.wasClean(s);
        }
        v().wasClean(s);
    }

    @Test
    void earlierPromptsComeBackWithTheArrowKey() {
        TestServer s = live("a red ball");
        say("a blue cube");
        v().page.fill("#prompt", "");
        for (String expected : new String[] {"a blue cube", "a red ball"}) {
            v().page.key("ArrowUp");
            v().page.until("document.querySelector('#prompt').value === '" + expected + "'");
        }
        v().wasClean(s);
    }
}
