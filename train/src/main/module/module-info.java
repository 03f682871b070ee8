/** Trains models and scores them. */
open module org.praxino.train {
    requires transitive org.praxino.stream;
    requires tools.jackson.dataformat.yaml;
    requires evo.inflector;
    requires org.apache.commons.csv;
    requires org.apache.commons.compress;
    requires org.slf4j;

    exports org.praxino.train;
    exports org.praxino.train.causal;
    exports org.praxino.train.data;
    exports org.praxino.train.dmd;
    exports org.praxino.train.eval;
    exports org.praxino.train.latent;
    exports org.praxino.train.ode;
    exports org.praxino.train.run;
    exports org.praxino.train.student;
    exports org.praxino.train.tokenizer;
    exports org.praxino.train.walt;
}
