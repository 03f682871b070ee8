package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avformat.AV_STREAM_GROUP_PARAMS_TILE_GRID;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avformat.AVStreamGroup;
import org.bytedeco.ffmpeg.avformat.AVStreamGroupTileGrid;
import org.jspecify.annotations.Nullable;

/**
 * One picture of a HEIF file: one coded picture, or several that are laid on a canvas of which a part is shown.
 *
 * @param canvas its size; its place is (0, 0)
 * @param shown the part of the canvas that is shown
 * @param background of the canvas
 */
record HeifPicture(List<Tile> tiles, Area canvas, Area shown, Rgb background, Orientation orientation) {
    /** A rectangle in pixels. */
    record Area(int x, int y, int width, int height) {
        boolean contains(Area inner) {
            return inner.x >= x && inner.y >= y && inner.width > 0 && inner.height > 0 && (long) inner.x + inner.width <= (long) x + width
                    && (long) inner.y + inner.height <= (long) y + height;
        }
    }

    /** A coded picture and where it lies. */
    record Tile(int stream, int x, int y) {}

    /** The picture of that item number; a film's tracks and pictures share their numbers, so only pictures may be in the file. */
    static HeifPicture of(Path file, AVFormatContext context, long item, DecodeLimits limits) {
        for (int i = 0; i < context.nb_stream_groups(); i++) {
            AVStreamGroup group = context.stream_groups(i);
            if (group.id() == item && group.type() == AV_STREAM_GROUP_PARAMS_TILE_GRID) {
                return grid(file, group, limits);
            }
        }
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            if (stream.id() == item) {
                var whole = new Area(0, 0, stream.codecpar().width(), stream.codecpar().height());
                return new HeifPicture(List.of(new Tile(i, 0, 0)), whole, whole, Rgb.BLACK, FfmpegSource.displayMatrix(stream));
            }
        }
        throw new MediaException("cannot read '" + file + "': its picture is damaged, or put together in a way that Praxino does not read: "
                + "save it as PNG or JPEG");
    }

    private static HeifPicture grid(Path file, AVStreamGroup group, DecodeLimits limits) {
        AVStreamGroupTileGrid grid = group.params_tile_grid();
        limits.check(file, grid.coded_width(), grid.coded_height());
        var tiles = new ArrayList<Tile>();
        long pixels = 0;
        for (int i = 0; i < grid.nb_tiles(); i++) {
            int index = grid.offsets_idx(i);
            if (index < 0 || index >= group.nb_streams()) {
                throw new MediaException("cannot read '" + file + "': it is damaged, one of its tiles is missing");
            }
            AVStream stream = group.streams(index);
            pixels += (long) stream.codecpar().width() * stream.codecpar().height();
            tiles.add(new Tile(stream.index(), grid.offsets_horizontal(i), grid.offsets_vertical(i)));
        }
        limits.check(file, pixels, 1);
        var side = grid.nb_coded_side_data() == 0 ? null
                : av_packet_side_data_get(grid.coded_side_data(), grid.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        var canvas = new Area(0, 0, grid.coded_width(), grid.coded_height());
        var shown = new Area(grid.horizontal_offset(), grid.vertical_offset(), grid.width(), grid.height());
        if (!canvas.contains(shown)) {
            throw new MediaException("cannot read '" + file + "': it is damaged, its tiles do not cover the picture");
        }
        var background = new Rgb(grid.background(0) & 0xff, grid.background(1) & 0xff, grid.background(2) & 0xff);
        return new HeifPicture(tiles, canvas, shown, background, FfmpegSource.orientation(side));
    }

    /** True if the coded picture of that stream is needed. */
    boolean needs(int stream) {
        return tiles.stream().anyMatch(t -> t.stream == stream);
    }

    /** Puts the decoded pictures together; not yet upright. @param decoded by number of the stream, RGB */
    Frame compose(Path file, @Nullable Frame[] decoded) {
        for (Tile tile : tiles) {
            if (decoded[tile.stream] == null) {
                throw new MediaException("'" + file + "' is damaged or cut short: a part of its picture is missing");
            }
        }
        if (tiles.size() == 1 && shown.equals(canvas)) {
            return Objects.requireNonNull(decoded[tiles.getFirst().stream]);
        }
        Frame all = Frame.filled(canvas.width, canvas.height, background);
        for (Tile tile : tiles) {
            paste(Objects.requireNonNull(decoded[tile.stream]), all, tile.x, tile.y);
        }
        return FrameTransforms.crop(all, shown.x, shown.y, shown.width, shown.height);
    }

    private static void paste(Frame tile, Frame canvas, int x, int y) {
        int width = Math.min(tile.width(), canvas.width() - x);
        int from = Math.max(0, -x);
        for (int row = Math.max(0, -y); row < Math.min(tile.height(), canvas.height() - y) && width > from; row++) {
            System.arraycopy(tile.data(), tile.offset(from, row), canvas.data(), canvas.offset(x + from, y + row), (width - from) * 3);
        }
    }
}
