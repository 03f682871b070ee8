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

/** Code that docs/concepts.md quotes stands in the named files, line by line and in that order. */
class ConceptsTest {
    private static final Pattern QUOTE = Pattern.compile("^`(\\w+\\.java)`:\\n\\n```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("^```java$", Pattern.MULTILINE);

    @Test
    void quotedLinesStandInTheirFiles() throws IOException {
        String page = Files.readString(Checkout.root().resolve("docs/concepts.md"));
        var quotes = QUOTE.matcher(page).results().toList();
        assertThat(quotes).as("every piece of code has a file name before it").hasSize((int) CODE.matcher(page).results().count());
        assertThat(quotes).hasSizeGreaterThan(8);
        for (var quote : quotes) {
            assertThat(lines(Files.readString(source(quote.group(1))))).as(quote.group(1)).containsSequence(lines(quote.group(2)));
        }
    }

    /** The one source file of this name, in whatever package. */
    private static Path source(String name) throws IOException {
        try (Stream<Path> modules = Files.list(Checkout.root())) {
            List<Path> sources = modules.map(m -> m.resolve("src/main/java")).filter(Files::isDirectory).toList();
            var found = new ArrayList<Path>();
            for (Path folder : sources) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(f -> f.getFileName().toString().equals(name)).forEach(found::add);
                }
            }
            assertThat(found).as(name).hasSize(1);
            return found.getFirst();
        }
    }

    /** Lines without their indentation. */
    private static List<String> lines(String text) {
        return text.lines().map(String::strip).toList();
    }
}
