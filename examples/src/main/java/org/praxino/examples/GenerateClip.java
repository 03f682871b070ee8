package org.praxino.examples;

import java.nio.file.Path;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;

/** Makes one clip and saves it; the file's ending chooses the format: {@code GenerateClip "a ferris wheel spinning" wheel.mp4}. */
final class GenerateClip {
    private GenerateClip() {}

    static void main(String[] args) {
        String prompt = args.length > 0 ? args[0] : "a ferris wheel spinning";
        try (var model = VideoModel.open("emoji-128")) {
            make(model, GenerateRequest.of(prompt).withSeed(7), Path.of(args.length > 1 ? args[1] : "clip.mp4"));
        }
    }

    static void make(VideoModel model, GenerateRequest request, Path file) {
        model.generate(request).save(file);
    }
}
