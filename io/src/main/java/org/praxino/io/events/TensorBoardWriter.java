package org.praxino.io.events;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.praxino.io.FileErrors;

/**
 * Writes one event file for TensorBoard. A run that is resumed opens a new file in the same folder and says from which step it
 * continues; TensorBoard then drops what the interrupted run had logged beyond it. May be used by several threads.
 *
 * <p>Field numbers are those of TensorFlow's event.proto, summary.proto and tensor.proto.
 */
public final class TensorBoardWriter implements AutoCloseable {

    private static final int DT_STRING = 7;
    private static final int SESSION_START = 1;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final RecordFile file;
    private final InstantSource clock;

    private TensorBoardWriter(RecordFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Begins a new event file in a folder, which is created if missing.
     *
     * @param firstStep 0 for a new run; the step a resumed run continues from
     */
    public static TensorBoardWriter open(Path folder, long firstStep) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
        return open(folder, firstStep, InstantSource.system(), hostName(), ProcessHandle.current().pid());
    }

    static TensorBoardWriter open(Path folder, long firstStep, InstantSource clock, String host, long pid) {
        long seconds = clock.instant().getEpochSecond();
        int count = 0;
        Path path;
        do {
            path = folder.resolve("events.out.tfevents.%010d.%s.%d.%d".formatted(seconds, host, pid, count++));
        } while (Files.exists(path));
        TensorBoardWriter writer = new TensorBoardWriter(new RecordFile(path), clock);
        writer.file.write(writer.event(0).text(3, "brain.Event:2").toBytes());
        if (firstStep > 0) {
            writer.file.write(writer.event(firstStep).message(7, new ProtoWriter().varint(1, SESSION_START)).toBytes());
        }
        return writer;
    }

    /** A number at a step, under a tag such as {@code loss/total}; the part before the slash groups charts. */
    public void scalar(String tag, double value, long step) {
        scalars(Map.of(tag, value), step);
    }

    /** Several numbers of one step. */
    public void scalars(Map<String, Double> values, long step) {
        ProtoWriter summary = new ProtoWriter();
        new TreeMap<>(values)
                .forEach((tag, value) -> summary.message(1, new ProtoWriter().text(1, tag).fixed32(2, value.floatValue())));
        write(summary, step);
    }

    /** An image. @param png the bytes of a PNG file */
    public void image(String tag, byte[] png, long step) {
        if (png.length < 29 || !ByteBuffer.wrap(png, 0, 8).equals(ByteBuffer.wrap(PNG))) {
            throw new IllegalArgumentException("the picture for \"" + tag + "\" is not a PNG file");
        }
        int width = ByteBuffer.wrap(png).getInt(16);
        int height = ByteBuffer.wrap(png).getInt(20);
        ProtoWriter image = new ProtoWriter().varint(1, height).varint(2, width).varint(3, channels(png[25])).bytes(4, png);
        write(new ProtoWriter().message(1, new ProtoWriter().text(1, tag).message(4, image)), step);
    }

    /** Text, shown as Markdown. */
    public void text(String tag, String text, long step) {
        ProtoWriter plugin = new ProtoWriter().message(1, new ProtoWriter().text(1, "text"));
        ProtoWriter shape = new ProtoWriter().message(2, new ProtoWriter().varint(1, 1));
        ProtoWriter tensor = new ProtoWriter().varint(1, DT_STRING).message(2, shape).text(8, text);
        write(new ProtoWriter().message(1, new ProtoWriter().text(1, tag).message(8, tensor).message(9, plugin)), step);
    }

    @Override
    public void close() {
        file.close();
    }

    private synchronized void write(ProtoWriter summary, long step) {
        file.write(event(step).message(5, summary).toBytes());
    }

    private ProtoWriter event(long step) {
        Instant now = clock.instant();
        return new ProtoWriter().fixed64(1, now.getEpochSecond() + now.getNano() * 1e-9).varint(2, step);
    }

    /** PNG specification, 11.2.2: colour types 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
    private static int channels(byte colourType) {
        return switch (colourType) {
            case 0 -> 1;
            case 4 -> 2;
            case 6 -> 4;
            default -> 3;
        };
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
