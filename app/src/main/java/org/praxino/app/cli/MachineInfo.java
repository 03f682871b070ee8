package org.praxino.app.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.praxino.io.model.HostInfo;
import org.praxino.tensor.Backend;
import org.praxino.tensor.Device;

/** Describes the machine and settings, for reports. */
public final class MachineInfo {
    private MachineInfo() {}

    /** Version, hardware and settings. */
    public static Map<String, String> of(CommandContext context) {
        Device device = context.openDevice();
        HostInfo host = HostInfo.current();
        var facts = new LinkedHashMap<String, String>();
        facts.put("praxino", Version.text());
        facts.put("java", host.java());
        facts.put("libtorch", host.torch());
        facts.put("system", host.system());
        facts.put("processor", host.processor());
        facts.put("cores", String.valueOf(host.cores()));
        facts.put("threads", String.valueOf(Backend.threads()));
        facts.put("memory", host.memoryMib() + " MiB, " + (Backend.availableBytes() >> 20) + " MiB free");
        facts.put("device", device.toString());
        facts.put("number format", context.dtypeOn(device).name().toLowerCase(Locale.ROOT));
        return facts;
    }

    /** Prints aligned names and values, one line each; they may be from files. */
    public static void print(Map<String, String> found, PrintStream out) {
        var facts = new LinkedHashMap<String, String>();
        found.forEach((k, v) -> facts.put(PrintableText.line(k), PrintableText.line(v)));
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((k, v) -> out.println(k + " ".repeat(width - k.length() + 2) + v));
    }
}
