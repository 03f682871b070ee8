/** Asks a Praxino server over HTTP. */
open module org.praxino.client {
    requires transitive org.jspecify;
    requires java.net.http;
    requires transitive tools.jackson.databind;

    exports org.praxino.client;
}
