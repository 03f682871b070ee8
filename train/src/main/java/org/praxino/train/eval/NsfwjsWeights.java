package org.praxino.train.eval;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.praxino.train.data.emoji.NpmPackage;

/**
 * Networks from the npm package nsfwjs 4.3.0 (MIT): trained on ImageNet, then fine-tuned to five classes of pictures. The package
 * holds one byte a weight, in base64 in JavaScript modules. Each network is converted once to safetensors and checked by hash ever after.
 */
public final class NsfwjsWeights {
    /** Names the scoring network and its weights in reports. */
    public static final String ID = "nsfwjs-4.3.0/mobilenet_v2_mid";

    /** A network of the package. */
    public enum Network {
        /** {@link MobileNetV2}, which scores. */
        MOBILENET_V2_MID("mobilenet_v2_mid", 2, "dbb4185187c1c57b39e62bda59d98f46169c76a1dc03854fff73a720773721fb"),
        /** {@link InceptionV3}, for losses: it never scores. */
        INCEPTION_V3("inception_v3", 6, "37c9c948451f2a6b50c7b505cf6d8ebdaeb7d2d1ec833711feae0b010c9c0ea2");

        private final String folder;
        private final int shards;
        private final String content; // SHA-256 over names and bytes of all tensors, in the order of their names

        Network(String folder, int shards, String content) {
            this.folder = folder;
            this.shards = shards;
            this.content = content;
        }

        /** Hash of the weights. */
        String content() {
            return content;
        }

        String file() {
            return "nsfwjs-4.3.0-" + folder + ".safetensors";
        }
    }

    private static final NpmPackage PACKAGE =
            new NpmPackage("nsfwjs", "4.3.0", "4496790efc9bdc6f3e85a826a8e482c1fa1e9db4b3d18c095e98cc0c73cfb12f");
    private static final String FOLDER = "package/dist/models/";
    private static final Pattern ENTRY = Pattern.compile(
            "\\{name:\"([^\"]+)\",shape:\\[([0-9,]*)],dtype:\"float32\",quantization:\\{min:([-.0-9e]+),scale:([.0-9e-]+),dtype:\"uint8\"}}");
    private static final Pattern LAYER = Pattern.compile(".*/MobilenetV2/(.+)/[A-Za-z0-9]+_(weights|bn_offset)");
    private static final Pattern CONVOLUTION = Pattern.compile("conv2d_([0-9]+)/kernel");
    /** Epsilon of Keras' batch norms. */
    private static final double EPSILON = 1e-3;

    private NsfwjsWeights() {}

    /** The scoring network on {@code device}; its weights are cached. @see #locate */
    public static MobileNetV2 open(Device device, List<Path> places) {
        try (var weights = open(Network.MOBILENET_V2_MID, places)) {
            return MobileNetV2.load(weights, device, ID);
        }
    }

    /** The network for losses on {@code device}; its weights are cached. @see #locate */
    public static InceptionV3 openInception(Device device, List<Path> places) {
        try (var weights = open(Network.INCEPTION_V3, places)) {
            return InceptionV3.load(weights, device, "nsfwjs-4.3.0/inception_v3");
        }
    }

    private static SafetensorsFile open(Network network, List<Path> places) {
        return SafetensorsFile.open(locate(network, CacheFolder.root().resolve("networks"), places));
    }

