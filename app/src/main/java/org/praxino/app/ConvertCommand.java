package org.praxino.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.BoundAction;
import org.praxino.tensor.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "convert",
        header = "Converts weights to safetensors, in bf16 or fp32.",
        description = {
            "SOURCE is a file (.safetensors, its index, .pt, .pth), or a folder with Wan 2.1 or a causal",
            "student of it: then every part is written, with the parts that it uses from a folder beside it.",
            "Tensor names are kept. From a student's checkpoint only the network that generates best is",
            "written. The header of each file names the source and its checksum.",
        },
        footer = {
            "Examples:",
            "  praxino convert self_forcing_dmd.pt --out self_forcing.safetensors",
            "  praxino convert CausVid/model.pt --network critic --to fp32 --out critic.safetensors",
            "  praxino convert Self-Forcing/checkpoints --out self-forcing-bf16",
        })
final class ConvertCommand implements Callable<Integer> {
    private final BoundAction<Options> runner;

    /** What to store numbers as. */
    enum Target {
        BF16(DType.BF16),
        FP32(DType.F32);

        private final DType dtype;

        Target(DType dtype) {
            this.dtype = dtype;
        }

        DType dtype() {
            return dtype;
        }
    }

    /**
     * @param source file or folder
     * @param out file or folder that is not there yet
     * @param to what to store numbers as
     * @param network which of a checkpoint's networks, or null for the best
     */
    record Options(Path source, Path out, Target to, @Nullable String network) {}

    @Parameters(index = "0", paramLabel = "SOURCE", description = "File with weights, or folder with a model of Wan 2.1.")
    private Path source = Path.of(".");

    @Option(names = "--out", required = true, paramLabel = "FILE|DIR", description = "Output: a .safetensors file, or a folder for a folder.")
    private Path out = Path.of(".");

    @Option(names = "--to", paramLabel = "TYPE", defaultValue = "bf16",
            description = "Number format to store: bf16 or fp32 (default: ${DEFAULT-VALUE}).")
    private Target to = Target.BF16;

    @Option(names = "--network", paramLabel = "NAME",
            description = "Network of a checkpoint: generator_ema, generator, critic or another in it (default: the first of these in it).")
    private @Nullable String network;

    ConvertCommand(BoundAction<Options> runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(new Options(source, out, to, network));
    }
}
