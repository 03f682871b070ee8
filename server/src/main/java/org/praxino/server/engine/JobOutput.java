package org.praxino.server.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.praxino.media.AiBadge;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.Jpeg;
import org.praxino.media.OutputFormat;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.content.ContentStore.OutputFile;
import org.praxino.server.content.ContentStore.Variant;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.GeneratedVideo;

/** Writes a finished clip as video, thumbnail and sprite sheet, with metadata that marks them as generated. */
final class JobOutput {
    /** Longer timelines are not written to the metadata. */
    private static final int MAX_TIMELINE_CHARACTERS = 8000;

    private static final int QUALITY = 88;
    private static final int THUMBNAIL = 256;
    private static final int SHEET_CELL = 160;
    private static final int SHEET_COLUMNS = 6;
    private static final int SHEET_FRAMES = 36;

    private JobOutput() {}

    static Map<Variant, OutputFile> write(Path folder, GeneratedVideo video, JobSpec spec) throws IOException {
        GeneratedMetadata metadata = metadata(video, spec);
        List<Frame> frames = spec.badge() ? video.frames().stream().map(AiBadge::drawOn).toList() : video.frames();
        String name = "video." + spec.format().extension();
        try (var writer = VideoWriter.open(folder.resolve(name), format(spec.format()), WriteOptions.generated(spec.fps(), metadata))) {
            frames.forEach(writer::write);
            writer.finish();
        }
        Frame middle = frames.get(frames.size() / 2);
        Files.write(folder.resolve("thumbnail.jpg"), jpeg(new ContactSheet(THUMBNAIL, Rgb.BLACK), List.of(middle), metadata));
        Files.write(folder.resolve("spritesheet.jpg"),
                jpeg(new ContactSheet(SHEET_CELL, Rgb.BLACK), ContactSheet.spread(frames, SHEET_FRAMES), metadata));
        return Map.of(
                Variant.VIDEO, new OutputFile(name, spec.format().mediaType()),
                Variant.THUMBNAIL, new OutputFile("thumbnail.jpg", "image/jpeg"),
                Variant.SPRITESHEET, new OutputFile("spritesheet.jpg", "image/jpeg"));
    }

    /** Encodes a frame as a small JPEG. */
    static byte[] thumbnail(Frame frame, GeneratedMetadata metadata) {
        return Math.max(frame.width(), frame.height()) <= THUMBNAIL ? Jpeg.encode(frame, QUALITY, metadata)
                : jpeg(new ContactSheet(THUMBNAIL, Rgb.BLACK), List.of(frame), metadata);
    }

    private static byte[] jpeg(ContactSheet sheet, List<Frame> frames, GeneratedMetadata metadata) {
        for (int i = 0; i < frames.size(); i += SHEET_COLUMNS) {
            sheet.row("", frames.subList(i, Math.min(frames.size(), i + SHEET_COLUMNS)));
        }
        return Jpeg.encode(sheet.draw(), QUALITY, metadata);
    }

    private static OutputFormat format(JobSpec.Format format) {
        return switch (format) {
            case MP4 -> OutputFormat.MP4;
            case WEBM -> OutputFormat.WEBM;
            case GIF -> OutputFormat.GIF;
            case WEBP -> OutputFormat.WEBP;
            case APNG -> OutputFormat.APNG;
            case PNG -> OutputFormat.PNG;
        };
    }

    private static GeneratedMetadata metadata(GeneratedVideo video, JobSpec spec) {
        var settings = new TreeMap<String, String>();
        settings.put("task", spec.task().name().toLowerCase(java.util.Locale.ROOT));
        settings.put("steps", String.valueOf(spec.steps()));
        settings.put("guidance", String.valueOf(spec.guidance()));
        settings.put("frames", String.valueOf(video.frames().size()));
        if (spec.negative() != null) {
            settings.put("negative", spec.negative());
        }
        if (spec.timeline() != null && spec.timeline().length() <= MAX_TIMELINE_CHARACTERS) {
            settings.put("timeline", spec.timeline());
        }
        return video.metadata().with(settings);
    }
}
