package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.praxino.media.Background;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoInfo;
import org.praxino.media.VideoReader;
import org.praxino.train.data.ClipStoreWriter;
import org.praxino.train.data.Digests;
import org.praxino.train.data.FrameCodec;

/** Decodes images and videos to packed frames. */
final class VideoClipDecoder {
    /** Frames of the samples that the published configurations train on. */
    private static final int SHORT = 17;

    private final FolderDataset.Options options;
    private final ReadOptions reading;

    VideoClipDecoder(FolderDataset.Options options) {
        this.options = options;
        this.reading = ReadOptions.DEFAULT.size(options.width(), options.height(), options.fit()).fps(options.fps())
                .background(Background.TRANSPARENT);
    }

    /** @throws org.praxino.media.MediaException when the file cannot be decoded to its end */
    ClipStoreWriter.Packed decode(String name, ClipOrigin origin) throws IOException {
        return switch (origin) {
            case ClipOrigin.Single s -> decode(name, s.file());
            case ClipOrigin.InTar t -> {
                Path file = t.extracted();
                try {
                    yield decode(name, file);
                } finally {
                    Files.deleteIfExists(file);
                }
            }
            case ClipOrigin.Sequence s -> pictures(name, s.pictures());
        };
    }

    private ClipStoreWriter.Packed pictures(String name, List<Path> files) {
        long most = Math.max(1, Math.round(options.maxSeconds() * options.fps()));
        try (FrameCodec codec = new FrameCodec(options.height(), options.width())) {
            MessageDigest digest = Digests.sha256();
            List<byte[]> packed = new ArrayList<>();
            for (Path file : files.subList(0, (int) Math.min(most, files.size()))) {
                byte[] rgba = straight(VideoReader.readAll(file, reading.maxFrames(1)).getFirst());
                digest.update(rgba);
                packed.add(codec.pack(rgba));
            }
            String note = files.size() > most ? "only the first " + options.maxSeconds() + " s are used" : "";
            return new ClipStoreWriter.Packed(name, packed, packed.size() == 1, files.size(), Digests.hex(digest).substring(0, 16), note);
        }
    }

    private ClipStoreWriter.Packed decode(String file, Path path) {
        long most = Math.max(1, Math.round(options.maxSeconds() * options.fps()));
        try (VideoReader reader = VideoReader.open(path, reading);
                FrameCodec codec = new FrameCodec(options.height(), options.width())) {
            MessageDigest digest = Digests.sha256();
            List<byte[]> packed = new ArrayList<>();
            boolean longer = false;
            while (reader.hasNext()) {
                if (packed.size() == most) {
                    longer = true;
                    break;
                }
                byte[] rgba = straight(reader.next());
                digest.update(rgba);
                packed.add(codec.pack(rgba));
            }
            if (packed.isEmpty()) {
                throw new MediaException("cannot read '" + path + "': there are no pictures in it");
            }
            String small = small(reader.info(), packed.size());
            if (!small.isEmpty() && options.smallFiles() == SmallFiles.SKIP) {
                throw new MediaException(small + "; --small-files keep uses it");
            }
            String note = longer ? "only the first " + options.maxSeconds() + " s are used" : "";
            if (!small.isEmpty()) {
                note = note.isEmpty() ? small : note + "; " + small;
            }
            int sourceFrames = (int) Math.max(reader.info().frames(), packed.size());
            return new ClipStoreWriter.Packed(file, packed, packed.size() == 1, sourceFrames, Digests.hex(digest).substring(0, 16), note);
        }
    }

    /** What of a file is less than training likes to have; empty if nothing is. */
    private String small(VideoInfo info, int frames) {
        var all = new ArrayList<String>();
        if (info.width() < options.width() || info.height() < options.height()) {
            all.add("its pictures have " + info.width() + "x" + info.height() + " pixels and are enlarged to " + options.width() + "x" + options.height());
        }
        if (frames > 1 && frames < SHORT) {
            all.add("it has " + frames + " frames at " + String.format(Locale.ROOT, "%s", (float) options.fps()).replaceFirst("\\.0$", "")
                    + " a second, and longer samples hold the last one");
        }
        return String.join("; ", all);
    }

    // Four channels, and nothing where nothing is seen, so that equal pictures have equal bytes.
    private static byte[] straight(Frame frame) {
        byte[] out = frame.data().clone();
        for (int i = 0; i < out.length; i += 4) {
            if (out[i + 3] == 0) {
                Arrays.fill(out, i, i + 4, (byte) 0);
            }
        }
        return out;
    }
}
