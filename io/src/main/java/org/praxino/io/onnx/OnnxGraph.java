package org.praxino.io.onnx;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an ONNX graph that identify its weights: onnx.proto3, messages ModelProto (graph = 7), GraphProto (node = 1, initializer =
 * 5), NodeProto (input = 1, output = 2, op_type = 4), TensorProto (dims = 1, data_type = 2, float_data = 4, name = 8, raw_data = 9,
 * data_location = 14).
 */
final class OnnxGraph {

    /** A stored tensor. {@code type} is ONNX's number of the element type. */
    record Initializer(String name, long[] dims, int type, MemorySegment data) {}

    private record Node(String operation, List<String> inputs, List<String> outputs) {}

    private final Map<String, Initializer> initializers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    private OnnxGraph() {}

    static OnnxGraph parse(MemorySegment model) {
        OnnxGraph graph = new OnnxGraph();
        ProtoReader fields = new ProtoReader(model);
        while (fields.next()) {
            if (fields.field() == 7) {
                graph.graph(new ProtoReader(fields.bytes()));
            } else {
                fields.skip();
            }
        }
        if (graph.initializers.isEmpty()) {
            throw new IllegalArgumentException("it has no graph with weights");
        }
        return graph;
    }

    Map<String, Initializer> initializers() {
        return initializers;
    }

    /**
     * For each anonymous matrix the name its layer gives it: a MatMul's result goes into the Add of {@code LAYER.bias}, so the
     * matrix is {@code LAYER.weight}, stored as [in, out].
     */
    Map<String, String> matrixNames() {
        Map<String, String> matrixOf = new HashMap<>();
        for (Node node : nodes) {
            if (node.operation.equals("MatMul") && node.inputs.size() == 2 && initializers.containsKey(node.inputs.get(1))) {
                matrixOf.put(node.outputs.getFirst(), node.inputs.get(1));
            }
        }
        Map<String, String> names = new HashMap<>();
        for (Node node : nodes) {
            if (node.operation.equals("Add") && node.inputs.size() == 2) {
                name(names, matrixOf, node.inputs.get(0), node.inputs.get(1));
                name(names, matrixOf, node.inputs.get(1), node.inputs.get(0));
            }
        }
        return names;
    }

    private void name(Map<String, String> names, Map<String, String> matrixOf, String bias, String product) {
        @Nullable String matrix = matrixOf.get(product);
        if (matrix != null && bias.endsWith(".bias") && initializers.containsKey(bias)) {
            names.put(matrix, bias.substring(0, bias.length() - ".bias".length()) + ".weight");
        }
    }

    private void graph(ProtoReader fields) {
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> nodes.add(node(new ProtoReader(fields.bytes())));
                case 5 -> {
                    Initializer tensor = tensor(new ProtoReader(fields.bytes()));
                    initializers.put(tensor.name, tensor);
                }
                default -> fields.skip();
            }
        }
    }

    private static Node node(ProtoReader fields) {
        String operation = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> inputs.add(fields.text());
                case 2 -> outputs.add(fields.text());
                case 4 -> operation = fields.text();
                default -> fields.skip();
            }
        }
        return new Node(operation, inputs, outputs);
    }

    private static Initializer tensor(ProtoReader fields) {
        String name = "";
        int type = 0;
        List<Long> dims = new ArrayList<>();
        MemorySegment data = MemorySegment.NULL;
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> dims(fields, dims);
                case 2 -> type = (int) fields.varint();
                case 4, 9 -> data = fields.bytes(); // packed floats are the same bytes as raw ones
                case 8 -> name = fields.text();
                case 14 -> {
                    if (fields.varint() != 0) {
                        throw new IllegalArgumentException("tensor \"" + name + "\" is kept in another file, which is not supported");
                    }
                }
                default -> fields.skip();
            }
        }
        return new Initializer(name, dims.stream().mapToLong(Long::longValue).toArray(), type, data);
    }

    private static void dims(ProtoReader fields, List<Long> dims) {
        if (fields.wire() == ProtoReader.VARINT) {
            dims.add(fields.varint());
            return;
        }
        MemorySegment packed = fields.bytes();
        ProtoReader values = new ProtoReader(packed);
        while (values.hasMore()) {
            dims.add(values.varint());
        }
    }
}
