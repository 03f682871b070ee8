package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.OutputFormat;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.live.LiveError;
import org.praxino.server.live.LiveService;
import org.praxino.server.live.Viewer;
import org.praxino.stream.VideoModel;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** HTTP routes of live sessions: list, recordings, viewers, snapshots (docs/realtime.md). */
final class LiveRoutes {
    private static final int MAX_RECORDINGS = 2;
    private static final int MAX_VIEWERS = 32;

    private final LiveService service;
    private final Path temporary;
    private final long maxUpload;
    private final Semaphore writing = new Semaphore(MAX_RECORDINGS);
    private final Semaphore viewing = new Semaphore(MAX_VIEWERS);

    /** @param temporary folder for temporary files @param maxUpload maximum bytes of an uploaded snapshot */
    LiveRoutes(LiveService service, Path temporary, long maxUpload) {
        this.service = service;
        this.temporary = temporary;
        this.maxUpload = maxUpload;
    }

    void add(ApiRouter api) {
        new LiveEndpoint(service).add(api);
        api.get("/v1/realtime/sessions", KeyScope.LIVE, this::list);
        api.get("/v1/realtime/sessions/{id}/recording", KeyScope.LIVE, this::recording);
        api.get("/v1/realtime/sessions/{id}/live.mp4", KeyScope.LIVE, this::live);
        api.post("/v1/realtime/snapshots", KeyScope.LIVE, this::importSnapshot);
        api.get("/v1/realtime/snapshots/{id}", KeyScope.LIVE, this::snapshot);
        api.delete("/v1/realtime/snapshots/{id}", KeyScope.LIVE, this::delete);
    }

    private void list(Context ctx, Caller caller) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = answer.putArray("data");
        for (LiveService.SessionSummary view : service.list(caller)) {
            data.addObject().put("object", "realtime.session").put("id", view.id()).put("model", view.model()).put("state", view.state())
                    .put("prompt", view.prompt()).put("frames", view.frames()).put("created_at", view.created());
        }
        VideoRoutes.json(ctx, answer);
    }

    private void recording(Context ctx, Caller caller) throws IOException {
        LiveService.Recording recording = service.recording(ctx.pathParam("id"), caller).orElseThrow(() -> noSession(ctx));
        OutputFormat format = format(ctx.queryParam("format"));
        List<Frame> frames = recording.last(seconds(ctx.queryParam("seconds")));
        if (frames.isEmpty()) {
            throw ApiError.conflict("nothing_recorded", "nothing was sent of this session yet");
        }
        if (!writing.tryAcquire()) {
            throw ApiError.unavailable("too_many_streams", "other recordings are being written: try again", 2);
        }
        Path file = Files.createTempFile(temporary, "recording-", "." + extension(format));
        try {
            write(file, format, recording, frames);
            ctx.contentType(type(format)).header("Content-Disposition", "attachment; filename=\"" + ctx.pathParam("id") + "."
                    + extension(format) + "\"")
                    .header("Content-Length", String.valueOf(Files.size(file)));
            Files.copy(file, ctx.outputStream());
        } finally {
            writing.release();
            Files.deleteIfExists(file);
        }
    }

    private static void write(Path file, OutputFormat format, LiveService.Recording recording, List<Frame> frames) {
        var settings = new TreeMap<String, String>();
        settings.put("task", "live");
        settings.put("frames", String.valueOf(frames.size()));
        var metadata = new GeneratedMetadata(recording.prompt(), recording.seed(), recording.model().name(), recording.model().hash(),
                VideoModel.version(), settings);
        try (var writer = VideoWriter.open(file, format, WriteOptions.generated(recording.model().size().fps(), metadata))) {
            frames.forEach(writer::write);
            writer.finish();
        }
    }

    private static OutputFormat format(@Nullable String name) {
        return switch (name == null ? "mp4" : name) {
            case "mp4" -> OutputFormat.MP4;
            case "webm" -> OutputFormat.WEBM;
            case "gif" -> OutputFormat.GIF;
            case "webp" -> OutputFormat.WEBP;
            default -> throw ApiError.invalid("invalid_value", "format must be mp4, webm, gif or webp", "format");
        };
    }

    private static String extension(OutputFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    private static String type(OutputFormat format) {
        return switch (format) {
            case MP4 -> "video/mp4";
            case WEBM -> "video/webm";
            case GIF -> "image/gif";
            default -> "image/webp";
        };
    }

    private static double seconds(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        if (!text.matches("\\d{1,4}(\\.\\d{1,4})?") || Double.parseDouble(text) <= 0) {
            throw ApiError.invalid("invalid_value", "seconds must be a number above 0", "seconds");
        }
        return Double.parseDouble(text);
    }

    private void live(Context ctx, Caller caller) throws IOException, InterruptedException {
        if (!viewing.tryAcquire()) {
            throw ApiError.unavailable("too_many_streams", "too many viewers: try again later", 10);
        }
        try (Viewer viewer = service.openViewer(ctx.pathParam("id"), caller).orElseThrow(() -> noSession(ctx))) {
            ctx.contentType("video/mp4").header("X-Accel-Buffering", "no");
            OutputStream out = ctx.outputStream();
            for (byte[] piece = viewer.next(); piece != null; piece = viewer.next()) {
                out.write(piece);
                out.flush();
            }
        } finally {
            viewing.release();
        }
    }

    private void snapshot(Context ctx, Caller caller) throws IOException {
        Path file = service.snapshotFile(ctx.pathParam("id"), caller).orElseThrow(LiveRoutes::noSnapshot);
        ctx.contentType("application/octet-stream").header("Content-Length", String.valueOf(Files.size(file)))
                .header("Content-Disposition", "attachment; filename=\"" + file.getFileName() + "\"");
        Files.copy(file, ctx.outputStream());
    }

    /** The body is the file. */
    private void importSnapshot(Context ctx, Caller caller) throws IOException {
        Path file = Files.createTempFile(temporary, "snapshot-", ".safetensors");
        try {
            try (var in = ctx.bodyInputStream(); var out = Files.newOutputStream(file)) {
                BodyLimits.copy(in, out, maxUpload);
            }
            LiveService.ImportedSnapshot imported = service.importSnapshot(file, caller);
            ApiRouter.setModel(ctx, imported.model());
            VideoRoutes.json(ctx, JsonNodeFactory.instance.objectNode().put("id", imported.id()).put("object", "realtime.snapshot")
                    .put("model", imported.model())
                    .put("seed", imported.seed()).put("frame", imported.frame()));
        } catch (LiveError e) {
            throw ApiError.invalid(e.code(), e.getMessage(), e.param());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void delete(Context ctx, Caller caller) {
        if (!service.deleteSnapshot(ctx.pathParam("id"), caller)) {
            throw noSnapshot();
        }
        VideoRoutes.json(ctx, JsonNodeFactory.instance.objectNode().put("id", ctx.pathParam("id")).put("object",
                "realtime.snapshot.deleted").put("deleted", true));
    }

    private static ApiError noSession(Context ctx) {
        String id = ctx.pathParam("id");
        return ApiError.notFound("session_not_found", "there is no live session " + (id.length() > 60 ? id.substring(0, 60) : id), "id");
    }

    private static ApiError noSnapshot() {
        return ApiError.notFound("snapshot_not_found", "there is no such snapshot", "id");
    }
}
