package org.praxino.train.causal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.StudentPlan;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.Optimisation;
import org.praxino.train.RunFolder;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.ode.CausalTrajectories;
import org.praxino.train.student.Dataset;
import org.praxino.train.student.TinyClips;
import org.praxino.train.walt.WaltTraining;
import org.praxino.walt.StudentConfig;

/** Teacher forcing on a handful of clips: afterwards the causal sampler makes clips of that kind. */
@ExtendWith(LeakCheck.class)
class CausalObjectiveTest {
    @TempDir
    private Path temp;

    @Test
    void learnsToContinueFromACleanPast() {
        var shape = new StudentPlan(1, List.of(1000.0, 700.0), 1, 4);
        var config = new CausalTraining(
                shape, new Dataset(17, CompositionPreset.AS_IS, 6), List.of(2, 3),
                new WaltTraining.NoiseLevels(WaltTraining.NoiseLevels.Distribution.LOGIT_NORMAL, 0, 1, 2), 0.1, new CausalTraining.Sheet(4, 1.5), false,
                new Optimisation(2400, 8, 1, 4e-3, 80, 1200, 0.9, 0.99, 0, 1, 0.95, 1, "fp32", null));
        var student = new StudentConfig(TinyClips.NETWORK, TinyClips.FLOW, shape);
        try (var clips = new TinyClips(temp.resolve("clips"));
                var scope = Scope.open("test");
                var objective = new CausalObjective(config, TinyClips.network(3), student, clips.of(2, 3), clips.codec())) {
            double before = mean(objective);
            var folder = RunFolder.open(temp.resolve("run"), config);
            var loop = new TrainLoop(config.optimisation(), objective, folder, new TrainLoop.Intervals(9, 1, 9, 9), Device.CPU);
            assertThat(loop.run()).isEqualTo(TrainLoop.End.FINISHED);
            assertThat(mean(objective)).as("from " + before).isLessThan(0.4 * before);
            assertThat(temp.resolve("run/sheets")).isNotEmptyDirectory();

            // A sampled clip lies nearer to the square it was asked for than noise of the same strength would.
            var text = clips.of(3).text(clips.of(3).spread(6));
            Tensor made = new CausalTrajectories(objective.network(), BlockRollout.Plan.of(student), student.process(), "", List.of(1000.0), 8, 1)
                    .sample(RandomStream.of(5, "noise").normal(6, 3, 3, 8, 8), text)
                    .select(1, 1);
            Tensor wanted = wanted(clips);
            assertThat(made.mse(wanted).item()).isLessThan(0.5 * wanted.square().mean().item());
        }
    }

    private static double mean(CausalObjective objective) {
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            try (var scope = Scope.open("loss")) {
                sum += objective.loss(1000 * i, 8).loss().value().item();
            }
        }
        return sum / 8;
    }

    /** The clips in their order. */
    private static Tensor wanted(TinyClips clips) {
        var all = clips.of(3);
        var out = new Tensor[6];
        for (int i = 0; i < 400; i++) {
            var batch = all.draw(RandomStream.of(i, "length"), RandomStream.of(i, "find"), 1);
            for (int c = 0; c < 6; c++) {
                if (out[c] == null && all.text(List.of(all.caption(c))).states().sameAs(batch.text().states())) {
                    out[c] = batch.clean();
                }
            }
        }
        return Tensor.cat(0, out);
    }
}
