package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** A frame in native memory with padded rows, for FFmpeg. */
final class NativeFrame implements AutoCloseable {
    private final AVFrame av;

    private NativeFrame(AVFrame av) {
        this.av = av;
    }

    static NativeFrame allocate(int width, int height, int format) {
        FfmpegCalls.load();
        AVFrame av = FfmpegCalls.allocated(av_frame_alloc());
        av.width(width).height(height).format(format);
        int code = av_frame_get_buffer(av, 0);
        if (code < 0) {
            av_frame_free(av);
            throw new OutOfMemoryError("no native memory for a picture of " + width + "x" + height + ": " + FfmpegCalls.reason(code));
        }
        return new NativeFrame(av);
    }

    /** A native copy of a frame. */
    static NativeFrame of(Frame frame) {
        var copy = allocate(frame.width(), frame.height(), packed(frame.channels()));
        copy.upload(frame);
        return copy;
    }

    /** FFmpeg's name for the packed format of so many channels. */
    static int packed(int channels) {
        return channels == 4 ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    }

    AVFrame av() {
        return av;
    }

    /** Copies a packed frame in. */
    void upload(Frame frame) {
        putPlane(0, frame.data(), frame.width() * frame.channels(), frame.height());
    }

    /** Copies packed rows into one plane. */
    void putPlane(int plane, byte[] rows, int rowBytes, int height) {
        int stride = av.linesize(plane);
        BytePointer data = av.data(plane);
        for (int y = 0; y < height; y++) {
            data.position((long) y * stride).put(rows, y * rowBytes, rowBytes);
        }
        data.position(0);
    }

    /** Copies one plane out as packed rows. */
    byte[] plane(int plane, int rowBytes, int height) {
        var rows = new byte[rowBytes * height];
        int stride = av.linesize(plane);
        BytePointer data = av.data(plane);
        for (int y = 0; y < height; y++) {
            data.position((long) y * stride).get(rows, y * rowBytes, rowBytes);
        }
        data.position(0);
        return rows;
    }

    /** Copies out a packed RGB or RGBA frame. */
    Frame download() {
        int channels = av.format() == AV_PIX_FMT_RGBA ? 4 : 3;
        return new Frame(av.width(), av.height(), channels, plane(0, av.width() * channels, av.height()));
    }

    @Override
    public void close() {
        av_frame_free(av);
    }
}
