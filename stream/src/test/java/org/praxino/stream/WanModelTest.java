package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.FlowSampling;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.timeline.Size;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.UserException;
import org.praxino.wan.TinyWan;
import org.praxino.wan.WanPrompts;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.Offload;

/** Tiny Wan folders with random weights, driven as the published ones are. */
@ExtendWith(LeakCheck.class)
class WanModelTest {
    private static final ModelOptions TINY = ModelOptions.of(Device.CPU, DType.F32).withSize(new Size(32, 16));

    /** A block of 3, a sink of 3 and a window of 3 fill up soon. */
    private static final ModelOptions SHORT = TINY.withHorizon(new Horizon(3, 3, 3, false));

    @TempDir
    static Path dir;

    private static Path bidirectional;
    private static Path selfForcing;
    private static Path causVid;

    @BeforeAll
    static void write() throws IOException {
        bidirectional = TinyWan.save(dir.resolve("wan"), 1);
        selfForcing = dir.resolve("student");
        TinyWan.save(selfForcing, 1);
        TinyWan.saveStudent(selfForcing.resolve("self_forcing_dmd.safetensors"), 5);
        causVid = TinyWan.savePickled(dir.resolve("checkpoints/causvid/model.pt"), 5);
        Files.createDirectories(causVid.resolveSibling("transformer")); // its shape, as its heads are narrower than published ones
        Files.copy(bidirectional.resolve("transformer/config.json"), causVid.resolveSibling("config.json"));
        Files.delete(causVid.resolveSibling("transformer"));
        TinyWan.save(dir.resolve("checkpoints/base"), 1);
    }

    private static VideoModel open(Path folder, ModelOptions options) {
        return VideoModel.open(folder.toString(), options);
    }

    private static List<Frame> frames(VideoModel model, Timeline timeline, int count) {
        try (var stream = model.stream(timeline.withSeed(7L))) {
            return TinyStream.take(stream, count);
        }
    }

    private static Frame picture(long seed) {
        try (var scope = Scope.open("picture")) {
            return VideoTensors.toFrames(RandomStream.of(seed, "picture").normal(3, 1, 16, 32).clamp(-1, 1)).getFirst();
        }
    }

    @Test
    void theBidirectionalModelMakesClipsWithGuidanceAndANegativePrompt() {
        try (var model = open(bidirectional, TINY)) {
            assertThat(model.info().size()).isEqualTo(new org.praxino.io.model.ModelInfo.ClipSize(32, 16, 81, 16));
            assertThat(model.canStream()).isFalse();
            var request = GenerateRequest.of("a cat").withSeed(3).withFrames(5).withSteps(3);
            ResolvedRequest full = model.resolve(request);
            assertThat(full.guidance()).isEqualTo(6);
            assertThat(full.negative()).isEqualTo(WanPrompts.NEGATIVE);
            assertThat(full.sampling()).isEqualTo(new FlowSampling(FlowSampling.Solver.UNIPC, 8));
            List<Frame> plain = model.generate(request).frames();
            assertThat(plain).hasSize(5);
            var variants = List.of(
                    request.withNegative("a dog"), request.withGuidance(2), request.withGuidance(1), GenerateRequest.of("a dog").withSeed(3).withFrames(5).withSteps(3),
                    request.withSampling(new FlowSampling(FlowSampling.Solver.EULER, 8)), request.withSampling(new FlowSampling(FlowSampling.Solver.UNIPC, 2)));
            for (GenerateRequest other : variants) {
                assertThat(TinyStream.pixels(model.generate(other).frames())).as(other.toString()).isNotEqualTo(TinyStream.pixels(plain));
            }
            assertThat(TinyStream.pixels(model.generate(request).frames())).isEqualTo(TinyStream.pixels(plain));
            assertThatThrownBy(() -> model.stream("a cat")).isInstanceOf(UserException.class).hasMessageContaining("bidirectional");
            assertThatThrownBy(() -> model.resolve(request.withFrames(6))).hasMessageContaining("1 + 4k");
            assertThatThrownBy(() -> model.resolve(request.withFirstFrame(picture(1)))).hasMessageContaining("takes no first frame");
        }
    }

