package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names of the main code. */
class NamesTest {
    private static final Pattern NESTED = Pattern.compile(
            "^ +(?:(?:public|protected|private|static|final|abstract|sealed|non-sealed) )*(?:class|record|interface|enum) (\\w+)", Pattern.MULTILINE);

    /** A simple name stands for one class: no top-level class has the name of another, and no nested class that of a top-level one. */
    @Test
    void noSimpleNameOfATopLevelClassComesTwice() throws IOException {
        var topLevel = new TreeMap<String, Path>();
        var twice = new TreeSet<String>();
        Set<Path> sources = sources();
        for (Path source : sources) {
            String name = source.getFileName().toString().replace(".java", "");
            Path other = topLevel.put(name, source);
            if (other != null) {
                twice.add(name + ": " + other + ", " + source);
            }
        }
        for (Path source : sources) {
            NESTED.matcher(Files.readString(source)).results().map(m -> m.group(1)).filter(topLevel::containsKey)
                    .forEach(name -> twice.add(name + ": " + topLevel.get(name) + ", nested in " + source));
        }
        assertThat(twice).isEmpty();
    }

    private static Set<Path> sources() throws IOException {
        var found = new HashSet<Path>();
        try (Stream<Path> modules = Files.list(Checkout.root())) {
            for (Path module : modules.map(m -> m.resolve("src/main/java")).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java") && !f.endsWith("module-info.java"))
                            .forEach(found::add);
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(500);
        return found;
    }
}
