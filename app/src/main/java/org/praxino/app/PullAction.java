package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.model.ModelRepository;
import org.praxino.io.pull.CheckpointCatalogue;
import org.praxino.io.pull.ModelHub;
import org.praxino.io.pull.PullRecord;
import org.praxino.io.pull.Puller;
import org.praxino.io.pull.RemoteFile;
import org.praxino.tensor.UserException;

/** {@code pull}: shows licences, asks for acceptance, then downloads files. */
final class PullAction {
    private final CheckpointCatalogue catalogue;
    private final Map<String, String> environment;
    private final Function<String, @Nullable String> ask;

    /** @param ask shows a question and returns the answer, or null where there is no one to ask */
    PullAction(CheckpointCatalogue catalogue, Map<String, String> environment, Function<String, @Nullable String> ask) {
        this.catalogue = catalogue;
        this.environment = environment;
        this.ask = ask;
    }

    static int run(PullCommand.Options options, CommandContext context) {
        return new PullAction(CheckpointCatalogue.builtIn(), System.getenv(), PullAction::askTerminal).pull(options, context);
    }

    private static @Nullable String askTerminal(String question) {
        java.io.Console terminal = System.console();
        return terminal == null || !terminal.isTerminal() ? null : terminal.readLine("%s", question);
    }

    int pull(PullCommand.Options options, CommandContext context) {
        String subject = options.subject();
        if (subject == null) {
            list(context.console());
            return 0;
        }
        ModelHub hub = ModelHub.of(environment, options.mirror());
        if (RemoteFile.isUrl(subject)) {
            Path folder = options.to() == null ? Path.of("") : options.to();
            RemoteFile file = RemoteFile.of(subject, options.sha256());
            context.console().message("the licence of what a URL leads to is for you to look up.");
            return fetch(folder, null, List.of(), List.of(file), hub, context);
        }
        if (options.sha256() != null) {
            throw new UserException("--sha256 goes with a URL: the checksums of " + subject + " are known.");
        }
        CheckpointCatalogue.PublishedCheckpoint checkpoint = catalogue.checkpoint(subject);
        Path folder = options.to() == null ? ModelRepository.dataFolder().resolve(subject) : options.to();
        List<String> licences = accept(checkpoint, options.accepted(), folder, context.console());
        return fetch(folder, checkpoint.name(), licences, catalogue.wanted(checkpoint, hub), hub, context);
    }

    private void list(Console console) {
        var lines = new LinkedHashMap<String, String>();
        for (CheckpointCatalogue.PublishedCheckpoint c : catalogue.checkpoints()) {
            boolean known = catalogue.groups(c).stream().allMatch(CheckpointCatalogue.Group::isKnown);
            long unsummed = catalogue.unsummed(c);
            lines.put(c.name(), String.format(Locale.ROOT, "%s  %s  (%s%s)", known
                    ? String.format(Locale.ROOT, "%5.1f GB", catalogue.bytes(c) / 1e9) : "        ", c.title(),
                    licences(c).stream().map(CheckpointCatalogue.Licence::name).collect(Collectors.joining(", ")),
                    unsummed == 0 ? "" : "; no checksum here of " + unsummed + (unsummed == 1 ? " file" : " files")));
        }
        MachineInfo.print(lines, console.out());
    }

    private Set<CheckpointCatalogue.Licence> licences(CheckpointCatalogue.PublishedCheckpoint checkpoint) {
        return catalogue.groups(checkpoint).stream().map(CheckpointCatalogue.Group::licence).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Shows the licences; returns their names once they are accepted. */
    private List<String> accept(CheckpointCatalogue.PublishedCheckpoint checkpoint, boolean accepted, Path folder, Console console) {
        boolean known = catalogue.groups(checkpoint).stream().allMatch(CheckpointCatalogue.Group::isKnown);
        console.err().printf(Locale.ROOT, "%s: %s, %sinto %s%n", checkpoint.name(), checkpoint.title(),
                known ? String.format(Locale.ROOT, "%.1f GB, ", catalogue.bytes(checkpoint) / 1e9) : "", folder);
        for (CheckpointCatalogue.Licence licence : licences(checkpoint)) {
            String of = catalogue.groups(checkpoint).stream().filter(g -> g.licence().equals(licence)).map(CheckpointCatalogue.Group::repo)
                    .distinct().collect(Collectors.joining(", "));
            console.err().println("  " + of + ": " + licence.name() + ", " + licence.url());
            console.err().println("    " + licence.terms());
        }
        if (!accepted) {
            String answer = ask.apply("Do you accept? [y/N] ");
            if (answer == null) {
                throw new UserException("Nothing is fetched before the licences are accepted: read them, then give --accept-licence.");
            }
            if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
                throw new UserException("The licences were not accepted; nothing was fetched.");
            }
        }
        return licences(checkpoint).stream().map(CheckpointCatalogue.Licence::name).distinct().toList();
    }

    private int fetch(Path folder, @Nullable String name, List<String> licences, List<RemoteFile> files, ModelHub hub, CommandContext context) {
        Thread self = Thread.currentThread();
        context.stop().whenRequested(self::interrupt);
        List<Puller.PulledFile> pulled;
        try (Puller puller = Puller.of(hub, environment);
                var progress = context.console().progress("MB")) {
            pulled = puller.pull(folder, name, licences, files, otherFolders(folder), context.stopping(progress));
        } catch (RuntimeException e) {
            if (context.stop().isRequested()) {
                throw new StoppedException("stopped; what was downloaded is kept, run the same command to continue.");
            }
            throw e;
        }
        for (Puller.PulledFile p : pulled) {
            String origin = switch (p.origin()) {
                case PRESENT -> "was there";
                case LINKED -> "linked";
                case DOWNLOADED -> "fetched";
            };
            context.console().out().printf(Locale.ROOT, "%s  %.1f MB  %s%s%n", p.file(), p.bytes() / 1e6, origin,
                    p.compared() ? "" : ", no checksum to compare with; has " + p.sha256());
        }
        return 0;
    }

    /** Folders of earlier downloads, beside this one and in the default location. */
    private static List<Path> otherFolders(Path folder) {
        var all = new LinkedHashSet<Path>();
        Path own = folder.toAbsolutePath().normalize();
        for (@Nullable Path parent : new Path[] {own.getParent(), ModelRepository.dataFolder()}) {
            if (parent != null && Files.isDirectory(parent)) {
                try (Stream<Path> list = Files.list(parent)) {
                    list.filter(p -> !p.equals(own) && Files.isRegularFile(p.resolve(PullRecord.FILE))).sorted().forEach(all::add);
                } catch (IOException e) {
                    // then nothing is linked from there
                }
            }
        }
        return List.copyOf(all);
    }
}