    @Test
    void anImageToVideoModelBeginsWithAPicture() throws IOException {
        Path folder = TinyWan.saveFromPicture(dir.resolve("i2v"), 1);
        var request = GenerateRequest.of("a cat").withSeed(3).withFrames(5).withSteps(2);
        try (var model = open(folder, TINY)) {
            assertThat(model.canStream()).isFalse();
            assertThatThrownBy(() -> model.resolve(request)).isInstanceOf(UserException.class).hasMessageContaining("give one as the first frame");
            ResolvedRequest full = model.resolve(GenerateRequest.of("a cat").withFirstFrame(picture(1)));
            assertThat(full.sampling()).isEqualTo(new FlowSampling(FlowSampling.Solver.UNIPC, 3));
            assertThat(List.of(full.steps(), full.guidance())).containsExactly(40, 5.0);
            List<List<Byte>> one = TinyStream.pixels(model.generate(request.withFirstFrame(picture(1))).frames());
            assertThat(one).hasSize(5);
            assertThat(TinyStream.pixels(model.generate(request.withFirstFrame(picture(2))).frames())).isNotEqualTo(one);
            assertThat(TinyStream.pixels(model.generate(request.withFirstFrame(picture(1))).frames())).isEqualTo(one);
        }
        Files.move(folder.resolve("models_clip_open-clip-xlm-roberta-large-vit-huge-14.safetensors"), folder.resolve("x.kept"));
        assertThatThrownBy(() -> open(folder, TINY)).isInstanceOf(UserException.class).hasMessageContaining("There is no picture encoder in " + folder)
                .hasMessageContaining("models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth, or image_encoder/");
    }

    @Test
    void aStudentStreamsAndAClipIsTheSameFrames() {
        try (var model = open(selfForcing, SHORT)) {
            assertThat(model.canStream()).isTrue();
            assertThat(model.info().blockLength()).isEqualTo(3);
            List<Frame> streamed = frames(model, Timeline.of("a cat"), 60); // past the horizon of 9 latent frames
            assertThat(streamed).hasSize(60);
            GeneratedVideo clip = model.generate(GenerateRequest.of("a cat").withSeed(7).withFrames(57));
            assertThat(clip.request().steps()).isEqualTo(4);
            assertThat(TinyStream.pixels(clip.frames())).isEqualTo(TinyStream.pixels(streamed.subList(0, 57)));
            assertThat(TinyStream.pixels(frames(model, Timeline.of("a dog"), 9))).isNotEqualTo(TinyStream.pixels(streamed.subList(0, 9)));
            assertThatThrownBy(() -> model.resolve(GenerateRequest.of("a cat").withTeacher(true))).isInstanceOf(UserException.class)
                    .hasMessageContaining("open the folder of Wan 2.1");
        }
    }

    @Test
    void aStudentOfImageToVideoBeginsWithAPictureAlone() throws Exception {
        var options = TINY.withRecipe(WanRecipe.CAUSVID_I2V);
        try (var model = open(causVid, options.withHorizon(new Horizon(4, 1, 4, false)))) {
            assertThat(model.info().blockLength()).isEqualTo(4);
            assertThatThrownBy(() -> model.stream("a cat")).isInstanceOf(UserException.class).hasMessageContaining("give the first prompt an image");
            var request = GenerateRequest.of("a cat").withSeed(7).withFrames(33);
            assertThatThrownBy(() -> model.generate(request)).isInstanceOf(UserException.class).hasMessageContaining("give one as the first frame");
            List<List<Byte>> one = TinyStream.pixels(model.generate(request.withFirstFrame(picture(1))).frames()); // 1 + 16 + 16
            List<List<Byte>> two = TinyStream.pixels(model.generate(request.withFirstFrame(picture(2))).frames());
            assertThat(one).hasSize(33).isNotEqualTo(two);
            try (var source = VideoSource.pushed(model.info().size());
                    var session = model.session(Timeline.of("a cat").withSeed(7L).withVideo(null, 0.6), StreamOptions.DEFAULT, source)) {
                for (int i = 0; i < 16; i++) { // a second, which is what may wait
                    source.push(picture(i));
                }
                source.end();
                assertThat(TinyStream.take(session.frames(), 100)).as("the first picture, and a block of which all but the last frame is real").hasSize(16);
            }
        }
        assertThat(Horizon.of(WanRecipe.CAUSVID_I2V)).isEqualTo(new Horizon(4, 1, 16, false));
        assertThat(Horizon.of(WanRecipe.SELF_FORCING)).isEqualTo(Horizon.ROLLING);
        assertThat(Horizon.of(WanRecipe.LONGLIVE)).isEqualTo(new Horizon(3, 3, 6, false));
        assertThatThrownBy(() -> open(causVid, options.withHorizon(Horizon.OVERLAPPING))).isInstanceOf(UserException.class).hasMessageContaining("causvid-i2v");
    }

