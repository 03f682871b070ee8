package org.praxino.server.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.PraxinoServer;
import org.praxino.server.TestServer;
import org.praxino.server.engine.ServedModel;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;

/**
 * Takes the picture in docs/studio.md with a model that is worth looking at and streams:
 * {@code PRAXINO_PICTURE=../zoo/emoji-128 mvn -pl server -am -Dtest=StudioPictureTest ... package}.
 */
@EnabledIfEnvironmentVariable(named = "PRAXINO_PICTURE", matches = ".+", disabledReason = "takes minutes; name a model's folder in PRAXINO_PICTURE")
class StudioPictureTest {
    private static final List<String> PROMPTS = List.of("a clock", "a red heart", "a compass");
    private static final String LIVE = "a clock showing ten o'clock";
    private static final int SEED = 7;

    @TempDir
    Path folder;

    @Test
    void clipsAndAStreamOfTheBundledModel() throws Exception {
        Path model = Path.of(System.getenv("PRAXINO_PICTURE"));
        try (var server = PraxinoServer.start(TestServer.config(folder),
                        List.of(() -> ServedModel.of(VideoModel.open(model.toString(), Device.CPU, DType.F32))));
                var browser = Visit.browser();
                var visit = new Visit(browser)) {
            var page = visit.page;
            page.size(1120, 800, false);
            page.patience(Duration.ofMinutes(9));
            page.go(java.net.URI.create("http://127.0.0.1:" + server.port() + "/"));
            page.until("document.querySelector('#link').dataset.state === 'good'");
            page.click("[data-mode=clip]");
            page.eval("(() => { const seed = document.querySelector('#seed-value'); seed.value = " + SEED
                    + "; seed.dispatchEvent(new Event('change')); })()");
            for (int i = 0; i < PROMPTS.size(); i++) {
                page.fill("#prompt", PROMPTS.get(i));
                page.click("#go");
                page.until("document.querySelectorAll('.clip img[src]').length === " + (i + 1)
                        + " && document.querySelector('.screen video')?.currentTime > 0");
            }
            page.click("[data-mode=live]");
            page.fill("#prompt", LIVE);
            page.key("Enter");
            page.until("Number(document.querySelector('#transport input')?.max) >= 12"); // blocks: the drift guard has something to say
            page.until("!document.querySelector('.toast')");
            visit.picture("studio");
            assertThat(Files.size(Path.of("target", "screenshots", "studio.png"))).isLessThan(200_000);
        }
    }
}
