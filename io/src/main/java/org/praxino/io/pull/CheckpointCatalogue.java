package org.praxino.io.pull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/**
 * Published checkpoints that are known by name: where their files are, how long they are and what their checksums are. Read from
 * {@code checkpoints.json} beside this class.
 *
 * @param groups files that belong together, each group under one licence
 * @param checkpoints what can be asked for, made of groups
 */
public record CheckpointCatalogue(List<Group> groups, List<PublishedCheckpoint> checkpoints) {
    private static final String FILE = "checkpoints.json";

    /**
     * What one may do with weights.
     *
     * @param name SPDX identifier
     * @param url where it can be read
     * @param terms what it says, in one sentence for people
     */
    public record Licence(String name, String url, String terms) {}

    /**
     * A file of a repository.
     *
     * @param path in the repository
     * @param to in the folder it is fetched into, with slashes
     * @param bytes its length; -1 where only the server knows it
     * @param sha256 its checksum; null where only the server knows it
     */
    public record Remote(String path, String to, long bytes, @Nullable String sha256) {
        public Remote {
            if (!to.matches("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")) {
                throw new IllegalArgumentException("to=\"" + to + "\" must be names with slashes between them");
            }
            if (bytes == 0 || bytes < -1 || sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("bytes=" + bytes + " must be above 0 and sha256=" + sha256 + " 64 hexadecimal digits");
            }
        }
    }

    /**
     * Files of one repository under one licence.
     *
     * @param repo {@code ORGANISATION/NAME}
     * @param revision commit or branch
     */
    public record Group(String name, String repo, String revision, Licence licence, List<Remote> files) {
        public Group {
            files = List.copyOf(files);
        }

        /** Bytes of all files whose length is known. */
        public long bytes() {
            return files.stream().mapToLong(f -> Math.max(0, f.bytes)).sum();
        }

        /** Whether the lengths of all files are known. */
        public boolean isKnown() {
            return files.stream().noneMatch(f -> f.bytes < 0);
        }
    }

    /**
     * A checkpoint by name.
     *
     * @param title what it is, in a few words
     * @param groups names of its parts, in the order in which they are fetched: small ones first
     */
    public record PublishedCheckpoint(String name, String title, List<String> groups) {
        public PublishedCheckpoint {
            groups = List.copyOf(groups);
        }
    }

    public CheckpointCatalogue {
        groups = List.copyOf(groups);
        checkpoints = List.copyOf(checkpoints);
        for (PublishedCheckpoint c : checkpoints) {
            for (String group : c.groups) {
                if (groups.stream().filter(g -> g.name.equals(group)).count() != 1) {
                    throw new IllegalArgumentException(c.name + " is made of " + group + ", which is not there once");
                }
            }
        }
    }

    /** The list this version was built with. */
    public static CheckpointCatalogue builtIn() {
        try (@Nullable InputStream in = CheckpointCatalogue.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from this build");
            }
            return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), FILE, CheckpointCatalogue.class);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + FILE, e);
        }
    }

    /** @throws UserException naming those there are, when there is none of that name */
    public PublishedCheckpoint checkpoint(String name) {
        return checkpoints.stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow(() -> new UserException(
                "No checkpoint is known as \"" + name + "\": there are "
                        + checkpoints.stream().map(PublishedCheckpoint::name).collect(Collectors.joining(", ")) + ", or give a URL."));
    }

    /** The parts of a checkpoint. */
    public List<Group> groups(PublishedCheckpoint checkpoint) {
        return checkpoint.groups.stream().map(n -> groups.stream().filter(g -> g.name.equals(n)).findFirst().orElseThrow()).toList();
    }

    /** Files of a checkpoint without known checksums: what a site announces of them is compared. */
    public long unsummed(PublishedCheckpoint checkpoint) {
        return groups(checkpoint).stream().flatMap(g -> g.files.stream()).filter(f -> f.sha256 == null).count();
    }

    /** The files of a checkpoint at a hub. */
    public List<RemoteFile> wanted(PublishedCheckpoint checkpoint, ModelHub hub) {
        return groups(checkpoint).stream()
                .flatMap(g -> g.files.stream().map(f -> new RemoteFile(hub.file(g.repo, g.revision, f.path), f.to, f.bytes, f.sha256)))
                .toList();
    }

    /** Bytes of all files of a checkpoint whose lengths are known. */
    public long bytes(PublishedCheckpoint checkpoint) {
        return groups(checkpoint).stream().mapToLong(Group::bytes).sum();
    }
}
