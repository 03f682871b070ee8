package org.praxino.server.http;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.live.LiveService;
import org.praxino.server.live.MessageReceiver;
import org.praxino.server.live.MessageSender;

/** The WebSocket endpoint of live sessions. */
final class LiveEndpoint {
    static final String PATH = "/v1/realtime/video";
    static final String PROTOCOL = "praxino.realtime.v1";

    private static final String TOKEN = "praxino.token.";
    private static final String CLIENT = "praxino.live.client";
    private static final String CALLER = "praxino.live.caller";

    private final LiveService live;

    LiveEndpoint(LiveService live) {
        this.live = live;
    }

    void add(ApiRouter api) {
        api.upgrade(PATH, KeyScope.LIVE, this::beforeUpgrade, ws -> {
            ws.onConnect(ctx -> {
                Caller caller = ctx.attribute(CALLER);
                var client = live.connect(java.util.Objects.requireNonNull(caller), new JettySender(ctx.session));
                ctx.attribute(CLIENT, client);
            });
            ws.onMessage(ctx -> client(ctx.attribute(CLIENT)).onText(ctx.message()));
            ws.onBinaryMessage(ctx -> client(ctx.attribute(CLIENT)).onBinary(ctx.data()));
            ws.onClose(ctx -> client(ctx.attribute(CLIENT)).onClose());
            ws.onError(ctx -> client(ctx.attribute(CLIENT)).onClose());
        });
    }

    private static MessageReceiver client(@Nullable MessageReceiver client) {
        return java.util.Objects.requireNonNull(client, "no connection was made");
    }

    /** Checks a request before the upgrade. */
    private void beforeUpgrade(Context ctx, Caller caller) {
        if (!protocols(ctx).contains(PROTOCOL)) {
            throw ApiError.invalid("missing_subprotocol", "this server speaks the subprotocol " + PROTOCOL, null);
        }
        live.rejectionCode().ifPresent(code -> {
            throw ApiError.unavailable(code, code.equals("not_ready") ? "the models are being loaded" : "too many clients are connected", 5);
        });
        ctx.attribute(CALLER, caller);
        ctx.res().setHeader("Sec-WebSocket-Protocol", PROTOCOL); // never the token
    }

    static List<String> protocols(Context ctx) {
        String header = ctx.header("Sec-WebSocket-Protocol");
        return header == null ? List.of() : Arrays.stream(header.split(",")).map(String::strip).toList();
    }

    /** The token in the subprotocol header, which is all that pages can send; null if absent. */
    static @Nullable String token(Context ctx) {
        return protocols(ctx).stream().filter(p -> p.startsWith(TOKEN)).map(p -> p.substring(TOKEN.length())).findFirst().orElse(null);
    }

    /** Sends over Jetty; the send queue keeps one message in flight. */
    private record JettySender(Session session) implements MessageSender {
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
