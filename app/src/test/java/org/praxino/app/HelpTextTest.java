package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * {@code docs/help} holds the help text of every command, word for word. After a change, write them anew with
 * {@code ./praxino test -pl app -am -Dtest=HelpTextTest -Dsurefire.failIfNoSpecifiedTests=false -Dpraxino.help.write=true}.
 */
class HelpTextTest {
    private static final Path FOLDER = Checkout.root().resolve("docs/help");

    @Test
    void helpTextsInTheDocsAreThoseOfTheProgram() throws IOException {
        var captured = new CapturedConsole();
        var expected = new TreeMap<String, String>();
        collect(Cli.of(CommandActions.standard(), captured.console(), captured.stop).commandLine(), expected);
        if (Boolean.getBoolean("praxino.help.write")) {
            write(expected);
        }
        for (var e : expected.entrySet()) {
            assertThat(FOLDER.resolve(e.getKey())).as("docs/help/" + e.getKey() + " (see the comment of this test)").hasContent(e.getValue());
        }
        try (var files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected.keySet());
        }
    }

    @Test
    void everyCommandHasAHeaderAndEveryLeafAnExample() {
        var captured = new CapturedConsole();
        var all = new TreeMap<String, String>();
        collect(Cli.of(CommandActions.standard(), captured.console(), captured.stop).commandLine(), all);
        assertThat(all).hasSizeGreaterThan(15);
        all.forEach((name, text) -> {
            assertThat(text.lines().findFirst()).as(name).get().asString().endsWith(".");
            assertThat(text.contains("Commands:") || text.contains("Examples:")).as(name).isTrue();
            assertThat(text.lines().allMatch(l -> l.length() <= 100)).as(name + " is 100 columns wide at most").isTrue();
            assertThat(text.lines().dropWhile(l -> !l.equals("Examples:")).skip(1)).as(name + ": no example is broken").allMatch(l ->
                    l.startsWith("  "));
        });
    }

    private static void collect(CommandLine command, Map<String, String> into) {
        String name = command.getCommandSpec().qualifiedName("-") + ".txt";
        into.put(name, command.getUsageMessage(Ansi.OFF).replace("\r\n", "\n").stripTrailing() + "\n");
        command.getSubcommands().values().forEach(c -> collect(c, into));
    }

    private static void write(Map<String, String> texts) throws IOException {
        Files.createDirectories(FOLDER);
        try (var old = Files.list(FOLDER)) {
            for (Path p : old.toList()) {
                Files.delete(p);
            }
        }
        for (var e : texts.entrySet()) {
            Files.writeString(FOLDER.resolve(e.getKey()), e.getValue());
        }
    }
}
