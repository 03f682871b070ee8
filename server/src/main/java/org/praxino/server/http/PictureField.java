package org.praxino.server.http;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.praxino.server.outbound.PictureFetcher;
import org.praxino.tensor.UserException;

/**
 * A picture in a request: a file, a {@code data:} URL, or an address to fetch it from.
 *
 * @param file its bytes, or null
 * @param url its address where there are no bytes
 * @param param where it was given, for errors
 */
record PictureField(@Nullable Upload file, @Nullable String url, String param) {
    private static final int RETRY_SECONDS = 10;

    /** The first frame of a video: {@code input_reference}, or {@code image_reference} as it is called elsewhere. */
    static @Nullable PictureField firstFrame(RequestBody f) {
        PictureField own = read(f, "input_reference");
        PictureField other = read(f, "image_reference");
        if (own != null && other != null) {
            throw ApiError.invalid("invalid_value", "input_reference and image_reference say the same: give one of them", "image_reference");
        }
        return own != null ? own : other;
    }

    private static @Nullable PictureField read(RequestBody f, String name) {
        Upload file = f.file(name);
        if (file != null) {
            return new PictureField(file, null, name);
        }
        String inText = f.textIfText(name);
        if (inText != null) {
            return inText.isBlank() ? null : of(inText, name);
        }
        RequestBody object = f.object(name);
        if (object == null) {
            return null;
        }
        object.rejectUnsupported("file_id", "this server keeps no files apart from videos: send the picture itself");
        String url = object.requiredText("image_url");
        object.rejectUnknown();
        return of(url, name + ".image_url");
    }

    private static PictureField of(String url, String param) {
        if (url.regionMatches(true, 0, "http:", 0, 5) || url.regionMatches(true, 0, "https:", 0, 6)) {
            return new PictureField(null, url, param);
        }
        if (!url.startsWith("data:")) {
            throw ApiError.invalid("invalid_value", "send the picture as a file, as a data: URL, or by its https:// address", param);
        }
        int comma = url.indexOf(',');
        try {
            if (comma > 0 && url.substring(0, comma).endsWith(";base64")) {
                return new PictureField(new Upload(Base64.getMimeDecoder().decode(url.substring(comma + 1))), null, param);
            }
        } catch (IllegalArgumentException e) {
            // the same sentence
        }
        throw ApiError.invalid("invalid_value", "the data: URL must hold a picture in base64", param);
    }

    /** Its bytes, fetched if need be. */
    Upload load(PictureFetcher pictures) {
        if (file != null) {
            return file;
        }
        try {
            byte[] bytes = pictures.fetch(String.valueOf(url));
            if (bytes == null) {
                throw ApiError.unavailable("decoder_busy", "other pictures are being fetched: send " + param + " again in a while", RETRY_SECONDS);
            }
            return new Upload(bytes);
        } catch (UserException e) {
            throw ApiError.invalid("unreadable_media", e.getMessage(), param);
        }
    }
}
