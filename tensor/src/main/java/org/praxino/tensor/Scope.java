package org.praxino.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Owner of the native memory made on one thread while it is open. Results leave through {@link #keep}; the rest is freed by
 * {@link #close}. Scopes nest, and must be closed on the thread that opened them, innermost first. See docs/memory.md.
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

    private final String name;
    private final Thread thread = Thread.currentThread();
    private final @Nullable Scope outer;
    private final PointerScope pointers;
    private final List<Tensor> kept = new ArrayList<>();
    private boolean open = true;

    private Scope(String name) {
        this.name = name;
        this.outer = INNERMOST.get();
        this.pointers = new PointerScope();
        INNERMOST.set(this);
    }

    /** Opens a scope on this thread. @param name shown when scopes are closed in the wrong order */
    public static Scope open(String name) {
        return new Scope(name);
    }

    /** Lets {@code tensor} outlive this scope: it then belongs to the enclosing one, or to its holder when there is none. */
    public Tensor keep(Tensor tensor) {
        if (!kept.contains(tensor)) {
            kept.add(tensor);
        }
        return tensor;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        if (Thread.currentThread() != thread || INNERMOST.get() != this) {
            throw new IllegalStateException("scope '" + name + "' is not the innermost scope of this thread");
        }
        open = false;
        INNERMOST.set(outer);
        for (Tensor t : kept) {
            t.raw().retainReference();
        }
        pointers.close();
        for (Tensor t : kept) {
            if (outer != null) {
                outer.pointers.attach(t.raw());
                t.raw().releaseReference();
            }
        }
    }

    /** Native objects alive in this process that are tracked for release. The leak check of the tests compares it. */
    public static long liveNativeObjects() {
        return Pointer.totalCount();
    }
}
