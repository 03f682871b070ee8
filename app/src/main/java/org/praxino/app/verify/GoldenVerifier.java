package org.praxino.app.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Runs all golden cases in a folder. */
public final class GoldenVerifier {
    private final Device device;

    /** @param device where to compute */
    public GoldenVerifier(Device device) {
        this.device = device;
    }

    /**
     * @param root a case folder, or a folder of them at any depth
     * @param receives each result
     * @throws UserException when there is no case under {@code root}
     */
    public List<CaseResult> run(Path root, Consumer<CaseResult> onResult) throws IOException {
        List<Path> folders;
        if (!Files.isDirectory(root)) {
            throw new UserException("there is no folder '" + root + "': give one that holds golden cases");
        }
        try (var tree = Files.walk(root)) {
            folders = tree.filter(p -> p.getFileName().toString().equals("case.json")).map(Path::getParent).sorted().toList();
        }
        if (folders.isEmpty()) {
            throw new UserException("there is no golden case (a folder with case.json) under '" + root + "'");
        }
        var verdicts = new ArrayList<CaseResult>();
        for (Path folder : folders) {
            CaseResult v = verdict(folder);
            verdicts.add(v);
            onResult.accept(v);
        }
        return List.copyOf(verdicts);
    }

    private CaseResult verdict(Path folder) {
        long start = System.nanoTime();
        String name = folder.getFileName().toString();
        String component = "";
        try (var guard = Grad.off();
                var scope = Scope.open("golden case")) {
            GoldenCase golden = GoldenCase.read(folder);
            name = golden.name();
            component = golden.component();
            ComponentCheck check = ComponentChecks.of(component);
            if (check == null) {
                return failed(name, component, "unknown component '" + component + "'; known are "
                        + String.join(", ", ComponentChecks.known()), start);
            }
            return switch (check) {
                case ComponentCheck.TensorCheck t -> compared(golden, t, start);
                case ComponentCheck.TextCheck t -> read(golden, t, start);
            };
        } catch (UserException | Distance.Mismatch e) {
            return failed(name, component, String.valueOf(e.getMessage()), start);
        } catch (RuntimeException e) { // a fault of ours, or of libtorch's, fails this case and not the others
            return failed(name, component, "unexpected: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), start);
        }
    }

    private CaseResult compared(GoldenCase golden, ComponentCheck.TensorCheck check, long start) {
        double tolerance = golden.tolerance();
        try (var reference = golden.outputs()) {
            var ours = check.compute(golden, device);
            if (!ours.keySet().containsAll(reference.names())) {
                return failed(golden.name(), golden.component(),
                        "outputs are " + new TreeSet<>(reference.names()) + ", computed here are " + new TreeSet<>(ours.keySet()), start);
            }
            String worst = "";
            double largest = -1;
            for (String name : new TreeSet<>(reference.names())) {
                Tensor theirs = reference.read(name);
                double d = Distance.relative(name, Objects.requireNonNull(ours.get(name)), theirs);
                if (d > largest) {
                    largest = d;
                    worst = name;
                }
            }
            return new CaseResult(golden.name(), golden.component(), largest <= tolerance, largest, tolerance, worst, null, since(start));
        }
    }

    private static CaseResult read(GoldenCase golden, ComponentCheck.TextCheck check, long start) {
        String difference = check.difference(golden);
        return difference.isEmpty()
                ? new CaseResult(golden.name(), golden.component(), true, null, null, null, null, since(start))
                : failed(golden.name(), golden.component(), difference, start);
    }

    private static CaseResult failed(String name, String component, String problem, long start) {
        return new CaseResult(name, component, false, null, null, null, problem, since(start));
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
