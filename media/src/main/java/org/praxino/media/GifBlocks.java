package org.praxino.media;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a GIF file (GIF89a specification, sections 17 to 26), read without decoding pixels. */
final class GifBlocks {
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int GRAPHIC_CONTROL = 0xf9;

    /** In hundredths of a second, as the file counts. */
    private static final int SHORTEST = 1;

    private static final int DEFAULT = 10;

    private GifBlocks() {}

    /**
     * When each frame appears and, last, when the last one disappears, in seconds, up to where the file breaks off: one number more than there
     * are frames. A frame of at most 10 ms counts as 100 ms, as browsers play it.
     */
    static double[] times(Path file) {
        var hundredths = new ArrayList<Long>(List.of(0L));
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(10); // signature, width, height
            int flags = in.readUnsignedByte();
            in.skipNBytes(2 + colours(flags));
            int delay = 0;
            while (true) {
                int block = in.readUnsignedByte();
                if (block == EXTENSION) {
                    int label = in.readUnsignedByte();
                    int length = in.readUnsignedByte();
                    if (label == GRAPHIC_CONTROL && length == 4) {
                        in.skipNBytes(1);
                        delay = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
                        in.skipNBytes(1);
                    } else {
                        in.skipNBytes(length);
                    }
                    if (length > 0) {
                        skipData(in);
                    }
                } else if (block == IMAGE) {
                    hundredths.add(hundredths.getLast() + (delay > SHORTEST ? delay : DEFAULT));
                    delay = 0;
                    in.skipNBytes(8); // place and size
                    in.skipNBytes(colours(in.readUnsignedByte()) + 1); // and the smallest code
                    skipData(in);
                } else {
                    break; // the trailer, or damage
                }
            }
        } catch (IOException e) {
            // the decoder will say what is wrong
        }
        return hundredths.stream().mapToDouble(t -> t / 100.0).toArray();
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
