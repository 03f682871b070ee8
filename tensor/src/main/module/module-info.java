/** Tensors with explicit lifetimes. The native libraries are modules without a service, so they are required by name: else nothing would put them into the graph. */
open module org.praxino.tensor {
    requires transitive org.jspecify;
    requires org.bytedeco.openblas;
    requires org.bytedeco.pytorch;
    requires org.bytedeco.javacpp.${native.module};
    requires org.bytedeco.openblas.${native.module};
    requires org.bytedeco.pytorch.${native.torch.module};

    exports org.praxino.tensor;
}
