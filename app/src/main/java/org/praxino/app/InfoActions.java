package org.praxino.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.io.model.HostInfo;
import org.praxino.io.model.ModelRepository;
import org.praxino.tensor.Backend;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/** {@code info}: shows versions and hardware, or describes a model or file. */
final class InfoActions {
    private InfoActions() {}

    static int info(InfoCommand.Options options, CommandContext context) throws IOException {
        String subject = options.subject();
        Map<String, String> facts;
        if (subject == null) {
            facts = machine(context);
        } else if (isFile(subject)) {
            facts = FileInfoText.of(Path.of(subject));
        } else {
            Path wan = WanInfoText.find(subject, ModelRepository.defaults());
            facts = wan == null ? model(subject) : WanInfoText.of(wan, options.size(), options.frames(), context);
        }
        print(facts, context.console().out());
        if (options.json() != null) {
            Json.write(options.json(), facts);
        }
        return 0;
    }

    /** What was meant for a file, by its ending, is missed as a file and not as a model. */
    private static Map<String, String> model(String subject) {
        try {
            return ModelInfoText.of(ModelRepository.defaults().open(subject));
        } catch (UserException e) {
            if (subject.matches(".*\\.[A-Za-z0-9]{2,11}") && !Files.exists(Path.of(subject))) {
                throw FileErrors.reading(Path.of(subject), new NoSuchFileException(subject));
            }
            throw e;
        }
    }

    /** What a measurement or a bug report has to say about where it ran. */
    static Map<String, String> machine(CommandContext context) {
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

    static void print(Map<String, String> facts, PrintStream out) {
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((k, v) -> out.println(k + " ".repeat(width - k.length() + 2) + v));
    }

    private static boolean isFile(String subject) {
        try {
            return Files.isRegularFile(Path.of(subject));
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }
}
