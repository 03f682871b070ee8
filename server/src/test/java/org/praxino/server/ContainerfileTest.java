package org.praxino.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** ops/Containerfile, read as a builder reads it: its instructions, the files they name, and what it starts. */
class ContainerfileTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Of the Dockerfile reference. */
    private static final Set<String> KNOWN = Set.of("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD",
            "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");

    private record Instruction(String name, String arguments) {
        /** Arguments without leading flags such as {@code --from=build}. */
        List<String> words() {
            return Arrays.stream(arguments.split("\\s+")).filter(w -> !w.startsWith("--")).toList();
        }

        String flag(String flag) {
            var found = Pattern.compile("--" + flag + "=(\\S+)").matcher(arguments);
            return found.find() ? found.group(1) : "";
        }

        /** The words of an exec form, {@code ["a", "b"]}. */
        List<String> exec() {
            return TestServer.json(arguments.substring(arguments.indexOf('['))).valueStream().map(w -> w.stringValue()).toList();
        }
    }

    private static List<Instruction> read() throws IOException {
        var all = new ArrayList<Instruction>();
        String joined = String.join("\n", Files.readAllLines(ROOT.resolve("ops/Containerfile")).stream().filter(l -> !l.startsWith("#")).toList())
                .replace("\\\n", " ");
        for (String line : joined.lines().filter(l -> !l.isBlank()).toList()) {
            int end = line.indexOf(' ');
            assertThat(end).as(line).isPositive();
            all.add(new Instruction(line.substring(0, end), line.substring(end + 1).strip()));
        }
        return all;
    }

    private static List<Instruction> read(String name) throws IOException {
        return read().stream().filter(i -> i.name.equals(name)).toList();
    }

    @Test
    void everyInstructionIsOneAndStagesAreThoseThatItNames() throws IOException {
        var instructions = read();
        assertThat(instructions.getFirst().name).isEqualTo("FROM");
        assertThat(instructions).extracting(Instruction::name).isSubsetOf(KNOWN);
        var stages = new TreeSet<String>();
        for (Instruction from : read("FROM")) {
            assertThat(from.words().getFirst()).as("an image with a registry and a tag").matches("[a-z.]+/[a-z/-]+:[0-9][0-9a-z.-]+");
            if (from.words().size() == 3) {
                assertThat(from.words().get(1)).isEqualTo("AS");
                stages.add(from.words().get(2));
            }
        }
        assertThat(read("COPY")).filteredOn(c -> !c.flag("from").isEmpty()).extracting(c -> c.flag("from")).isNotEmpty().isSubsetOf(stages);
        for (String once : List.of("ENTRYPOINT", "CMD", "HEALTHCHECK", "USER")) {
            assertThat(read(once)).as(once).hasSize(1);
        }
    }

    @Test
    void whatIsCopiedIsThereAndIsNotLeftOut() throws IOException {
        var leftOut = Files.readAllLines(ROOT.resolve(".dockerignore")).stream().filter(l -> !l.isBlank() && !l.startsWith("#"))
                .map(l -> FileSystems.getDefault().getPathMatcher("glob:{" + l.replaceFirst("^\\*\\*/", "") + "," + l + "}")).toList();
        var needed = new ArrayList<>(List.of("praxino", "pom.xml", "app/pom.xml", "app/src/main/dist/lib/launch.sh", "zoo/emoji-128/model.json"));
        for (Instruction copy : read("COPY")) {
            List<String> words = copy.words();
            assertThat(words).as(copy.arguments).hasSizeGreaterThan(1);
            if (copy.flag("from").isEmpty()) {
                words.subList(0, words.size() - 1).forEach(needed::add);
            }
        }
        for (String file : needed) {
            assertThat(ROOT.resolve(file)).as(file).exists();
            for (Path part = Path.of(file).normalize(); part != null; part = part.getParent()) {
                Path at = part;
                assertThat(leftOut).as(file + " is in .dockerignore").noneMatch(m -> m.matches(at) && !at.toString().isEmpty());
            }
        }
        assertThat(leftOut).as("what is built here stays here").anyMatch(m -> m.matches(Path.of("target")));
    }

    /** The stages copy the tree to the same folder from which the entry point starts the program. */
    @Test
    void itStartsTheProgramThatWasCopied() throws IOException {
        String tree = read("COPY").stream().filter(c -> !c.flag("from").isEmpty()).findFirst().orElseThrow().words().getLast();
        assertThat(read("WORKDIR").getFirst().arguments).as("the first stage builds there").isEqualTo(tree);
        List<String> entry = read("ENTRYPOINT").getFirst().exec();
        assertThat(entry).containsExactly(tree + "/praxino");
        assertThat(ROOT.resolve("praxino")).isExecutable();
        String help = Files.readString(ROOT.resolve("docs/help/praxino-serve.txt"));
        List<String> command = read("CMD").getFirst().exec();
        assertThat(command).first().isEqualTo("serve");
        assertThat(command).filteredOn(w -> w.startsWith("--")).isNotEmpty().allMatch(option -> help.contains(option));
        String data = command.get(command.indexOf("--data") + 1);
        assertThat(read("VOLUME").getFirst().arguments).as("all state is in the volume").isEqualTo(data);
    }

    /** It asks the port that the server listens on unless told otherwise, and a path that the server has. */
    @Test
    void itsHealthCheckAsksTheServer() throws Exception {
        String check = read("HEALTHCHECK").getFirst().exec().getLast();
        String port = read("EXPOSE").getFirst().arguments;
        assertThat(Files.readString(ROOT.resolve("docs/help/praxino-serve.txt"))).containsPattern("--port=[A-Z]+ [^-]*default: " + port);
        assertThat(check).contains("/dev/tcp/127.0.0.1/" + port).contains("GET /readyz ");
        Path data = Files.createTempDirectory("praxino-container");
        try (var s = TestServer.start(data.resolve("data"))) {
            var process = new ProcessBuilder("bash", "-c", check.replace("/" + port, "/" + s.server.port())).redirectErrorStream(true).start();
            assertThat(process.waitFor()).as(new String(process.getInputStream().readAllBytes())).isZero();
        } finally {
            org.praxino.io.AtomicFiles.delete(data);
        }
        var nobody = new ProcessBuilder("bash", "-c", check.replace("/" + port, "/1")).redirectErrorStream(true).start();
        assertThat(nobody.waitFor()).isNotZero();
    }
}
