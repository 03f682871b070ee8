package org.praxino.app;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.ProgressLine;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.ContactSheet;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.OutputFormat;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.GivenVideo;
import org.praxino.stream.Phase;
import org.praxino.stream.PromptKind;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

/** {@code generate}: generates clips to files. Outputs are opened first, so that unwritable paths fail early. */
final class GenerateAction {
    /** Frames of a clip on the contact sheet. */
    private static final int SHEET_COLUMNS = 8;

    private final GenerateOptions options;
    private final CommandContext context;

    private GenerateAction(GenerateOptions options, CommandContext context) {
        this.options = options;
        this.context = context;
    }

    static int run(GenerateOptions options, CommandContext context) {
        return new GenerateAction(options, context).run();
    }

    private int run() {
        Device device = context.openDevice();
        try (var progress = context.console().progress(note -> note.endsWith(Phase.DENOISING.text()) ? "steps" : "frames", options.quiet());
                var model = VideoModel.open(options.model().model(), options.model().options(device, context));
                var upscaler = options.upscale() == null ? null : Upscaler.open(options.upscale(), model.info(), device, context.dtypeOn(device))) {
            context.stop().check();
            if (options.className() != null && model.promptKind() != PromptKind.CLASS) {
                throw new UserException("--class " + options.className() + " needs a class-conditional model, and " + model.info().name()
                        + (model.promptKind() == PromptKind.TEXT ? " takes a prompt" : " takes neither prompt nor class"));
            }
            Frame image = image(model.info().size());
            GivenFramesOptions.Read given = options.around().read(image, model.info().size());
            ResolvedRequest first = model.resolve(request(given.given() == null ? image : null, given.given()));
            model.promptWarnings(first.prompt()).forEach(context.console()::message);
            var sheet = new ContactSheet(model.info().size().width(), Rgb.WHITE);
            var about = WriteOptions.generated(1, metadata(first, model.info()));
            try (var file = options.sheet() == null ? null : VideoWriter.open(options.sheet(), OutputFormat.PNG, about)) {
                for (int i = 0; i < options.count(); i++) {
                    names(first.withSeed(first.seed() + i), i + 1); // a name that is taken is reported before the first clip is generated
                }
                for (int i = 0; i < options.count(); i++) {
                    GeneratedVideo video = one(model, upscaler, given, first.withSeed(first.seed() + i), i + 1, progress);
                    if (file != null) {
                        sheet.row(first.prompt() + " (seed " + video.request().seed() + ")", ContactSheet.spread(video.frames(), SHEET_COLUMNS));
                    }
                }
                if (file != null) {
                    file.write(sheet.draw());
                    file.finish();
                    if (!options.quiet()) {
                        context.console().out().println(options.sheet() + "  contact sheet");
                    }
                }
            }
        }
        return 0;
    }

    private GeneratedVideo one(
            VideoModel model, @Nullable Upscaler upscaler, GivenFramesOptions.Read given, ResolvedRequest request, int number, ProgressLine progress) {
        var info = model.info();
        var write = WriteOptions.generated(options.fps() == null ? info.size().fps() : options.fps(), metadata(request, info)).codec(options.codec());
        List<String> names = names(request, number);
        var writers = new ArrayList<VideoWriter>();
        try {
            for (String name : names) {
                writers.add(name.equals("-") ? VideoWriter.y4m(context.console().raw(), write) : VideoWriter.open(name, write));
            }
            GenerationListener listener = GenerationListener.of(context.stopping(counted(progress, number)));
            GeneratedVideo video = model.generate(request, listener);
            video = video.withFrames(options.around().joined(given, video.frames()));
            if (upscaler != null) {
                video = upscaler.doubled(video, listener);
            }
            for (VideoWriter writer : writers) {
                context.stop().check();
                List<Frame> all = video.frames();
                all.forEach(writer::write);
                writer.finish();
            }
            progress.close();
            for (String name : names) {
                printSummary(name, video, write.fps());
            }
            return video;
        } finally {
            writers.forEach(VideoWriter::close);
        }
    }

