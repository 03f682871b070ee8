package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.CommandContext;
import org.praxino.io.Sha256;
import org.praxino.io.pull.CheckpointCatalogue;
import org.praxino.tensor.UserException;

/** {@code pull} with a list of its own, against a server on this machine. */
class PullActionTest {
    private static final byte[] BYTES = {3, 1, 4, 1, 5};

    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private final CommandContext context = new CommandContext("cpu", null, CommandContext.Precision.AUTO, captured.console(), captured.stop);
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/me/tiny/resolve/main/w.bin", exchange -> {
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static final CheckpointCatalogue LIST = new CheckpointCatalogue(
            List.of(new CheckpointCatalogue.Group("g", "me/tiny", "main",
                    new CheckpointCatalogue.Licence("CC0-1.0", "https://example.org", "Anything goes."),
                    List.of(new CheckpointCatalogue.Remote("w.bin", "w.bin", BYTES.length, Sha256.ofBytes(BYTES))))),
            List.of(new CheckpointCatalogue.PublishedCheckpoint("tiny", "five bytes", List.of("g"))));

    private int pull(String answer, PullCommand.Options options) {
        return new PullAction(LIST, Map.of("NO_PROXY", "*"), question -> answer).pull(options, context);
    }

    private PullCommand.Options options(String subject, boolean accepted) {
        return new PullCommand.Options(subject, folder.resolve("out"), accepted, mirror(), null);
    }

    private String mirror() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    void listsWhatThereIs() {
        assertThat(PullAction.run(new PullCommand.Options(null, null, false, null, null), context)).isZero();
        assertThat(captured.out()).contains("wan-1.3b").contains("17.6 GB").contains("Apache-2.0").contains("CC-BY-NC-SA-4.0");
        assertThat(captured.out().lines().filter(l -> l.startsWith("longlive")).findFirst().orElseThrow()).contains("20.4 GB").doesNotContain("checksum");
        assertThat(captured.out().lines().filter(l -> l.startsWith("causvid")).findFirst().orElseThrow()).contains("no checksum here of 1 file)");
    }

    @Test
    void showsTheLicenceAndFetchesNothingUnlessAccepted() {
        assertThatThrownBy(() -> pull(null, options("tiny", false))).isInstanceOf(UserException.class).hasMessageContaining("--accept-licence");
        assertThatThrownBy(() -> pull("no", options("tiny", false))).isInstanceOf(UserException.class).hasMessageContaining("not accepted");
        assertThat(captured.err()).contains("CC0-1.0").contains("Anything goes.").contains("me/tiny");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(pull("Yes", options("tiny", false))).isZero();
        assertThat(folder.resolve("out/w.bin")).hasBinaryContent(BYTES);
        assertThat(pull(null, options("tiny", true))).isZero();
        assertThat(captured.out()).contains("fetched").contains("was there");
        assertThat(folder.resolve("out/pull.json")).content().contains("\"CC0-1.0\"");
    }

    @Test
    void fetchesAUrl() {
        String url = mirror() + "/me/tiny/resolve/main/w.bin";
        assertThat(pull(null, new PullCommand.Options(url, folder.resolve("out"), false, null, null))).isZero();
        assertThatThrownBy(() -> options(url, false)).isInstanceOf(UserException.class).hasMessageContaining("--mirror has no effect on a URL");
        assertThat(captured.out()).contains("no checksum to compare with; has " + Sha256.ofBytes(BYTES));
        assertThat(captured.err()).contains("licence");
        assertThatThrownBy(() -> pull(null, new PullCommand.Options(url, folder.resolve("b"), false, null, "0".repeat(64))))
                .isInstanceOf(UserException.class).hasMessageContaining("instead of 0000");
        assertThat(folder.resolve("b")).isEmptyDirectory();
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        var cli = Cli.of(CommandActions.standard(), captured.console(), captured.stop);
        assertThat(cli.run("pull", "no-such-checkpoint")).isEqualTo(2);
        assertThat(cli.run("pull", "https://example.org/")).isEqualTo(2);
        assertThat(cli.run("pull", "wan-1.3b", "--sha256", "0".repeat(64))).isEqualTo(2);
        assertThat(cli.run("pull", "wan-1.3b", "--mirror", "nonsense")).isEqualTo(2);
        assertThat(captured.err()).contains("there are self-forcing").contains("does not end in the name of a file").contains("goes with a URL")
                .contains("no address of a mirror");
        Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> pull(null, new PullCommand.Options("tiny", folder.resolve("file"), true, mirror(), null)))
                .isInstanceOf(UserException.class).hasMessageContaining("Cannot write");
    }
}
