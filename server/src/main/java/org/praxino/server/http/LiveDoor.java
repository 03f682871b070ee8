package org.praxino.server.http;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.Scope;
import org.praxino.server.live.Hall;
import org.praxino.server.live.LiveClient;
import org.praxino.server.live.Outgoing;

/** Where clients of live sessions come in: the upgrade, and Jetty's sockets as the hall knows them. */
final class LiveDoor {
    static final String PATH = "/v1/realtime/video";
    static final String PROTOCOL = "praxino.realtime.v1";

    private static final String TOKEN = "praxino.token.";
    private static final String CLIENT = "praxino.live.client";
    private static final String CALLER = "praxino.live.caller";

    private final Hall hall;

    LiveDoor(Hall hall) {
        this.hall = hall;
    }

    void add(Api api) {
        api.upgrade(PATH, Scope.LIVE, this::admit, ws -> {
            ws.onConnect(ctx -> {
                Caller caller = ctx.attribute(CALLER);
                var client = hall.connect(java.util.Objects.requireNonNull(caller), new JettyWire(ctx.session));
                ctx.attribute(CLIENT, client);
            });
            ws.onMessage(ctx -> client(ctx.attribute(CLIENT)).text(ctx.message()));
            ws.onBinaryMessage(ctx -> client(ctx.attribute(CLIENT)).binary(ctx.data()));
            ws.onClose(ctx -> client(ctx.attribute(CLIENT)).closed());
            ws.onError(ctx -> client(ctx.attribute(CLIENT)).closed());
        });
    }

    private static LiveClient client(@Nullable LiveClient client) {
        return java.util.Objects.requireNonNull(client, "no connection was made");
    }

    /** Before the upgrade. */
    private void admit(Context ctx, Caller caller) {
        if (!protocols(ctx).contains(PROTOCOL)) {
            throw ApiError.invalid("missing_subprotocol", "this server speaks the subprotocol " + PROTOCOL, null);
        }
        hall.refuses().ifPresent(code -> {
            throw ApiError.unavailable(code, code.equals("not_ready") ? "the models are being loaded" : "too many clients are connected", 5);
        });
        ctx.attribute(CALLER, caller);
        ctx.res().setHeader("Sec-WebSocket-Protocol", PROTOCOL); // never the token that may have come with it
    }

    static List<String> protocols(Context ctx) {
        String header = ctx.header("Sec-WebSocket-Protocol");
        return header == null ? List.of() : Arrays.stream(header.split(",")).map(String::strip).toList();
    }

    /** The token of a page, which can send no header but subprotocols; null when there is none. */
    static @Nullable String token(Context ctx) {
        return protocols(ctx).stream().filter(p -> p.startsWith(TOKEN)).map(p -> p.substring(TOKEN.length())).findFirst().orElse(null);
    }

    /** One message on the way at a time: the outbox sees to that. */
    private record JettyWire(Session session) implements Outgoing {
        @Override
        public void text(String text, Runnable sent, Runnable broken) {
            session.sendText(text, Callback.from(sent, t -> broken.run()));
        }

        @Override
        public void binary(ByteBuffer bytes, Runnable sent, Runnable broken) {
            session.sendBinary(bytes, Callback.from(sent, t -> broken.run()));
        }

        @Override
        public void close(int code, String reason) {
            session.close(code, reason, Callback.NOOP);
        }

        @Override
        public void drop() {
            session.disconnect();
        }
    }
}
