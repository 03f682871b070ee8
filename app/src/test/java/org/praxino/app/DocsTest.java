package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents: links lead somewhere, and commands shown are ones that the program takes. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(#[^)]*)?\\)");
    private static final Pattern COMMAND = Pattern.compile("^(?:[A-Z_]+=\\S+ )?(?:\\./)?praxino ((?!(?:test|package)\\b)[a-z].*)$", Pattern.MULTILINE);

    private static List<Path> documents() throws IOException {
        Path root = Checkout.root();
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = Files.walk(root.resolve("docs"));
                Stream<Path> zoo = Files.walk(root.resolve("zoo"))) {
            return Stream.of(top, docs, zoo).flatMap(s -> s).filter(p -> p.toString().endsWith(".md")).sorted().toList();
        }
    }

    @Test
    void linksLeadToFilesThatAreThere() throws IOException {
        var broken = new ArrayList<String>();
        for (Path document : documents()) {
            LINK.matcher(Files.readString(document)).results().map(m -> m.group(1)).forEach(link -> {
                if (!Files.exists(document.resolveSibling(link))) {
                    broken.add(Checkout.root().relativize(document) + " -> " + link);
                }
            });
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void commandsInDocumentsAreOnesTheProgramTakes() throws IOException {
        int found = 0;
        for (Path document : documents()) {
            // What follows a command is a remark, a pipe, or what a drawing says that it makes.
            List<String> lines = COMMAND.matcher(Files.readString(document).replace("\\\n", " ")).results()
                    .map(m -> m.group(1).replaceFirst("(\\s{3,}| \\| | +─| +# ).*$", "")).toList();
            found += lines.size();
            for (String line : lines) {
                var told = new CapturedConsole();
                boolean sketch = line.matches("train \\w+"); // a stage's name, not a whole command
                assertThat(told.run(words(sketch ? line + " --config c.yaml" : line))).as(document + ": " + line + ": " + told.err()).isZero();
                assertThat(told.options).as(line).hasSize(1);
            }
        }
        assertThat(found).isGreaterThan(25);
    }

    /** Splits a line as a shell does, as far as quotes go. */
    private static String[] words(String line) {
        return Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line).results().map(m -> m.group(1) != null ? m.group(1) : m.group(2))
                .toArray(String[]::new);
    }
}
