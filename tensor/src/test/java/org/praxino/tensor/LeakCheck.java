package org.praxino.tensor;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that ends with more native objects than it began with. It opens a scope around the test, so that tensors made in the
 * test itself are freed; what is owned and not closed is what it finds. Use with {@code @ExtendWith(LeakCheck.class)}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(LeakCheck.class);

    private record Started(Scope scope, long alive) {}

    @Override
    public void beforeEach(ExtensionContext context) {
        Tensor.zeros(DType.F32, Device.CPU, 1).close(); // loads the library outside the count
        long alive = Scope.liveNativeObjects();
        context.getStore(SPACE).put("started", new Started(Scope.open(context.getDisplayName()), alive));
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        var started = context.getStore(SPACE).remove("started", Started.class);
        started.scope.close();
        for (int i = 0; Scope.liveNativeObjects() > started.alive && i < 10; i++) {
            System.gc(); // objects made on threads without a scope are freed by the collector
            Thread.sleep(20);
        }
        long leaked = Scope.liveNativeObjects() - started.alive;
        if (leaked > 0) {
            throw new AssertionError(leaked + " native object(s) leaked by " + context.getDisplayName());
        }
    }
}
