/** Files of models, weights and tokenizers. */
open module org.praxino.io {
    requires transitive org.praxino.tensor;
    requires transitive tools.jackson.databind;
    requires ai.djl.tokenizers;
    // The tokenizer library is an automatic module, which says nothing of what it needs itself.
    requires com.google.gson;
    requires com.sun.jna;
    requires org.slf4j;
    requires java.net.http;
    requires jdk.management;

    exports org.praxino.io;
    exports org.praxino.io.events;
    exports org.praxino.io.model;
    exports org.praxino.io.onnx;
    exports org.praxino.io.pull;
    exports org.praxino.io.safetensors;
    exports org.praxino.io.tokenizer;
    exports org.praxino.io.torch;
}
