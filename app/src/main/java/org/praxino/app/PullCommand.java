package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.io.pull.RemoteFile;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pull",
        header = "Downloads a published checkpoint.",
        description = {
            "Without NAME it lists the known checkpoints, with their sizes and licences. An interrupted",
            "download resumes when the same command is run again. Checksums are verified before a file gets",
            "its final name: those of the list or, where it has none, those that the site sends. Files that",
            "another pulled folder has already are linked, not downloaded.",
            "Environment: HF_TOKEN (access token), HF_ENDPOINT (mirror), HTTPS_PROXY, HTTP_PROXY, ALL_PROXY,",
            "NO_PROXY.",
        },
        footer = {
            "Examples:",
            "  praxino pull",
            "  praxino pull self-forcing --accept-licence",
            "  praxino pull wan-1.3b --to /data/wan-1.3b --mirror https://mirror.example.org",
            "  praxino pull https://example.org/model.safetensors --to weights",
        })
final class PullCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /**
     * @param subject name or URL; null: list what there is
     * @param to folder, or null for the usual place
     * @param accepted whether the licences are accepted
     * @param mirror address of a mirror, or null
     * @param sha256 checksum that a URL's file must have, or null
     */
    record Options(@Nullable String subject, @Nullable Path to, boolean accepted, @Nullable String mirror, @Nullable String sha256) {
        Options {
            String given = to != null ? "--to" : accepted ? "--accept-licence" : mirror != null ? "--mirror" : sha256 != null ? "--sha256" : null;
            if (subject == null && given != null) {
                throw new UserException(given + " has no effect without the name of a checkpoint or the address of a file");
            }
            if (subject != null && RemoteFile.isUrl(subject) && (accepted || mirror != null)) {
                throw new UserException((accepted ? "--accept-licence" : "--mirror") + " has no effect on a URL: it is about checkpoints of the list");
            }
        }
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME|URL", description = "Checkpoint from the list, or the URL of one file.")
    private @Nullable String subject;

    @Option(names = "--to", paramLabel = "DIR",
            description = "Folder to download to (default: a folder of that name in the user's data folder, ~/.local/share/praxino/models; for a URL"
                    + " the working folder).")
    private @Nullable Path to;

    @Option(names = "--accept-licence", description = "Accept the licences without being asked.")
    private boolean accepted;

    @Option(names = "--mirror", paramLabel = "URL", description = "Site to download named checkpoints from (default: HF_ENDPOINT, else huggingface.co).")
    private @Nullable String mirror;

    @Option(names = "--sha256", paramLabel = "HEX", description = "Expected checksum of the file at a URL.")
    private @Nullable String sha256;

    PullCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(subject, to, accepted, mirror, sha256));
    }
}
