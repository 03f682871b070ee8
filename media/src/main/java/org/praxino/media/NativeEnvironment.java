package org.praxino.media;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Sets environment variables for native libraries. */
final class NativeEnvironment {
    private NativeEnvironment() {}

    /** Sets a variable unless the user has set it; does nothing on systems without {@code setenv}. */
    @SuppressWarnings("restricted") // the name and the signature are those of POSIX
    static void setDefault(String name, String value) {
        var linker = Linker.nativeLinker();
        var function = linker.defaultLookup().find("setenv");
        if (function.isEmpty()) {
            return;
        }
        var setenv = linker.downcallHandle(function.get(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int keep = 0;
            int ignored = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), keep);
        } catch (Throwable e) {
            throw new AssertionError("setenv throws nothing", e);
        }
    }
}
