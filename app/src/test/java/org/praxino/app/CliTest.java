package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.app.bench.BenchOptions;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.FrameSize;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.media.Codec;
import org.praxino.stream.HorizonOptions;
import org.praxino.tensor.UserException;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.eval.EvalPrompt;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.Offload;

/** Words typed in, options, messages and exit codes out. */
class CliTest {
    @Test
    void readsEveryOptionOfGenerate() {
        var captured = new CapturedConsole();
        int code = captured.run("generate", " a cat ", "-o", "a.mp4", "-o", "b.gif", "--seed", "-7", "--steps", "20", "--guidance", "2.5",
                "--guidance-schedule", "power-cosine",
                "--frames", "33", "--size", "128x96", "--fps", "12.5", "-n", "3", "--image", "first.png", "--negative", "blur", "-m",
                "my/model", "--sheet", "s.png", "--teacher", "--quiet", "--device", "cuda:1", "--threads", "1", "--dtype", "bf16", "--log", "info");
        assertThat(captured.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(captured.options).containsExactly(new GenerateOptions("a cat", "blur", ModelOpenOptions.of("my/model")
                .withSize(new FrameSize(128, 96)), new OutputNames(List.of("a.mp4", "b.gif"), ".mp4", false),
                Path.of("s.png"), Path.of("first.png"), -7L, 20, 2.5, new GuidanceSchedule.PowerCosine(4), 33, 12.5, 3, true, null, Codec.AUTO, true));
        CommandContext context = captured.contexts.getFirst();
        assertThat(context.device()).isEqualTo("cuda:1");
        assertThat(context.threads()).isEqualTo(1);
        assertThat(context.dtype()).isEqualTo(CommandContext.Precision.BF16);
    }

    @Test
    void leavesWhatIsNotGivenToTheModel() {
        var captured = new CapturedConsole();
        assertThat(captured.run("generate", "a cat")).isZero();
        assertThat(captured.options).containsExactly(
                new GenerateOptions("a cat", null, ModelOpenOptions.of("emoji-128"), new OutputNames(List.of(), ".mp4", false), null, null, null, null, null,
                        new GuidanceSchedule.Constant(), null, null, 1, false, null, Codec.AUTO, false));
        assertThat(captured.contexts.getFirst().dtype()).isEqualTo(CommandContext.Precision.AUTO);
    }

    @Test
    void readsWhatConcernsModelsOfWan() {
        var captured = new CapturedConsole();
        assertThat(captured.run("generate", "a cat", "-m", "w", "--size", "832x480", "--offload", "text,vae", "--sampler", "euler",
                "--negative", "blur")).as(captured.err()).isZero();
        assertThat(captured.run("stream", "-p", "a cat", "-m", "w", "--recipe", "self-forcing", "--window", "9", "--offload", "blocks",
                "--unload-text")).as(captured.err()).isZero();
        assertThat(captured.run("stream", "-p", "a cat", "-m", "w", "--overlap")).as(captured.err()).isZero();
        var first = (GenerateOptions) captured.options.get(0);
        assertThat(first.model()).isEqualTo(new ModelOpenOptions("w", new FrameSize(832, 480), null, null,
                EnumSet.of(Offload.TEXT, Offload.VAE), true));
        assertThat(first.sampling()).isEqualTo(new FlowSampling(FlowSampling.Solver.EULER, 8));
        assertThat(((StreamCommand.Options) captured.options.get(1)).opening())
                .isEqualTo(new ModelOpenOptions("w", null, WanRecipe.SELF_FORCING, new HorizonOptions(null, null, 9, false),
                        EnumSet.of(Offload.BLOCKS), false));
        assertThat(((StreamCommand.Options) captured.options.get(2)).opening().horizon()).isEqualTo(new HorizonOptions(null, null, null, true));
        assertThat(captured.run("serve", "-m", "v", "-m", "w", "--size", "640x368", "--recipe", "causvid", "--sink", "6", "--window", "9",
                "--unload-text")).as(captured.err()).isZero();
        assertThat(((ServeOptions) captured.options.get(3)).models()).isEqualTo(Stream.of("v", "w")
                .map(m -> new ModelOpenOptions(m, new FrameSize(640, 368), WanRecipe.CAUSVID,
                        new HorizonOptions(null, 6, 9, false), Set.of(), false)).toList());
        for (var wrong : List.of(
                List.of("--recipe causvi", "recipe \"causvi\" is unknown: there are wan, causvid, causvid-4, causvid-i2v, self-forcing"),
                List.of("--overlap --sink 3", "do not go together"), List.of("--overlap --window 4", "do not go together"),
                List.of("--offload all", "--offload"))) {
            var other = new CapturedConsole();
            var line = new ArrayList<>(List.of("stream", "-p", "a cat"));
            line.addAll(List.of(wrong.getFirst().split(" ")));
            assertThat(other.run(line.toArray(String[]::new))).isEqualTo(2);
            assertThat(other.err()).contains(wrong.getLast());
        }
    }

    @Test
    void readsTheOtherCommands() {
        var captured = new CapturedConsole();
        assertThat(captured.run("data", "prepare", "folder", "clips", "--out", "set", "--size", "64", "--fps", "8")).isZero();
        assertThat(captured.run("data", "prepare", "fluent-emoji", "--packages", "tgz", "--size", "64")).isZero();
        assertThat(captured.run("train", "walt", "--config", "c.yaml", "--set", "a.b=1", "--set", "c=x=y", "--run", "r", "--dry-run")).isZero();
        assertThat(captured.run("eval", "emoji-128", "--data", "set", "--json", "s.json")).isZero();
        assertThat(captured.run("verify", "golden")).isZero();
        assertThat(captured.run("bench", "gemm", "--repeats", "3")).isZero();
        assertThat(captured.run("info")).isZero();
        assertThat(captured.run("models", "--in", "dir")).isZero();
        assertThat(captured.err()).isEmpty();
        assertThat(captured.options).containsExactly(
                new PrepareOptions(Path.of("clips"), Path.of("set"), FolderDataset.Options.of(64, 8)),
                new PrepareEmojiCommand.Options(List.of(Path.of("tgz")), Path.of("data/fluent-emoji"), new ClipShapeOptions(64, 64, 12)),
                new TrainOptions(Path.of("c.yaml"), java.util.Map.of("a.b", "1", "c", "x=y", "run", "r"), true),
                new EvalOptions("emoji-128", Path.of("set"), Path.of("s.json"), 200, 64, 0, null, null, null, EvalPrompt.Wording.ANY, 32, false, null, null, null, 8,
                        EvalOptions.Protocol.NAMES, 2048, 4),
                new VerifyCommand.Options(Path.of("golden"), null),
                new BenchOptions("emoji-128", null, 3),
                new InfoCommand.Options(null, null),
                new ModelsCommand.Options(Path.of("dir")));
    }

    @Test
    void readsEveryOptionOfStream() {
        var captured = new CapturedConsole();
        assertThat(captured.run("stream", "-p", "a cat", "-i", "a.png", "--seconds", "5", "--seed", "3", "--live", "--reanchor", "-o", "-",
                "--snapshot", "s",
                "--blocks", "b.jsonl", "-m", "m", "-q")).as(captured.err()).isZero();
        assertThat(captured.run("stream", "--timeline", "t.json", "--video", "v.mp4", "--strength", "0.5", "-o", "a.mp4", "-o", "b.gif"))
                .as(captured.err()).isZero();
        assertThat(captured.options).containsExactly(
                new StreamCommand.Options("a cat", null, null, Path.of("a.png"), null, null, null, 5.0, 3L, true, true, new OutputNames(List.of("-"), ".mp4", false), Path.of("s"),
                        Path.of("b.jsonl"), ModelOpenOptions.of("m"), Codec.AUTO, true),
                new StreamCommand.Options(null, Path.of("t.json"), null, null, null, Path.of("v.mp4"), 0.5, null, null, false, false,
                        new OutputNames(List.of("a.mp4", "b.gif"), ".mp4", false), null, null, ModelOpenOptions.of("emoji-128"), Codec.AUTO, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            generate x --stpes 3                | there is no option --stpes (did you mean --steps?)
            generate a cat                      | 'cat' is one word too many: put the prompt in quotes
            generate                            | the prompt is missing: say in quotes what the picture shows
            generate x -p y                     | the prompt is given twice, as 'x' and with --prompt: give it once
            generate x -o a.gif -o a.gif        | -o a.gif is given twice: give every file a name of its own
            help genrate                        | there is no command 'praxino genrate': there are generate, stream
            help generate me                    | praxino generate has no commands, so 'me' is one word too many
            stream x --seconds 1e300            | --seconds 1.0E300 is not possible: give a number above 0, up to 10000000
            models --device cuda                | --device cuda has no effect: this command computes nothing on a device
            pull --threads 1                    | --threads 1 has no effect: this command computes nothing on a device
            pull --mirror https://x.example     | --mirror has no effect without the name of a checkpoint or the address of a file
            pull https://x.example/a --accept-licence | --accept-licence has no effect on a URL
            eval m --data d --streams 4         | --streams has no effect without --stream SECONDS
            eval m --data d --prompts 0 --against x.json | --against has no effect with --prompts 0
            bench stream --profile --repeats 5  | --repeats has no effect with --profile
            bench stream --profile --no-teacher | --no-teacher has no effect with --profile
            bench gemm -m emoji-128             | there is no option -m
            data prepare folder d --out o --long-captions shorten | use skip, cut or keep; it was 'shorten'
            info --json pom.xml                 | 'pom.xml' exists already: choose another name, or --force to replace it
            generate x --steps many             | invalid value for option '--steps': 'many' is not a whole number
            generate x --steps 0                | --steps 0 is not possible: give a number from 1 to 1000
            generate x --guidance NaN           | --guidance NaN is not possible: give a number from 0 to 100
            generate x --guidance-power 2       | --guidance-power 2.0 goes with --guidance-schedule power-cosine only
            generate x --guidance-schedule up   | use constant or power-cosine; it was 'up'
            generate x --frames 6               | --frames 6 is not possible: lengths are 1 + 4k, the nearest are 5 and 9
            generate x --frames -3              | --frames -3 is not possible: a clip has at least 1 frame
            generate x --codec divx             | use auto, av1, vp9 or h264; it was 'divx'
            generate x --size big               | --size big is not a size: write it as 128 or 128x128
            generate x --sheet s.jpg            | --sheet s.jpg is not possible: a contact sheet is a .png
            generate x --count 0                | --count 0 is not possible: give a number from 1 to 10000
            generate x --device tpu             | --device tpu is unknown: use cpu, cuda or cuda:N
            generate x --dtype fp8              | use auto, fp32 or bf16; it was 'fp8'
            generate x --threads 0              | --threads 0 is not possible: give a number from 1 on
            stream                              | give one of a prompt, --timeline and --resume
            stream -p x --timeline t.json       | give one of a prompt, --timeline and --resume
            stream --resume s --seed 4          | --resume continues what a snapshot holds
            stream -p x -i a.png --video v.mp4  | --image, --continue and --video do not go together
            stream -p x --strength 3            | --strength 3.0 is not possible
            stream -p x --seconds 0             | --seconds 0.0 is not possible
            stream -p x -o - -o a.mp4           | -o - writes to standard output: it goes with no other -o
            generate x -o - -n 2                | -o - writes one clip to standard output
            genrate x                           | there is no command 'genrate' (did you mean generate
            train walt                          | missing required option: '--config=FILE'
            train walt --config c --set ab      | invalid value for option '--set' (KEY=VALUE): 'ab' is not KEY=VALUE
            train                               | a command is missing: one of tokenizer, walt
            data prepare folder d --out o --fps 0 | --fps 0.0 is not possible
            data prepare fluent-emoji --size 20   | --size 20 is not possible: give a multiple of 8 from 16 to 1024
            info --json pom.xml/x.json            | pom.xml is not a folder
            info --json src                       | cannot write src: it is a folder
            """)
    void refusesInOneSentenceWithExitCodeTwo(String line, String sentence) {
        var captured = new CapturedConsole();
        assertThat(captured.run(line.split(" "))).isEqualTo(2);
        assertThat(captured.options).isEmpty();
        assertThat(captured.err().lines()).singleElement().asString().startsWith("praxino: ").contains(sentence);
        assertThat(captured.out()).isEmpty();
    }

    @Test
    void refusesEmptyAndEndlessPrompts() {
        var captured = new CapturedConsole();
        assertThat(captured.run("generate", "  ")).isEqualTo(2);
        assertThat(captured.run("generate", "x".repeat(10_000))).isEqualTo(2);
        assertThat(captured.err().lines()).hasSize(2);
        assertThat(captured.err()).contains("the prompt is empty").contains("10000 characters").contains("at most 2000");
    }

    @Test
    void aPromptIsGivenInOneWayEverywhere() {
        var captured = new CapturedConsole();
        for (String command : List.of("generate", "stream")) {
            assertThat(captured.run(command, "a cat")).as(captured.err()).isZero();
            assertThat(captured.run(command, "-p", "a cat")).as(captured.err()).isZero();
            assertThat(captured.run(command, "- a cat -", "--seed", "3")).as("a dash first: " + captured.err()).isZero();
            assertThat(captured.run(command, "--prompt=-5")).as(captured.err()).isZero();
            assertThat(captured.run(command, "--", "-5")).as(captured.err()).isZero();
            assertThat(captured.run(command, "--colour red")).as("a mistyped option has no blank").isZero();
        }
        assertThat(captured.options.stream().map(o -> o instanceof GenerateOptions g ? g.prompt() : ((StreamCommand.Options) o).prompt()).distinct())
                .containsExactly("a cat", "- a cat -", "-5", "--colour red");
    }

    @Test
    void moreThreadsThanCoresAreAllCores() {
        var captured = new CapturedConsole();
        assertThat(captured.run("info", "--threads", "9999")).isZero();
        assertThat(captured.contexts.getFirst().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(captured.err()).contains("--threads 9999: there ").contains(" used.");
    }

    @Test
    void helpOfACommandIsThatOfItsOption() {
        for (String command : List.of("generate", "train walt", "data prepare folder")) {
            var captured = new CapturedConsole();
            assertThat(captured.run(("help " + command).split(" "))).isZero();
            var option = new CapturedConsole();
            assertThat(option.run((command + " --help").split(" "))).isZero();
            assertThat(captured.out()).isEqualTo(option.out()).contains("Usage: praxino " + command);
        }
        var captured = new CapturedConsole();
        assertThat(captured.run("help")).isZero();
        assertThat(captured.out()).contains("Usage: praxino ").contains("generate");
    }

    @Test
    void aDashSendsJsonToStandardOutputAndNothingElse() {
        var captured = new CapturedConsole();
        assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("info", "--json", "-")).as(captured.err()).isZero();
        assertThat(org.praxino.io.Json.parse(captured.out(), "standard output", tools.jackson.databind.JsonNode.class).path("java").stringValue()).isNotBlank();
        assertThat(captured.err()).contains("java ");
    }

    @Test
    void bareCommandPrintsHelp() {
        var captured = new CapturedConsole();
        assertThat(captured.run()).isZero();
        assertThat(captured.out()).contains("Usage: praxino").contains("generate");
    }

    @Test
    void versionNamesJava() {
        var captured = new CapturedConsole();
        assertThat(captured.run("--version")).isZero();
        assertThat(captured.out()).startsWith("praxino ").contains("Java " + Runtime.version());
    }

    @Test
    void passesOnTheExitCodeOfTheWork() {
        assertThat(new CapturedConsole(c -> 1).run("verify", "golden")).isEqualTo(1);
    }

    @Test
    void userErrorsAreShownAsTheyAre() {
        var captured = new CapturedConsole(c -> {
            throw new UserException("there is no model 'x': known are a and b");
        });
        assertThat(captured.run("generate", "cat")).isEqualTo(2);
        assertThat(captured.err()).isEqualTo("praxino: there is no model 'x': known are a and b." + System.lineSeparator());
    }

    @Test
    void sentencesFollowTheProgramsName() {
        assertThat(errorOf(new UserException("There is no model folder Cannot."))).isEqualTo("praxino: there is no model folder Cannot.");
        assertThat(errorOf(new UserException("Theatre/a.mp4 is not a model"))).isEqualTo("praxino: Theatre/a.mp4 is not a model.");
        assertThat(errorOf(new java.nio.file.InvalidPathException("a\0b", "Nul character"))).contains("cannot be the name of a file");
    }

    private static String errorOf(RuntimeException e) {
        var captured = new CapturedConsole(c -> {
            throw e;
        });
        assertThat(captured.run("info")).isEqualTo(2);
        return captured.err().strip();
    }

    @Test
    void outputThatIsLostIsNotASuccess() {
        var err = new java.io.ByteArrayOutputStream();
        var full = new java.io.PrintStream(new java.io.OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        var console = new Console(full, new java.io.PrintStream(err), full, false);
        assertThat(Cli.of(CommandActions.standard(), console, StopSignal.unregistered()).run("--version")).isEqualTo(1);
        assertThat(err.toString()).contains("standard output could not be written");
    }

    @Test
    void fileProblemsNameTheFile() {
        var captured = new CapturedConsole(c -> {
            throw new java.io.UncheckedIOException(new NoSuchFileException("clips/a.mp4"));
        });
        assertThat(captured.run("info", "x")).isEqualTo(1);
        assertThat(captured.err()).contains("there is no file or folder 'clips/a.mp4'");
        var full = new CapturedConsole(c -> {
            throw new FileSystemException("out.mp4", null, "No space left on device");
        });
        assertThat(full.run("info", "x")).isEqualTo(1);
        assertThat(full.err()).contains("'out.mp4': No space left on device.");
        var nameless = new CapturedConsole(c -> {
            throw new IOException("No space left on device");
        });
        assertThat(nameless.run("info", "x")).isEqualTo(1);
        assertThat(nameless.err()).contains("No space left on device").doesNotContain("Details");
    }

    @Test
    void unexpectedProblemsLeaveALog() throws IOException {
        var captured = new CapturedConsole(c -> {
            throw new IllegalStateException("cache index 7\nsecond line");
        });
        assertThat(captured.run("info")).isEqualTo(1);
        assertThat(captured.err().lines()).singleElement().asString().contains("cache index 7").doesNotContain("second line");
        Path log = Path.of(captured.err().strip().replaceFirst(".*Details: ", ""));
        try {
            assertThat(log).content().contains("IllegalStateException").contains("at org.praxino.app");
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Test
    void nativeMemoryThatRunsOutIsSaidPlainly() throws IOException {
        var captured = new CapturedConsole(c -> {
            throw new RuntimeException("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried to...");
        });
        assertThat(captured.run("info")).isEqualTo(1);
        assertThat(captured.err()).contains("not enough memory");
        Files.deleteIfExists(Path.of(captured.err().strip().replaceFirst(".*Details: ", "")));
    }

    @Test
    void stoppingUnwindsAndExitsWith130() {
        var captured = new CapturedConsole[1];
        captured[0] = new CapturedConsole(c -> {
            captured[0].stop.request();
            c.stopping((done, total, note) -> {}).update(1, 10, "denoise");
            return 0;
        });
        assertThat(captured[0].run("generate", "cat")).isEqualTo(130);
        assertThat(captured[0].err()).contains("stopped");
    }

    @Test
    void aFailureAfterAStopIsReported() {
        var captured = new CapturedConsole[1];
        captured[0] = new CapturedConsole(c -> {
            captured[0].stop.request();
            throw new UserException("a.mp4 cannot be finished: the disk is full");
        });
        assertThat(captured[0].run("stream", "cat")).isEqualTo(2);
        assertThat(captured[0].err()).isEqualTo("praxino: a.mp4 cannot be finished: the disk is full." + System.lineSeparator());
    }

    @Test
    void stoppingSaysHowToResume() {
        var captured = new CapturedConsole(c -> {
            throw new StoppedException("stopped at sample 1200; run the same command to continue.");
        });
        assertThat(captured.run("train", "walt", "--config", "c.yaml")).isEqualTo(130);
        assertThat(captured.err()).contains("praxino: stopped at sample 1200; run the same command to continue.");
        assertThat(new CapturedConsole(c -> {
            throw new CancellationException();
        }).run("info")).isEqualTo(130);
    }
}
