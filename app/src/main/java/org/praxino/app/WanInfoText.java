package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.FrameSize;
import org.praxino.io.FileErrors;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.pull.PullRecord;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;
import org.praxino.wan.WanConfig;
import org.praxino.wan.folder.Offload;
import org.praxino.wan.folder.PartCheck;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanMemory;
import org.praxino.wan.folder.WanPart;
import org.praxino.wan.folder.WanTask;

/** Describes a folder of Wan 2.1 or a causal student, and its memory needs. */
final class WanInfoText {
    /** Names listed before the rest is counted. */
    private static final int NAMES = 5;

    private WanInfoText() {}

    private static boolean isWan(Path path) {
        return Files.isDirectory(path) && !ModelFolder.isModel(path) && WanFolder.isWan(path);
    }

    /** Folders of Wan in a folder of models. */
    static List<Path> folders(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(root)) {
            return list.filter(WanInfoText::isWan).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.reading(root, e);
        }
    }

    /** One line for the list of models. */
    static String line(WanFolder folder) {
        List<String> licences = PullRecord.of(folder.path()).licences();
        List<String> lacks = Stream.of(WanPart.values()).filter(p -> !folder.has(p)).map(WanPart::label).toList();
        return folder.family().label() + ", " + folder.layout().label() + (licences.isEmpty() ? "" : ", " + String.join(", ", licences))
                + (lacks.isEmpty() ? "" : "; lacks " + String.join(", ", lacks));
    }

    static Map<String, String> of(WanFolder folder, FrameSize size, int frames, CommandContext context) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("model", folder.family().label());
        facts.put("folder", folder.path() + ", " + folder.layout().label());
        List<String> licences = PullRecord.of(folder.path()).licences();
        facts.put("licence", licences.isEmpty() ? "unknown: look it up where the weights came from" : String.join(", ", licences));
        if (folder.has(WanPart.TRANSFORMER)) {
            facts.put("network", network(folder));
        }
        for (WanPart part : WanPart.values()) {
            facts.put(part.label(), folder.has(part) ? part(folder, part) : "missing: expected " + expected(folder, part));
        }
        pictures(facts, folder);
        facts.put("tokenizer", folder.hasTokenizer() ? folder.tokenizer().toString() : "missing: expected " + expected(folder::tokenizer));
        if (folder.has(WanPart.TRANSFORMER)) {
            boolean causal = folder.family().isCausal();
            var gpu = new WanTask(causal ? WanTask.Kind.STREAM : WanTask.Kind.GENERATE, size.width(), size.height(), frames, !causal,
                    DType.BF16, DType.BF16);
            try {
                memory(facts, folder, gpu, context);
            } catch (UserException e) {
                facts.put("memory", "cannot be reckoned: " + e.getMessage());
            }
        }
        return facts;
    }

    /** Of image-to-video models alone. */
    private static void pictures(Map<String, String> facts, WanFolder folder) {
        try {
            if (folder.has(WanPart.TRANSFORMER) && folder.config().imageDim() > 0) {
                facts.put("picture encoder", folder.pictures().toString());
            }
        } catch (UserException e) {
            facts.put("picture encoder", e.getMessage());
        }
    }

    private static String network(WanFolder folder) {
        try {
            WanConfig c = folder.config();
            String kind = c.imageDim() > 0 ? "image to video" : c.inChannels() > c.outChannels() ? "video with further inputs" : "text to video";
            String inside = folder.networks().isEmpty() ? "" : "; the file holds " + String.join(", ", folder.networks());
            return kind + ", width " + c.dim() + ", " + c.layers() + " layers, " + c.heads() + " heads" + inside
                    + (folder.adapter() == null ? "" : "; " + folder.adapter().getFileName() + " is added to it");
        } catch (UserException e) {
            return e.getMessage();
        }
    }

    /** What is in a part; what is wrong with one does not hide the others. */
    private static String part(WanFolder folder, WanPart part) {
        try {
            PartCheck check = folder.check(part);
            String types = check.types().keySet().stream().sorted().map(t -> t.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
            String what = String.format(Locale.ROOT, "%s: %d tensors, %s parameters, %s, %s", check.file(), check.tensors(),
                    ModelInfoText.count(check.parameters()), types, WanMemory.gigabytes(check.bytes()));
            return what + (check.fits() ? ", complete" : problems(check));
        } catch (UserException e) {
            return "cannot be used: " + e.getMessage();
        }
    }

    private static String problems(PartCheck check) {
        return names("missing", check.missing()) + names("unexpected", check.unexpected()) + names("of another shape", check.misshaped());
    }

    private static String names(String what, List<String> all) {
        if (all.isEmpty()) {
            return "";
        }
        String more = all.size() > NAMES ? " and " + (all.size() - NAMES) + " more" : "";
        return "; " + all.size() + " " + what + ": " + all.stream().limit(NAMES).collect(Collectors.joining(", ")) + more;
    }

    private static String expected(WanFolder folder, WanPart part) {
        return expected(() -> folder.file(part));
    }

    /** The end of the sentence that asking for a missing part raises. */
    private static String expected(Runnable ask) {
        try {
            ask.run();
            return "";
        } catch (UserException e) {
            return e.getMessage().replaceFirst("^.*?expected ", "").replaceFirst("\\.$", "");
        }
    }

    private static void memory(Map<String, String> facts, WanFolder folder, WanTask gpu, CommandContext context) {
        WanMemory memory = WanMemory.of(folder);
        DType own = context.dtypeOn(Device.CPU);
        WanTask cpu = new WanTask(gpu.kind(), gpu.width(), gpu.height(), gpu.frames(), gpu.guided(), own, own);
        Device there = context.openDevice();
        String free = there.isCuda() && Backend.availableBytes(there) != Long.MAX_VALUE
                ? ", where " + WanMemory.gigabytes(Backend.availableBytes(there)) + " are free on " + there : "";
        facts.put("memory on a GPU", gpu + " in bf16: about " + WanMemory.gigabytes(memory.need(gpu, Set.of()).device()) + free);
        memoryOnOtherDevices(facts, memory, gpu);
        facts.put("memory on the CPU", cpu + " in " + own.name().toLowerCase(Locale.ROOT) + ": " + memoryOnThisMachine(memory, cpu));
    }

    /** Memory needed on the CPU, and whether this machine has it. */
    private static String memoryOnThisMachine(WanMemory memory, WanTask task) {
        try {
            memory.checkOnCpu(task, Set.of(), Backend.availableBytes());
            return "about " + WanMemory.gigabytes(memory.onCpu(task, false)) + ", which is free here";
        } catch (UserException e) {
            return e.getMessage().replaceFirst("^.*? needs ", "").replaceFirst("\\.$", "");
        }
    }

    /** The same with more and more of it on the CPU. */
    private static void memoryOnOtherDevices(Map<String, String> facts, WanMemory memory, WanTask task) {
        var way = EnumSet.noneOf(Offload.class);
        for (Offload more : Offload.values()) {
            way.add(more);
            WanMemory.Need need = memory.need(task, way);
            String what = switch (more) {
                case TILES -> "  decoded in tiles";
                case TEXT -> "  and text on the CPU";
                case VAE -> "  and the VAE";
                case BLOCKS -> "  blocks streamed";
            };
            facts.put(what, WanMemory.gigabytes(need.device()) + ", and "
                    + WanMemory.gigabytes(need.host()) + " of the host's memory");
        }
    }
}
