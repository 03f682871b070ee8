package org.praxino.io.model;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.tensor.Backend;

/**
 * Description of the machine, for provenance.
 *
 * @param system name, version and architecture of the operating system
 * @param processor model name, "unknown" where the system does not report it
 * @param cores as the Java machine may use
 * @param memoryMib physical memory
 * @param java version and vendor
 * @param torch version of libtorch
 */
public record HostInfo(String system, String processor, int cores, long memoryMib, String java, String torch) {

    public static HostInfo current() {
        long memory = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return new HostInfo(
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                currentProcessor(),
                Runtime.getRuntime().availableProcessors(),
                memory >> 20,
                Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")",
                Backend.torchVersion());
    }

    private static String currentProcessor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }
}