    @Test
    void oneNumberOfTheReachGivenAloneLeavesTheOthersToTheModel() throws IOException {
        Path longLive = TinyWan.save(dir.resolve("longlive"), 1);
        TinyWan.saveStudent(longLive.resolve("longlive_base.safetensors"), 5);
        for (var given : Map.of(
                new HorizonOptions(null, 4, null, false), new Horizon(3, 4, 6, false), new HorizonOptions(null, null, 9, false), new Horizon(3, 3, 9, false)).entrySet()) {
            assertThat(given.getKey().applyTo(Horizon.of(WanRecipe.LONGLIVE))).isEqualTo(given.getValue());
            try (var asked = open(longLive, TINY.withHorizonOptions(given.getKey()));
                    var whole = open(longLive, TINY.withHorizon(given.getValue()));
                    var a = asked.session(Timeline.of("a cat"), StreamOptions.DEFAULT, null);
                    var b = whole.session(Timeline.of("a cat"), StreamOptions.DEFAULT, null)) {
                assertThat(a.cacheBytes()).as(given.getKey().toString()).isEqualTo(b.cacheBytes());
            }
        }
        assertThat(new HorizonOptions(null, null, null, true).applyTo(Horizon.of(WanRecipe.LONGLIVE))).isEqualTo(Horizon.OVERLAPPING);
        assertThatThrownBy(() -> new HorizonOptions(null, null, 4, true)).isInstanceOf(UserException.class).hasMessageContaining("do not go together");
        assertThatThrownBy(() -> new HorizonOptions(null, -1, null, false)).isInstanceOf(UserException.class).hasMessageContaining("sink=-1");
    }

    @Test
    void aPickledCheckpointBesideAWanFolderStreams() {
        try (var model = open(causVid, SHORT);
                var reported = open(causVid, SHORT.withRecipe(WanRecipe.SELF_FORCING));
                var other = open(selfForcing, SHORT)) {
            List<Frame> three = frames(model, Timeline.of("a cat"), 9);
            List<Frame> four = frames(reported, Timeline.of("a cat"), 9);
            assertThat(model.resolve(GenerateRequest.of("a cat")).steps()).as("CausVid's steps").isEqualTo(3);
            assertThat(TinyStream.pixels(four)).isEqualTo(TinyStream.pixels(frames(other, Timeline.of("a cat"), 9))).isNotEqualTo(TinyStream.pixels(three));
        }
    }

    @Test
    void promptsPicturesAndVideosSteerAStudent() {
        try (var model = open(selfForcing, SHORT)) {
            List<Frame> cat = frames(model, Timeline.of("a cat"), 45);
            for (Transition way : List.of(Transition.CUT, Transition.RECACHE, Transition.blend(1))) {
                List<Frame> turned = frames(model, Timeline.of("a cat").withPrompt(1.2, "a dog", way), 45);
                assertThat(TinyStream.pixels(turned.subList(0, 21))).isEqualTo(TinyStream.pixels(cat.subList(0, 21)));
                assertThat(TinyStream.pixels(turned)).as(way.toString()).isNotEqualTo(TinyStream.pixels(cat));
            }
            Frame given = picture(2);
            GeneratedVideo clip = model.generate(GenerateRequest.of("a cat").withSeed(7).withFrames(21).withFirstFrame(given));
            assertThat(TinyStream.pixels(clip.frames())).isNotEqualTo(TinyStream.pixels(cat.subList(0, 21)));
            try (var source = VideoSource.pushed(model.info().size());
                    var session = model.session(Timeline.of("a cat").withSeed(7L).withVideo(null, 0.6), StreamOptions.DEFAULT, source)) {
                for (int i = 0; i < 9; i++) {
                    source.push(picture(i));
                }
                source.end();
                assertThat(TinyStream.take(session.frames(), 100)).hasSize(9);
            }
        }
    }

    @Test
    void aStreamGoesBackForksAndIsKept() throws Exception {
        Path kept = dir.resolve("kept.safetensors");
        try (var model = open(selfForcing, SHORT)) {
            List<List<Byte>> all = TinyStream.pixels(frames(model, Timeline.of("a cat"), 60));
            try (var session = model.session(Timeline.of("a cat").withSeed(7L), StreamOptions.DEFAULT, null)) {
                assertThat(TinyStream.pixels(TinyStream.take(session.frames(), 40))).isEqualTo(all.subList(0, 40));
                session.snapshot(kept).get();
                session.rewind(1).get();
                assertThat(TinyStream.pixels(TinyStream.take(session.frames(), 30))).isEqualTo(all.subList(9, 39));
            }
            try (var again = model.restore(kept, StreamOptions.DEFAULT)) {
                assertThat(TinyStream.pixels(TinyStream.take(again.frames(), 20))).isEqualTo(all.subList(40, 60));
            }
        }
    }

