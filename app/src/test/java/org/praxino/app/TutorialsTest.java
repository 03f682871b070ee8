package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.stream.timeline.Timeline;
import org.praxino.train.run.DmdRun;
import org.praxino.train.run.OdeRun;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.TrainingRun;
import org.praxino.train.run.WaltRun;

/**
 * The shell blocks of the tutorials: cheap commands run in a shell as they stand, configurations of training runs are read with the values
 * that the command replaces. {@link DocsTest} parses every command.
 */
class TutorialsTest {
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CHEAP = Pattern.compile(
            "mkdir .*|\\./praxino (keys (add|list) .*|serve --check|generate .* --frames 1 .*|data prepare folder .*|train tokenizer .* --dry-run)",
            Pattern.DOTALL);
    private static final Pattern TRAIN = Pattern.compile("\\./praxino train (\\w+) --config (\\S+)(?: --set (\\S+)=(\\S+))?(?: --dry-run)?");
    private static final Map<String, Class<? extends TrainingRun>> KINDS = Map.of(
            "tokenizer", TokenizerRun.class, "walt", WaltRun.class, "ode", OdeRun.class, "dmd", DmdRun.class);
    private static final long MINUTES = 3;

    @TempDir
    Path folder;

    @Test
    void creator() throws Exception {
        assertThat(runs("creator.md")).containsExactly("./praxino generate \"a smiling face\" --frames 1 --seed 7 -o smile.png");
        assertThat(folder.resolve("smile.png")).isNotEmptyFile();
        String json = blocks("creator.md", "json").getFirst();
        assertThat(Timeline.parse(json, "creator.md", null).seconds()).isEqualTo(9.0);
    }

    @Test
    void operator() throws Exception {
        assertThat(runs("operator.md")).hasSize(5).last().isEqualTo("./praxino keys list --data srv");
        assertThat(folder.resolve("srv")).isNotEmptyDirectory();
    }

    @Test
    void researcher() throws Exception {
        Path clips = Files.createDirectories(folder.resolve("my-clips"));
        for (int i = 0; i < 4; i++) {
            ImageIO.write(new BufferedImage(160, 160, BufferedImage.TYPE_INT_RGB), "png", clips.resolve("clip" + i + ".png").toFile());
            Files.writeString(clips.resolve("clip" + i + ".txt"), "a black square, number " + i + "\n");
        }
        Files.createSymbolicLink(folder.resolve("configs"), Checkout.root().resolve("configs"));
        assertThat(runs("researcher.md")).hasSize(3);
        assertThat(folder.resolve("data/my-clips/dataset.json")).isNotEmptyFile();
        var read = new ArrayList<TrainingRun>();
        for (String command : commands("researcher.md")) {
            var train = TRAIN.matcher(command);
            if (train.matches()) {
                Map<String, String> set = train.group(3) == null ? Map.of() : Map.of(train.group(3), train.group(4));
                read.add(ConfigFile.read(folder.resolve(train.group(2)), set, KINDS.get(train.group(1))));
            }
        }
        assertThat(read).hasSizeGreaterThan(7).allSatisfy(run -> {
            assertThat(run.data()).isEqualTo("data/my-clips");
            assertThat(run.run()).startsWith("runs/my-");
        });
    }

    /** Runs the cheap commands of a tutorial in order. @return them */
    private List<String> runs(String tutorial) throws Exception {
        Path launcher = folder.resolve("praxino");
        Files.writeString(launcher, """
                #!/bin/sh
                exec '%s/bin/java' -Xmx2g --enable-native-access=ALL-UNNAMED -Dorg.bytedeco.javacpp.maxBytes=0 \\
                    -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dpraxino.root='%s' -cp '%s' org.praxino.app.Main "$@"
                """.formatted(System.getProperty("java.home"), Checkout.root(), System.getProperty("java.class.path")));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        var done = new ArrayList<String>();
        for (String command : commands(tutorial)) {
            if (CHEAP.matcher(command).matches()) {
                run(command);
                done.add(command);
            }
        }
        return done;
    }

    private void run(String command) throws Exception {
        Path log = folder.resolve("log.txt");
        var builder = new ProcessBuilder("bash", "-euc", command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("HOME", folder.toString()); // the user's data folder
        Process process = builder.start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as(command + " ended within " + MINUTES + " minutes").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(command + "\n" + Files.readString(log)).isZero();
    }

    /** Commands of a tutorial's shell blocks: whole lines, and a block with a loop as one. */
    private static List<String> commands(String tutorial) throws IOException {
        var all = new ArrayList<String>();
        for (String block : blocks(tutorial, "")) {
            if (block.contains("\nfor ")) {
                all.add(block);
            } else {
                block.replace("\\\n", " ").lines().map(String::strip).forEach(all::add);
            }
        }
        return all;
    }

    private static List<String> blocks(String tutorial, String language) throws IOException {
        String text = Files.readString(Checkout.root().resolve("docs/tutorials").resolve(tutorial));
        return BLOCK.matcher(text).results().filter(m -> m.group(1).equals(language)).map(m -> m.group(2)).toList();
    }
}
