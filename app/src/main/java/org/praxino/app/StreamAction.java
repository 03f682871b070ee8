package org.praxino.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.FrameSize;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.WriteOptions;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.InputImage;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** {@code stream}: streams a timeline to files or a pipe. */
final class StreamAction {
    /** Longer documents are left out of the metadata of generated files. */
    private static final int LONGEST_DOCUMENT = 8000;

    private static final Duration LOOK_UP = Duration.ofMillis(100);

    private final StreamCommand.Options options;
    private final CommandContext context;

    private StreamAction(StreamCommand.Options options, CommandContext context) {
        this.options = options;
        this.context = context;
    }

    static int run(StreamCommand.Options options, CommandContext context) throws IOException {
        return new StreamAction(options, context).run();
    }

    private int run() throws IOException {
        Timeline timeline = options.resume() == null ? timeline() : null; // refused before a model is loaded
        if (options.snapshot() != null && timeline != null && timeline.video() != null) {
            throw new UserException("--snapshot keeps no stream that follows a video: the video moves on");
        }
        if (options.snapshot() != null) {
            AtomicFiles.requireWritable(options.snapshot());
        }
        Device device = context.openDevice();
        try (var model = VideoModel.open(options.opening().model(), opening(timeline).options(device, context))) {
            context.stop().check();
            var how = StreamOptions.DEFAULT.withReanchor(options.reanchor());
            try (var session = timeline == null ? resumed(model, how) : model.session(timeline, how, null);
                    var blocks = options.blocks() == null ? null : open(options.blocks())) {
                return play(model, session, blocks);
            }
        }
    }

    /** A document may set the size for models with a free size. */
    private ModelOpenOptions opening(@Nullable Timeline timeline) {
        var size = timeline == null ? null : timeline.size();
        return size == null || options.opening().size() != null ? options.opening()
                : options.opening().withSize(new FrameSize(size.width(), size.height()));
    }

    private StreamSession resumed(VideoModel model, StreamOptions how) {
        Double seconds = options.seconds();
        return model.restore(java.util.Objects.requireNonNull(options.resume()), how, t -> seconds == null ? t : t.withSeconds(seconds));
    }

    private Timeline timeline() {
        Timeline t = options.timeline() == null ? Timeline.of(prompt()) : Timeline.read(options.timeline());
        if (options.image() != null) {
            t = t.withImage(InputImage.of(options.image()));
        }
        if (options.past() != null) {
            t = t.withContinuedClip(options.past());
        }
        if (options.video() != null) {
            t = t.withVideo(options.video(), t.strength());
        }
        if (options.strength() != null) {
            t = t.withVideo(t.video(), options.strength());
        }
        if (options.seconds() != null) {
            t = t.withSeconds(options.seconds());
        }
        return options.seed() == null ? t : t.withSeed(options.seed());
    }

    private String prompt() {
        String prompt = options.prompt();
        if (prompt == null || prompt.isBlank()) {
            throw new UserException("the prompt is empty: say in a few words what the picture shows");
        }
        return prompt.strip();
    }

