package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.praxino.train.run.CausalRun;
import org.praxino.train.run.DmdRun;
import org.praxino.train.run.OdeRun;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.WaltRun;

/** Documents: links lead somewhere, and commands shown are ones that the program takes. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(#[^)]*)?\\)");
    private static final Pattern ANCHOR = Pattern.compile("]\\(([^)#:\\s]*)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern FENCE = Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);
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
    void anchorsOfLinksAreHeadings() throws IOException {
        var broken = new ArrayList<String>();
        for (Path document : documents()) {
            for (var link : ANCHOR.matcher(Files.readString(document)).results().toList()) {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                if (target.toString().endsWith(".md") && !headings(target).contains(link.group(2))) {
                    broken.add(Checkout.root().relativize(document) + " -> " + link.group(1) + "#" + link.group(2));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** Anchors of a document's headings, as GitHub makes them. */
    private static List<String> headings(Path document) throws IOException {
        String text = FENCE.matcher(Files.readString(document)).replaceAll("");
        return HEADING.matcher(text).results()
                .map(m -> m.group(1).strip().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_\\- ]", "").replace(' ', '-')).toList();
    }

    /** Every command shown in documents and help texts, without the remark, the pipe or the drawing that follows it, by where it stands. */
    private static Map<String, String> examples() throws IOException {
        var all = new LinkedHashMap<String, String>();
        for (Path document : documents()) {
            COMMAND.matcher(Files.readString(document).replace("\\\n", " ")).results()
                    .map(m -> m.group(1).replaceFirst("(\\s{3,}| \\| | +─| +# ).*$", ""))
                    .forEach(line -> all.put(Checkout.root().relativize(document) + ": " + line, line));
        }
        try (Stream<Path> help = Files.list(Checkout.root().resolve("docs/help"))) {
            for (Path text : help.sorted().toList()) {
                Files.readAllLines(text).stream().filter(l -> l.startsWith("  praxino "))
                        .map(l -> l.replaceFirst("^  praxino ", "").replaceFirst("( \\| ).*$", ""))
                        .forEach(line -> all.put(text.getFileName() + ": " + line, line));
            }
        }
        return all;
    }

    @Test
    void everyExampleIsACommandThatTheProgramTakes() throws IOException {
        Map<String, String> examples = examples();
        assertThat(examples).hasSizeGreaterThan(120);
        examples.forEach((where, line) -> {
            var captured = new CapturedConsole();
            boolean sketch = line.matches("train \\w+"); // a stage's name, not a whole command
            assertThat(captured.run(words(sketch ? line + " --config c.yaml" : line))).as(where + ": " + captured.err()).isZero();
            assertThat(captured.options).as(where).hasSize(line.matches("help .*|.* --help|help") ? 0 : 1);
        });
    }

    /** Paths and overrides of configurations are read, with the checks of the records they fill. */
    @Test
    void theConfigurationsInExamplesAreReadWithTheirSettings() throws IOException {
        int read = 0;
        for (var example : examples().entrySet()) {
            var captured = new CapturedConsole();
            String[] words = words(example.getValue());
            captured.run(words);
            for (Object options : captured.options) {
                if (options instanceof TrainOptions train && configuration(train.config()) != null) {
                    Class<?> kind = switch (words[1]) {
                        case "tokenizer" -> TokenizerRun.class;
                        case "walt" -> WaltRun.class;
                        case "causal" -> CausalRun.class;
                        case "ode" -> OdeRun.class;
                        case "dmd" -> DmdRun.class;
                        default -> throw new AssertionError(example.getKey());
                    };
                    Object run = ConfigFile.read(configuration(train.config()), train.overrides(), kind);
                    assertThat(run).as(example.getKey()).isNotNull();
                    read++;
                } else if (words[0].equals("experiment") && options instanceof Path file) {
                    assertThat(ConfigFile.read(Checkout.root().resolve(file), Map.of(), Experiment.class)).as(example.getKey()).isNotNull();
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(12);
    }

    /** The file in the checkout; the researcher's my-configs are copies with other folders. */
    private static @org.jspecify.annotations.Nullable Path configuration(Path named) {
        Path file = Checkout.root().resolve(named.toString().replace("my-configs/", "configs/emoji-"));
        return Files.exists(file) ? file : null;
    }

    @Test
    void examplesThatTakeNoTimeAreRun() throws IOException {
        int run;
        String root = System.getProperty("praxino.root");
        System.setProperty("praxino.root", Checkout.root().toString());
        try {
            run = runExamples();
        } finally {
            if (root == null) {
                System.clearProperty("praxino.root");
            } else {
                System.setProperty("praxino.root", root);
            }
        }
        assertThat(run).isGreaterThan(5);
    }

    private static int runExamples() throws IOException {
        int run = 0;
        for (var example : examples().entrySet()) {
            if (example.getValue().matches("info|info emoji-128|models|pull|help .*|(?:\\w+ )*--help|(?:--)?version")) {
                var captured = new CapturedConsole();
                assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(words(example.getValue())))
                        .as(example.getKey() + ": " + captured.err()).isZero();
                assertThat(captured.out()).as(example.getKey()).isNotBlank();
                run++;
            }
        }
        return run;
    }

    /** Splits a line as a shell does, as far as quotes go. */
    private static String[] words(String line) {
        return Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line).results().map(m -> m.group(1) != null ? m.group(1) : m.group(2))
                .toArray(String[]::new);
    }
}
