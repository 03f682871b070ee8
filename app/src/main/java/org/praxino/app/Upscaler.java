package org.praxino.app;

import java.util.List;
import org.praxino.diffusion.GuidedBy;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.GivenVideo;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** A super-resolution model that doubles the width and height of clips (W.A.L.T 3.5). */
record Upscaler(VideoModel model) implements AutoCloseable {

    /** @param base model whose clips are doubled @throws UserException when the two do not go together */
    static Upscaler open(String name, ModelInfo base, Device device, DType dtype) {
        VideoModel model = VideoModel.open(name, device, dtype);
        var size = model.info().size();
        if (size.width() != 2 * base.size().width() || size.height() != 2 * base.size().height()) {
            model.close();
            throw new UserException("--upscale " + name + " makes " + size.width() + "x" + size.height() + ", and clips of " + base.name() + " doubled are "
                    + 2 * base.size().width() + "x" + 2 * base.size().height());
        }
        return new Upscaler(model);
    }

    /** The clip at twice the size, of the same prompt and seed; as many frames at a time as the model makes. */
    GeneratedVideo doubled(GeneratedVideo video, GenerationListener progress) {
        int most = model.info().size().frames();
        var frames = new java.util.ArrayList<Frame>();
        double seconds = video.seconds();
        for (int from = 0; from < video.frames().size(); from += most) {
            List<Frame> piece = video.frames().subList(from, Math.min(from + most, video.frames().size()));
            var whole = new java.util.ArrayList<>(piece);
            while (whole.size() % 4 != 1) {
                whole.add(whole.getLast()); // cut off again below
            }
            var half = new GivenVideo(new GivenVideo.HalfSize(whole, GivenVideo.HalfSize.USUAL_NOISE), GuidedBy.CONDITION);
            GeneratedVideo made = model.generate(GenerateRequest.of(video.request().prompt()).withSeed(video.request().seed()).withGiven(half), progress);
            frames.addAll(made.frames().subList(0, piece.size()));
            seconds += made.seconds();
        }
        return new GeneratedVideo(frames, video.fps(), video.request(), video.model(), video.modelHash(), seconds);
    }

    @Override
    public void close() {
        model.close();
    }
}