    private int play(VideoModel model, StreamSession session, @Nullable Writer blocks) {
        double fps = model.info().size().fps();
        session.timeline().cues().stream().flatMap(cue -> model.promptWarnings(cue.prompt()).stream()).distinct().forEach(context.console()::message);
        String first = session.timeline().cues().getFirst().prompt();
        List<String> names = options.outputs().of(first, seed(session), 1, 1);
        try (var line = new StreamStatusLine(context.console(), options.quiet(), fps, System::nanoTime);
                var outputs = StreamOutputs.open(names, WriteOptions.generated(fps, metadata(model, session)).codec(options.codec()), context.console())) {
            session.onEvent(event -> onEvent(event, line, blocks));
            if (options.live()) {
                Thread.ofVirtual().start(() -> listen(model, session, line));
            }
            boolean watched;
            try {
                watched = play(session, outputs, line);
            } catch (RuntimeException | Error e) {
                keep(outputs, session, line, fps, e);
                throw e;
            }
            List<String> written = watched ? outputs.finish() : List.of();
            line.finish(outputs.frames(), session.stats());
            printSummary(watched ? written : names, session, outputs.frames(), fps);
            if (options.snapshot() != null) { // after the files, which must not be lost with it
                session.snapshot(options.snapshot()).join();
            }
            if (outputs.frames() == 0) {
                context.stop().check();
                context.console().message("the stream had no frame left, so nothing was written.");
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof UserException u ? u : e;
        }
        return 0;
    }

    /** Until the stream ends, a stop is asked for, or the reader has closed the output: then false. */
    private boolean play(StreamSession session, StreamOutputs outputs, StreamStatusLine line) {
        boolean watched = true;
        while (watched && !context.stop().isRequested()) {
            if (!session.frames().isReadyWithin(LOOK_UP)) {
                continue; // a stop is heard while a frame is waited for
            }
            if (!session.frames().hasNext()) {
                break;
            }
            watched = outputs.write(session.frames().next());
            line.update(outputs.frames(), session.stats());
        }
        return watched;
    }

    /** The frames made before the stream broke off. */
    private void keep(StreamOutputs outputs, StreamSession session, StreamStatusLine line, double fps, Throwable reason) {
        try {
            List<String> written = outputs.finish();
            line.finish(outputs.frames(), session.stats());
            printSummary(written, session, outputs.frames(), fps);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private static long seed(StreamSession session) {
        Long seed = session.timeline().seed();
        return seed == null ? 0 : seed;
    }

    private GeneratedMetadata metadata(VideoModel model, StreamSession session) {
        var settings = new TreeMap<String, String>();
        settings.put("network", "student");
        settings.put("device", context.device());
        String document = Json.line(Json.parse(session.timeline().toJson(), "timeline", tools.jackson.databind.JsonNode.class));
        if (document.length() <= LONGEST_DOCUMENT) {
            settings.put("timeline", document);
        }
        String prompts = String.join("; ", session.timeline().cues().stream().map(Cue::prompt).distinct().limit(20).toList());
        return new GeneratedMetadata(prompts, seed(session), model.info().name(), model.info().hash(), VideoModel.version()).with(settings);
    }

    private void printSummary(List<String> names, StreamSession session, long frames, double fps) {
        var out = options.outputs().isPiped() ? context.console().err() : context.console().out();
        for (String name : names) {
            String shown = name.equals("-") ? "standard output" : name;
            if (!options.quiet()) {
                out.printf(Locale.ROOT, "%s  seed %d  %d frames, %.1f s%n", shown, seed(session), frames, frames / fps);
            } else if (!options.outputs().isPiped()) {
                out.println(shown);
            }
        }
    }

    private void onEvent(StreamEvent event, StreamStatusLine line, @Nullable Writer blocks) {
        switch (event) {
            case StreamEvent.BlockDone done -> write(blocks, done);
            case StreamEvent.SourceStalled stalled ->
                line.message(String.format(Locale.ROOT, "the video has given no frame for %.0f s; the stream waits for it", stalled.seconds()));
            case StreamEvent.CueFailed failed ->
                line.message(String.format(Locale.ROOT, "at %.1f s: %s; the stream continued without it", failed.at().seconds(), failed.reason()));
            case StreamEvent.Drifted drifted -> line.message(String.format(Locale.ROOT,
                    "block %d has drifted (score %.2f)%s", drifted.block(), drifted.drift().score(), options.reanchor() ? ": it is re-anchored" : ""));
            case StreamEvent.PromptApplied applied when applied.at().frame() > 0 && !options.live() -> line.message(String.format(Locale.ROOT,
                    "from frame %d (%.1f s) on: %s", applied.at().frame(), applied.at().seconds(), applied.prompt()));
            case StreamEvent.PromptApplied applied -> {}
            case StreamEvent.Reanchored anchored -> {}
            case StreamEvent.SourceEnded ended when ended.error() != null -> line.message("the video ended early: " + ended.error());
            case StreamEvent.SourceEnded ended -> {}
            case StreamEvent.StateChanged changed -> {}
        }
    }

    private static Writer open(java.nio.file.Path file) {
        try {
            return Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileErrors.writing(file, e);
        }
    }

    private static synchronized void write(@Nullable Writer blocks, StreamEvent.BlockDone done) {
        if (blocks != null) {
            try {
                blocks.write(Json.line(done) + "\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e); // the session asks this listener no more
            }
        }
    }

    /** Lines of standard input as prompts; an invalid one is reported and changes nothing. */
    private static void listen(VideoModel model, StreamSession session, StreamStatusLine line) {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                if (!text.isBlank()) {
                    try {
                        var at = session.prompt(text.strip()).join();
                        model.promptWarnings(text.strip()).forEach(line::message);
                        line.message(String.format(Locale.ROOT, "from frame %d (%.1f s) on: %s", at.frame(), at.seconds(), text.strip()));
                    } catch (CompletionException e) {
                        line.message(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
                    } catch (UserException e) {
                        line.message(String.valueOf(e.getMessage()));
                    }
                }
            }
        } catch (IOException e) {
            line.message("standard input cannot be read any more: " + e.getMessage());
        }
    }
}
