package org.praxino.tensor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.StringIValueMap;
import org.bytedeco.pytorch.global.torch;
import org.praxino.tensor.Grad.NativeTemporaries;

/**
 * A network saved as TorchScript by another program, run as it is: for published metrics whose network exists in this form only. A
 * TorchScript file is a program; load only files that you trust.
 */
public final class TorchScript implements AutoCloseable {
    private final JitModule module;
    private final Path path;

    private TorchScript(JitModule module, Path path) {
        this.module = module;
        this.path = path;
    }

    /** @throws UserException when there is no such file or libtorch cannot read it */
    public static TorchScript load(Path path, Device device) {
        if (!Files.isReadable(path)) {
            throw new UserException("Cannot read " + path + ": there is no such file.");
        }
        try (var s = new NativeTemporaries()) {
            JitModule module = torch.load(path.toString(), s.add(new DeviceOptional(s.add(device.torch()))), true);
            module.retainReference();
            module.eval();
            return new TorchScript(module, path);
        } catch (RuntimeException e) {
            throw new UserException("Cannot read " + path + " as TorchScript: " + firstLine(e), e);
        }
    }

    /**
     * Calls {@code forward(input, flag = value, ...)} without recording gradients.
     *
     * @throws UserException when the network does not take these arguments or does not return one tensor
     */
    public Tensor forward(Tensor input, Map<String, Boolean> flags) {
        try (var guard = Grad.off();
                var s = new NativeTemporaries()) {
            IValueVector positional = s.add(new IValueVector(s.add(new IValue(input.raw()))));
            StringIValueMap named = s.add(new StringIValueMap());
            flags.forEach((name, value) -> {
                var key = s.add(new org.bytedeco.javacpp.BytePointer(name));
                named.put(key, s.add(new IValue(value)));
            });
            IValue result = s.add(module.forward(positional, named));
            if (!result.isTensor()) {
                throw new UserException(path + " does not return a tensor");
            }
            return Tensor.wrap(new org.bytedeco.pytorch.Tensor(s.add(result.toTensor()))); // the inner one dies with result
        } catch (UserException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UserException(path + " cannot be called with " + input + " and " + flags + ": " + firstLine(e), e);
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    @Override
    public void close() {
        module.deallocate();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
