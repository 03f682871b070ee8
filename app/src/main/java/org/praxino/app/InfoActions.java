package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.tensor.Backend;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** {@code info}: versions and hardware. */
final class InfoActions {
    private InfoActions() {}

    static int info(InfoCommand.Options options, Context context) throws IOException {
        if (options.subject() != null) {
            throw new UserException("'praxino info " + options.subject() + "' is not part of this version yet");
        }
        var facts = machine(context);
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((k, v) -> context.console().out().println(k + " ".repeat(width - k.length() + 2) + v));
        return 0;
    }

    /** What a measurement or a bug report has to say about where it ran. */
    static Map<String, String> machine(Context context) throws IOException {
        Device device = context.openDevice();
        var facts = new LinkedHashMap<String, String>();
        facts.put("praxino", Version.text());
        facts.put("java", Runtime.version() + " (" + System.getProperty("java.vm.vendor") + ")");
        facts.put("libtorch", Backend.torchVersion());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        facts.put("processor", processor());
        facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("threads", String.valueOf(Backend.threads()));
        facts.put("memory free", Backend.availableBytes() / (1 << 20) + " MiB");
        facts.put("device", device.toString());
        facts.put("number format", context.dtypeOn(device).name().toLowerCase(java.util.Locale.ROOT));
        return facts;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return "unknown";
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(l -> l.startsWith("model name")).findFirst().map(l -> l.replaceFirst("^[^:]*:\\s*", "")).orElse("unknown");
        }
    }
}
