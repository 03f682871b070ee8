package org.praxino.train.student;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Denoiser;
import org.praxino.media.ContactSheet;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.media.WriteOptions;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/** Samples whole clips with a student as when streaming, and writes sample sheets. */
public final class StudentRollouts {
    private StudentRollouts() {}

    /** {@code blocks} blocks of every element, as when serving: [B, C, T, H, W]. @param size of the latents */
    public static Tensor clips(
            Denoiser network, BlockRollout.Plan plan, BlockRollout.LatentSize size, int blocks, Condition text, long seed, Device device) {
        try (var rollout = new BlockRollout(network, plan, size, device);
                var condition = network.prepare(text, size.batch())) {
            var noise = BlockRollout.Noise.seeded(seed);
            var made = new ArrayList<Tensor>();
            for (int b = 0; b < blocks; b++) {
                made.add(rollout.next(condition, noise));
            }
            return Tensor.cat(made, 2);
        }
    }

    /** Clips for eight captions from all over the store, four frames of each. */
    public static void sheet(
            Path png, Denoiser network, BlockRollout.Plan plan, StoredClips clips, VideoCodec codec) {
        List<String> captions = clips.spread(Math.min(8, clips.size()));
        long[] s = clips.shape(clips.maxLength());
        var size = new BlockRollout.LatentSize(captions.size(), (int) s[0], (int) s[2], (int) s[3]);
        Tensor latent = clips(
                network, plan, size, (int) s[1] / plan.block(), clips.text(captions), 7, clips.device());
        draw(png, codec.decode(latent), "prompts of training samples, %d steps a block of %d, four frames of each"
                .formatted(plan.levels().size(), plan.block()));
    }

    /** @param video [B, 3, T, H, W] */
    public static void draw(Path png, Tensor video, String caption) {
        var sheet = new ContactSheet((int) Math.max(video.size(3), video.size(4)), Rgb.WHITE);
        for (int i = 0; i < video.size(0); i++) {
            sheet.row(i == 0 ? caption : "", ContactSheet.spread(VideoTensors.toFrames(video.select(0, i)), 4));
        }
        sheet.save(png, WriteOptions.plain(1));
    }
}
