package org.praxino.app;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Scope;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.DataInspection;
import org.praxino.train.eval.RealClips;

/** {@code data inspect}. */
final class DataInspectAction {
    private static final int NAMED = 10;
    private static final int ROWS = 24;
    private static final int COLUMNS = 6;

    private DataInspectAction() {}

    static int run(DataInspectCommand.Options options, CommandContext context) throws IOException {
        try (var store = ClipStore.open(options.data()); var progress = context.console().progress("clips")) {
            DataInspection.Report report = DataInspection.of(store, context.stopping(progress));
            progress.close();
            if (options.json() != null) {
                context.console().writeJson(options.json(), report);
            }
            print(context.console().out(), report);
            if (options.sheet() != null) {
                sheet(store).save(options.sheet(), WriteOptions.plain(1));
                context.console().out().println(options.sheet() + "  contact sheet");
            }
        }
        return 0;
    }

    private static void print(PrintStream out, DataInspection.Report r) {
        out.printf(Locale.ROOT, "%d clips and %d stills of %dx%d at %s a second, %d held out%n", r.clips(), r.stills(), r.width(), r.height(), r.fps(),
                r.heldOut());
        if (!r.seconds().isEmpty()) {
            out.printf(Locale.ROOT, "clips of %.1f to %.1f s, the middle one %.1f s%n", r.seconds().getFirst(), r.seconds().getLast(), r.seconds().get(1));
        }
        out.printf(Locale.ROOT, "%d captions, the longest of %d characters%n", r.captions(), r.longestCaption());
        if (!r.classes().isEmpty()) {
            out.printf(Locale.ROOT, "%d classes of %d to %d files%n", r.classes().size(), r.classes().values().stream().mapToInt(n -> n).min().orElse(0),
                    r.classes().values().stream().mapToInt(n -> n).max().orElse(0));
        }
        list(out, "cuts within clips", r.cuts().stream().map(c -> c.file() + " at frame " + c.frame()).toList());
        list(out, "clips that stand still", r.standing());
        list(out, "groups of near duplicates", r.duplicates().stream().map(g -> String.join(", ", g)).toList());
    }

    private static void list(PrintStream out, String what, List<String> found) {
        out.println(found.size() + " " + what);
        found.stream().limit(NAMED).forEach(f -> out.println("  " + f));
        if (found.size() > NAMED) {
            out.println("  and " + (found.size() - NAMED) + " more");
        }
    }

    /** Clips spread over the set, a row each. */
    private static ContactSheet sheet(ClipStore store) {
        var sheet = new ContactSheet(store.info().width(), Rgb.WHITE);
        var real = new RealClips(store, ClipInfo.Split.TRAIN);
        int rows = Math.min(ROWS, store.clips().size());
        for (int i = 0; i < rows; i++) {
            ClipStore.Clip clip = store.clips().get(i * store.clips().size() / rows);
            try (var scope = Scope.open("sheet")) {
                List<Frame> frames = VideoTensors.toFrames(real.video(clip, 0, Math.min(clip.frames(), 48)));
                sheet.row(clip.info().captions().getFirst(), ContactSheet.spread(frames, COLUMNS));
            }
        }
        return sheet;
    }
}