    private List<String> names(ResolvedRequest request, int number) {
        return options.outputs().of(request.prompt(), request.seed(), number, options.count());
    }

    /** Which clip of several is being made stands before what is done. */
    private Progress counted(Progress progress, int number) {
        return options.count() == 1 ? progress
                : (done, total, note) -> progress.update(done, total, "clip " + number + " of " + options.count() + ": " + note);
    }

    private GenerateRequest request(@Nullable Frame picture, @Nullable GivenVideo given) {
        return new GenerateRequest(options.prompt(), options.negative(), options.seed(), options.frames(), options.steps(), options.guidance(),
                options.schedule(), picture, options.teacher(), options.sampling(), given, options.around().continuation());
    }

    /** The first frame, cropped to the model's shape. */
    private @Nullable Frame image(ModelInfo.ClipSize size) {
        if (options.image() == null) {
            return null;
        }
        var read = ReadOptions.DEFAULT.background(Rgb.WHITE).size(size.width(), size.height(), Fit.CROP).maxFrames(1);
        List<Frame> frames = VideoReader.readAll(options.image(), read);
        if (frames.isEmpty()) {
            throw new UserException("'" + options.image() + "' holds no picture");
        }
        return frames.getFirst();
    }

    private GeneratedMetadata metadata(ResolvedRequest r, ModelInfo info) {
        var settings = new TreeMap<String, String>();
        settings.put("steps", String.valueOf(r.steps()));
        settings.put("guidance", String.valueOf(r.guidance()));
        settings.put("frames", String.valueOf(r.frames()));
        if (r.schedule() instanceof GuidanceSchedule.PowerCosine p) {
            settings.put("guidance-schedule", "power-cosine, power " + p.power());
        }
        if (r.sampling() != null) {
            settings.put("sampler", r.sampling().toString());
        }
        if (info.blockLength() != null) {
            settings.put("network", r.teacher() ? "teacher" : "student");
        }
        if (r.negative() != null) {
            settings.put("negative", r.negative());
        }
        if (options.image() != null) {
            settings.put("image", options.image().getFileName().toString());
        }
        if (options.around().video() != null) {
            settings.put("video", options.around().video().getFileName().toString());
        }
        if (options.around().lastImage() != null) {
            settings.put("last-image", options.around().lastImage().getFileName().toString());
        }
        if (r.continuation() != null) {
            settings.put("continuation", r.continuation().name().toLowerCase(Locale.ROOT));
        }
        if (options.upscale() != null) {
            settings.put("upscale", options.upscale());
        }
        settings.put("device", context.device());
        return new GeneratedMetadata(r.prompt(), r.seed(), info.name(), info.hash(), VideoModel.version()).with(settings);
    }

    private void printSummary(String name, GeneratedVideo video, double fps) {
        PrintStream out = options.outputs().isPiped() ? context.console().err() : context.console().out();
        String shown = name.equals("-") ? "standard output" : name;
        if (options.quiet()) {
            if (!options.outputs().isPiped()) {
                out.println(shown);
            }
            return;
        }
        Frame frame = video.frames().getFirst();
        int n = video.frames().size();
        String length = n == 1 ? "a still" : String.format(Locale.ROOT, "%d frames, %.1f s", n, n / fps);
        out.printf(Locale.ROOT, "%s  seed %d  %dx%d  %s%s  made in %.1f s%n", shown, video.request().seed(), frame.width(), frame.height(), length,
                bytes(name), video.seconds());
    }

    private static String bytes(String name) {
        try {
            Path file = Path.of(name);
            return Files.isRegularFile(file) ? "  " + Math.max(1, Math.round(Files.size(file) / 1000.0)) + " kB" : "";
        } catch (java.io.IOException | java.nio.file.InvalidPathException e) {
            return "";
        }
    }
}
