package org.praxino.app;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.ProgressLine;
import org.praxino.train.data.NothingUsableException;
import org.praxino.train.data.PreparationReport;
import org.praxino.train.data.emoji.FluentEmojiDataset;
import org.praxino.train.data.folder.FolderDataset;

/** {@code data prepare}: builds training sets. */
final class DataActions {
    /** Skipped files named one by one; the rest are counted. */
    private static final int NAMED = 20;

    private DataActions() {}

    static int fluentEmoji(PrepareEmojiCommand.Options options, CommandContext context) throws IOException {
        try (var progress = context.console().progress("files")) {
            PreparationReport report = FluentEmojiDataset.prepare(options.packages(), options.out(),
                    options.shape().side(), options.shape().fps(), context.stopping(progress));
            progress.close();
            print(report, context.console());
        }
        return 0;
    }

    static int folder(PrepareOptions options, CommandContext context) throws IOException {
        try (var progress = context.console().progress("files")) {
            PreparationReport report = FolderDataset.prepare(options.source(), options.out(), options.how(), context.stopping(progress));
            progress.close();
            print(report, context.console());
        } catch (NothingUsableException e) {
            skipped(e.skipped(), context.console());
            throw e;
        }
        return 0;
    }

    private static void print(PreparationReport report, Console console) {
        skipped(report.skipped(), console);
        report.notes().stream().limit(NAMED).forEach(s -> console.message(s.file() + ": " + s.reason()));
        if (report.notes().size() > NAMED) {
            console.message("and " + (report.notes().size() - NAMED) + " more notes");
        }
        console.out().printf(Locale.ROOT, "%s: %d clips, %d stills, %d frames, %.1f MB%s, %s%n", report.out(), report.clips(),
                report.stills(), report.frames(), report.bytes() / 1e6, report.pixelsReused() ? " (frames were there already)" : "",
                ProgressLine.time(report.seconds()));
    }

    private static void skipped(List<PreparationReport.Skipped> skipped, Console console) {
        skipped.stream().limit(NAMED).forEach(s -> console.message("skipped " + s.file() + ": " + s.reason()));
        if (skipped.size() > NAMED) {
            console.message("skipped " + (skipped.size() - NAMED) + " more");
        }
    }
}
