package outside;

import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;

/** Makes a short clip with the model from its jar: {@code Outside FILE}. */
public final class Outside {
    private Outside() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        try (var model = VideoModel.open("emoji-128")) {
            var video = model.generate(GenerateRequest.of("a star").withSeed(7).withFrames(5));
            video.save(file);
            var image = video.frames().getFirst().toImage();
            System.out.println((Outside.class.getModule().isNamed() ? "module path" : "class path") + ": " + video.frames().size() + " frames of "
                    + image.getWidth() + "x" + image.getHeight() + ", " + Files.size(file) + " bytes");
        }
    }
}