    /**
     * The converted weights in {@code cache}; made from the package when they are not there yet.
     *
     * @param places where {@code nsfwjs-4.3.0.tgz} may lie; when none holds it, the npm client fetches it into {@code cache}
     * @throws UserException when the package can neither be found nor fetched, or is not the one that is known
     */
    public static Path locate(Network network, Path cache, List<Path> places) {
        Path file = cache.resolve(network.file());
        if (Files.isRegularFile(file) && content(file).equals(network.content)) {
            return file;
        }
        try {
            convert(network, PACKAGE.resolve(places, cache), file);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        String found = content(file);
        if (!found.equals(network.content)) {
            throw new IllegalStateException("converting " + PACKAGE.id() + " gave weights of sha256 " + found + ", not " + network.content);
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

    private static void convert(Network network, Path tarball, Path target) throws IOException {
        String folder = FOLDER + network.folder + "/";
        Map<String, String> modules = new HashMap<>();
        NpmPackage.readAll(tarball, (path, bytes) -> {
            if (path.startsWith(folder)) {
                modules.put(path.substring(folder.length()), new String(bytes, StandardCharsets.ISO_8859_1));
            }
        });
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        for (int i = 1; i <= network.shards; i++) {
            weights.writeBytes(exported(module(network, modules, "group1-shard" + i + "of" + network.shards + ".min.js")));
        }
        try (var guard = Grad.off();
                var scope = Scope.open("NsfwjsWeights")) {
            List<Stored> stored = stored(module(network, modules, "model.min.js"), weights.toByteArray());
            Map<String, Tensor> tensors = switch (network) {
                case MOBILENET_V2_MID -> mobileNet(stored);
                case INCEPTION_V3 -> inception(stored);
            };
            SafetensorsWriter.to(target)
                    .metadata(Map.of("source", PACKAGE.id() + " " + network.folder, "licence", "MIT, Copyright (c) 2019 Infinite Red, Inc."))
                    .write(tensors);
        }
    }

    private static String module(Network network, Map<String, String> modules, String name) {
        String text = modules.get(name);
        if (text == null) {
            throw new UserException(PACKAGE.id() + " does not hold " + FOLDER + network.folder + "/" + name);
        }
        return text;
    }

    /** The base64 text that a module exports. */
    private static byte[] exported(String module) {
        String mark = ".exports=\"";
        int from = module.indexOf(mark) + mark.length();
        return Base64.getDecoder().decode(module.substring(from, module.indexOf('"', from)));
    }

    private record Stored(String name, long[] shape, float[] values) {
        Tensor tensor() {
            return Tensor.of(values, shape);
        }
    }

    /** Weights in the order of the manifest, each value = scale · byte + min. */
    private static List<Stored> stored(String manifest, byte[] bytes) {
        List<Stored> all = new ArrayList<>();
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
            all.add(new Stored(entry.group(1), shape, values));
        }
        if (at != bytes.length) {
            throw new IllegalStateException("the manifest names " + at + " weights, but " + bytes.length + " are there");
        }
        return all;
    }

    private static Map<String, Tensor> mobileNet(List<Stored> stored) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Stored s : stored) {
            Matcher layer = LAYER.matcher(s.name);
            if (layer.matches()) {
                boolean depthwise = s.name.endsWith("depthwise_weights");
                tensors.put(layer.group(1).replace('/', '.') + (s.shape.length == 1 ? ".bias" : ".weight"), layout(s.tensor(), depthwise));
            }
        }
        return tensors;
    }

    /** Convolutions without biases, each followed by a batch norm without a scale, become one: w/√(v + ε) and β − m/√(v + ε). */
    private static Map<String, Tensor> inception(List<Stored> stored) {
        Map<String, Tensor> byName = new LinkedHashMap<>();
        stored.forEach(s -> byName.put(s.name, s.tensor()));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        byName.forEach((name, kernel) -> {
            Matcher layer = CONVOLUTION.matcher(name);
            if (layer.matches()) {
                String norm = "batch_normalization_" + layer.group(1) + "/";
                Tensor deviation = Objects.requireNonNull(byName.get(norm + "moving_variance")).add(EPSILON).sqrt();
                Tensor mean = Objects.requireNonNull(byName.get(norm + "moving_mean"));
                tensors.put("conv" + layer.group(1) + ".weight", layout(kernel.div(deviation), false));
                tensors.put("conv" + layer.group(1) + ".bias", Objects.requireNonNull(byName.get(norm + "beta")).sub(mean.div(deviation)));
            }
        });
        return tensors;
    }

    private static Tensor layout(Tensor t, boolean depthwise) {
        if (t.dim() == 1) {
            return t;
        }
        return t.permute(depthwise ? new long[] {2, 3, 0, 1} : new long[] {3, 2, 0, 1}).contiguous(); // [h, w, I, O] -> [O, I, h, w]
    }
}
