package org.praxino.stream;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.ModelShelf;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;

/**
 * A model ready to generate. Works on a thread of its own; calls from several threads queue up.
 *
 * <pre>{@code
 * try (var model = VideoModel.open("emoji-128")) {
 *     model.generate(GenerateRequest.of("a ferris wheel spinning")).save(Path.of("wheel.mp4"));
 * }
 * }</pre>
 */
public final class VideoModel implements AutoCloseable {
    private final ModelFolder folder;
    private final ExecutorService engine = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("praxino-engine").factory());
    private final Generator generator;

    private VideoModel(ModelFolder folder, Device device, DType dtype) {
        this.folder = folder;
        this.generator = await(engine.submit(() -> Generator.load(folder, device, dtype)));
    }

    /** Opens a model by name or folder on the CPU, in the dtype that is fast there. */
    public static VideoModel open(String nameOrFolder) {
        return open(nameOrFolder, Device.CPU, Device.CPU.fastDType());
    }

    /** @throws org.praxino.tensor.UserException when there is no such model, or its files are not whole */
    public static VideoModel open(String nameOrFolder, Device device, DType dtype) {
        return new VideoModel(ModelShelf.usual().open(nameOrFolder), device, dtype);
    }

    public ModelInfo info() {
        return folder.info();
    }

    /** The request with every default of this model filled in; refuses what the model cannot make. */
    public GenerateRequest resolve(GenerateRequest request) {
        return generator.resolve(request);
    }

    public GeneratedVideo generate(GenerateRequest request) {
        return generate(request, Progress.SILENT);
    }

    /**
     * Generates one clip, waiting for it. An interrupt stops it after the step it is at.
     *
     * @param progress told of every sampling step
     * @throws CancellationException when interrupted
     */
    public GeneratedVideo generate(GenerateRequest request, Progress progress) {
        GenerateRequest full = resolve(request);
        var cancelled = new AtomicBoolean();
        Callable<GeneratedVideo> work = () -> generator.generate(full, progress, cancelled::get);
        Future<GeneratedVideo> video = engine.submit(work);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    GeneratedVideo done = video.get();
                    return done;
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancelled.set(true);
                } catch (ExecutionException e) {
                    throw unwrap(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Multiply-adds times two of one sampling step of a {@linkplain #resolve resolved} request, both halves of guidance included. */
    public double stepFlops(GenerateRequest request) {
        return generator.stepFlops(request);
    }

    /** Multiply-adds times two of decoding the request's frames. */
    public double decodeFlops(GenerateRequest request) {
        return generator.decodeFlops(request);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while loading the model");
        } catch (ExecutionException e) {
            throw unwrap(e);
        }
    }

    private static RuntimeException unwrap(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException r -> r;
            case Error error -> throw error;
            case Throwable other -> new IllegalStateException(other);
        };
    }

    /** Version of praxino. */
    public static String version() {
        String version = VideoModel.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void close() {
        await(engine.submit(() -> {
            generator.close();
            return List.of();
        }));
        engine.shutdown();
    }
}
