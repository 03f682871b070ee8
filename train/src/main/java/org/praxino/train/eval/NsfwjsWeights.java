package org.praxino.train.eval;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.praxino.io.CacheFolder;
import org.praxino.io.FileErrors;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.train.data.NpmPackage;

/**
 * Weights of {@link MobileNetV2} out of the npm package nsfwjs 4.3.0 (MIT), model {@code mobilenet_v2_mid}: an ImageNet network
 * that was tuned to tell five classes of pictures apart. The package holds one byte a weight, in base64 in JavaScript modules; they
 * are converted once to safetensors and checked by hash ever after.
 */
public final class NsfwjsWeights {
    /** Names the network and its weights in reports. */
    public static final String ID = "nsfwjs-4.3.0/mobilenet_v2_mid";

    static final String FILE = "nsfwjs-4.3.0-mobilenet_v2_mid.safetensors";
    /** SHA-256 over names and bytes of all tensors, in the order of their names. */
    static final String CONTENT = "dbb4185187c1c57b39e62bda59d98f46169c76a1dc03854fff73a720773721fb";

    private static final NpmPackage PACKAGE =
            new NpmPackage("nsfwjs", "4.3.0", "4496790efc9bdc6f3e85a826a8e482c1fa1e9db4b3d18c095e98cc0c73cfb12f");
    private static final String FOLDER = "package/dist/models/mobilenet_v2_mid/";
    private static final Pattern ENTRY = Pattern.compile(
            "\\{name:\"([^\"]+)\",shape:\\[([0-9,]*)],dtype:\"float32\",quantization:\\{min:([-.0-9e]+),scale:([.0-9e-]+),dtype:\"uint8\"}}");
    private static final Pattern LAYER = Pattern.compile(".*/MobilenetV2/(.+)/[A-Za-z0-9]+_(weights|bn_offset)");

    private NsfwjsWeights() {}

    /** The network on {@code device}, its weights kept under Praxino's cache folder. @see #locate */
    public static MobileNetV2 open(Device device, List<Path> places) {
        try (var weights = SafetensorsFile.open(locate(CacheFolder.root().resolve("networks"), places))) {
            return MobileNetV2.load(weights, device, ID);
        }
    }

    /**
     * The converted weights in {@code cache}; made from the package when they are not there yet.
     *
     * @param places where {@code nsfwjs-4.3.0.tgz} may lie; when none holds it, the npm client fetches it into {@code cache}
     * @throws UserException when the package can neither be found nor fetched, or is not the one that is known
     */
    public static Path locate(Path cache, List<Path> places) {
        Path file = cache.resolve(FILE);
        if (Files.isRegularFile(file) && content(file).equals(CONTENT)) {
            return file;
        }
        try {
            convert(PACKAGE.resolve(places, cache), file);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        String found = content(file);
        if (!found.equals(CONTENT)) {
            throw new IllegalStateException("converting " + PACKAGE.id() + " gave weights of sha256 " + found + ", not " + CONTENT);
        }
        return file;
    }

    private static String content(Path file) {
        try (var weights = SafetensorsFile.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : new TreeSet<>(weights.names())) {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(weights.bytes(name).asByteBuffer());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (UserException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }

    private static void convert(Path tarball, Path target) throws IOException {
        Map<String, String> modules = new HashMap<>();
        NpmPackage.readAll(tarball, (path, bytes) -> {
            if (path.startsWith(FOLDER)) {
                modules.put(path.substring(FOLDER.length()), new String(bytes, StandardCharsets.ISO_8859_1));
            }
        });
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        for (String shard : new String[] {"group1-shard1of2.min.js", "group1-shard2of2.min.js"}) {
            weights.writeBytes(exported(module(modules, shard)));
        }
        try (var guard = Grad.off();
                var scope = Scope.open("NsfwjsWeights")) {
            Map<String, Tensor> tensors = tensors(module(modules, "model.min.js"), weights.toByteArray());
            SafetensorsWriter.to(target)
                    .metadata(Map.of("source", PACKAGE.id() + " mobilenet_v2_mid", "licence", "MIT, Copyright (c) 2019 Infinite Red, Inc."))
                    .write(tensors);
        }
    }

    private static String module(Map<String, String> modules, String name) {
        String text = modules.get(name);
        if (text == null) {
            throw new UserException(PACKAGE.id() + " does not hold " + FOLDER + name);
        }
        return text;
    }

    /** The base64 text that a module exports. */
    private static byte[] exported(String module) {
        String mark = ".exports=\"";
        int from = module.indexOf(mark) + mark.length();
        return Base64.getDecoder().decode(module.substring(from, module.indexOf('"', from)));
    }

    /** Weights in the order of the manifest, each value = scale · byte + min. */
    private static Map<String, Tensor> tensors(String manifest, byte[] bytes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(manifest);
        int at = 0;
        while (entry.find()) {
            long[] shape = entry.group(2).isEmpty() ? new long[] {1}
                    : Arrays.stream(entry.group(2).split(",")).mapToLong(Long::parseLong).toArray();
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            double min = Double.parseDouble(entry.group(3));
            double scale = Double.parseDouble(entry.group(4));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((bytes[at++] & 0xff) * scale + min);
            }
            Matcher layer = LAYER.matcher(entry.group(1));
            if (layer.matches()) {
                boolean depthwise = entry.group(1).endsWith("depthwise_weights");
                tensors.put(layer.group(1).replace('/', '.') + (shape.length == 1 ? ".bias" : ".weight"),
                        layout(Tensor.of(values, shape), depthwise));
            }
        }
        if (at != bytes.length) {
            throw new IllegalStateException("the manifest names " + at + " weights, but " + bytes.length + " are there");
        }
        return tensors;
    }

    private static Tensor layout(Tensor t, boolean depthwise) {
        if (t.dim() == 1) {
            return t;
        }
        return t.permute(depthwise ? new long[] {2, 3, 0, 1} : new long[] {3, 2, 0, 1}).contiguous(); // [h, w, I, O] -> [O, I, h, w]
    }
}
