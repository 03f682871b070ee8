package org.praxino.media;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The blocks of a GIF file (GIF89a specification, sections 17 to 26), read without decoding pixels. */
final class GifBlocks {
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;

    private GifBlocks() {}

    /** How many frames there are, up to where the file breaks off; 0 for what is no GIF. */
    static long frames(Path file) {
        long frames = 0;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(10); // signature, width, height
            int flags = in.readUnsignedByte();
            in.skipNBytes(2 + colours(flags));
            while (true) {
                switch (in.readUnsignedByte()) {
                    case EXTENSION -> {
                        in.skipNBytes(1); // its label
                        skipData(in);
                    }
                    case IMAGE -> {
                        frames++;
                        in.skipNBytes(8); // place and size
                        in.skipNBytes(colours(in.readUnsignedByte()) + 1); // and the smallest code
                        skipData(in);
                    }
                    default -> {
                        return frames; // the trailer, or damage
                    }
                }
            }
        } catch (IOException e) {
            return frames; // the decoder will say what is wrong
        }
    }

    /** Bytes of a colour table. */
    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private static void skipData(DataInputStream in) throws IOException {
        for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
            in.skipNBytes(length);
        }
    }
}