    @Test
    void overlappingRollOutsHandOverByTheirLastBlock() throws Exception {
        var overlapping = TINY.withHorizon(new Horizon(3, 0, 6, true)); // three blocks a roll-out: 9 + 12 + 3 frames, then 9 + 12 + 3
        try (var model = open(selfForcing, overlapping);
                var rolling = open(selfForcing, TINY.withHorizon(new Horizon(3, 0, 6, false)))) {
            List<List<Byte>> one = TinyStream.pixels(frames(rolling, Timeline.of("a cat"), 33));
            List<List<Byte>> all = TinyStream.pixels(frames(model, Timeline.of("a cat"), 80));
            assertThat(all.subList(0, 24)).isEqualTo(one.subList(0, 24));
            assertThat(all.subList(24, 33)).as("the last block again, coded as a beginning").isNotEqualTo(one.subList(24, 33));
            assertThat(TinyStream.pixels(model.generate(GenerateRequest.of("a cat").withSeed(7).withFrames(77)).frames())).isEqualTo(all.subList(0, 77));
            var heads = new ArrayList<Integer>();
            try (var session = model.session(Timeline.of("a cat").withSeed(7L), StreamOptions.DEFAULT, null)) {
                session.onEvent(e -> {
                    if (e instanceof StreamEvent.BlockDone done) {
                        heads.add(done.frames());
                    }
                });
                assertThat(TinyStream.pixels(TinyStream.take(session.frames(), 60))).isEqualTo(all.subList(0, 60));
                session.rewind(3).get(); // the joint itself
                assertThat(TinyStream.pixels(TinyStream.take(session.frames(), 50))).isEqualTo(all.subList(24, 74));
                session.rewind(2).get(); // the block before it
                assertThat(TinyStream.pixels(TinyStream.take(session.frames(), 50))).isEqualTo(all.subList(21, 71));
                try (var fork = session.fork().get()) {
                    assertThat(TinyStream.pixels(TinyStream.take(fork.frames(), 9))).isEqualTo(all.subList(71, 80));
                }
            }
            assertThat(heads.subList(0, 5)).containsExactly(9, 12, 3, 9, 12);
        }
    }

    @Test
    void offloadChangesOnlyTheDevices() {
        var request = GenerateRequest.of("a cat").withSeed(3).withFrames(5).withSteps(2);
        try (var plain = open(bidirectional, TINY);
                var spread = open(bidirectional, TINY.withOffload(EnumSet.allOf(Offload.class)).withKeepTextEncoder(false));
                var student = open(selfForcing, SHORT);
                var streamed = open(selfForcing, SHORT.withOffload(EnumSet.allOf(Offload.class)).withKeepTextEncoder(false))) {
            assertThat(TinyStream.pixels(spread.generate(request).frames())).isEqualTo(TinyStream.pixels(plain.generate(request).frames()));
            assertThat(TinyStream.pixels(frames(streamed, Timeline.of("a cat"), 21))).isEqualTo(TinyStream.pixels(frames(student, Timeline.of("a cat"), 21)));
        }
    }

    @Test
    void whatCannotBeOpenedSaysWhy() throws IOException {
        assertThatThrownBy(() -> open(bidirectional, TINY.withSize(new Size(40, 16)))).isInstanceOf(UserException.class)
                .hasMessage("40x16 is not possible: width and height must be multiples of 16");
        Path half = TinyWan.save(dir.resolve("lonely/half"), 1);
        Files.delete(half.resolve("tokenizer/tokenizer.json"));
        assertThatThrownBy(() -> open(half, TINY)).isInstanceOf(UserException.class).hasMessageContaining("no tokenizer");
        Path mixed = TinyWan.save(dir.resolve("other"), 1);
        Path config = mixed.resolve("transformer/config.json");
        Files.writeString(config, Files.readString(config).replace("\"text_dim\":12", "\"text_dim\":16"));
        assertThatThrownBy(() -> open(mixed, TINY)).isInstanceOf(UserException.class).hasMessageContaining("do not fit together");
        System.setProperty(Backend.MEMORY_LIMIT, "16");
        try {
            assertThatThrownBy(() -> open(selfForcing, SHORT)).isInstanceOf(UserException.class).hasMessageContaining("needs about");
        } finally {
            System.clearProperty(Backend.MEMORY_LIMIT);
        }
    }
}
