package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the module path a library shows every package with a public type, except those that are not part of its API. */
class ModulesTest {
    private static final Pattern EXPORT = Pattern.compile("^ +exports ([\\w.]+);", Pattern.MULTILINE);

    private static final Set<String> INTERNAL = Set.of("org.praxino.stream.engine");

    @ParameterizedTest
    @ValueSource(strings = {"tensor", "io", "media", "models", "stream", "client", "train"})
    void everyPackageWithAPublicTypeIsExported(String module) throws IOException {
        Path main = Checkout.root().resolve(module).resolve("src/main");
        var exported = new TreeSet<String>();
        EXPORT.matcher(Files.readString(main.resolve("module/module-info.java"))).results().forEach(m -> exported.add(m.group(1)));
        var shown = new TreeSet<String>();
        try (Stream<Path> sources = Files.walk(main.resolve("java"))) {
            for (Path source : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                String name = source.getFileName().toString().replace(".java", "");
                if (Files.readString(source).lines().anyMatch(l -> l.matches("public [\\w -]*(class|interface|record|enum) " + name + "\\b.*"))) {
                    shown.add(main.resolve("java").relativize(source.getParent()).toString().replace('/', '.').replace('\\', '.'));
                }
            }
        }
        shown.removeAll(INTERNAL);
        assertThat(exported).isEqualTo(shown);
    }
}
