package org.praxino.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsHandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Authenticator;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.access.OriginPolicy;
import org.praxino.server.access.RateLimiter;
import org.praxino.server.db.DatabaseFault;
import org.praxino.server.engine.DiskSpace;
import org.praxino.server.metrics.Metrics;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds routes. Every request passes origin check, authentication, scope check and rate limit, then error mapping, metrics and logging. */
final class ApiRouter {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** A line for every request, shown when logs are JSON. */
    private static final Logger REQUESTS = LoggerFactory.getLogger("praxino.requests");
    private static final String HANDLED = "praxino.served";
    private static final String MODEL = "praxino.model";
    private static final HexFormat HEX = HexFormat.of();

    /** W3C Trace Context. */
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final Caller NOBODY = new Caller("-", java.util.Set.of(), 0, 0, null);

    /** A route handler. */
    @FunctionalInterface
    interface Action {
        void run(Context ctx, Caller caller) throws Exception;
    }

    /**
     * A registered route.
     *
     * @param scope required scope, or null for none
     */
    record Route(String method, String path, @Nullable KeyScope scope) {}

    private final RoutesConfig routes;
    private final Authenticator access;
    private final OriginPolicy origins;
    private final RateLimiter rate;
    private final Metrics metrics;
    private final AuditLog audit;
    private final long maxBody;
    private final List<Route> added;
    private final SecureRandom random = new SecureRandom();

    /** @param added receives every route */
    ApiRouter(
            RoutesConfig routes, List<Route> added, Authenticator access, OriginPolicy origins, RateLimiter rate, Metrics metrics, AuditLog audit, long maxBody) {
        this.routes = routes;
        this.added = added;
        this.access = access;
        this.origins = origins;
        this.rate = rate;
        this.metrics = metrics;
        this.audit = audit;
        this.maxBody = maxBody;
    }

    void get(String path, @Nullable KeyScope scope, Action action) {
        add(HandlerType.GET, path, scope, action);
    }

    void head(String path, @Nullable KeyScope scope, Action action) {
        add(HandlerType.HEAD, path, scope, action);
    }

    void post(String path, @Nullable KeyScope scope, Action action) {
        add(HandlerType.POST, path, scope, action);
    }

    /** A WebSocket: the action runs before the upgrade. */
    void upgrade(String path, KeyScope scope, Action action, Consumer<WsConfig> socket) {
        added.add(new Route("GET", path, scope));
        routes.addHttpHandler(HandlerType.WEBSOCKET_BEFORE_UPGRADE, path, ctx -> {
            handle(ctx, path, scope, action);
            if (ctx.statusCode() >= 400) {
                sendRejection(ctx);
            }
        });
        routes.addWsHandler(WsHandlerType.WEBSOCKET, path, socket);
        routes.addHttpHandler(HandlerType.GET, path, ctx -> handle(ctx, path, scope, (c, caller) -> {
            throw ApiError.invalid("missing_subprotocol", "this path is for WebSockets", null);
        }));
    }

    /** Ends a request that is not upgraded, which Javalin would leave without a body. */
    private static void sendRejection(Context ctx) throws IOException {
        String body = ctx.result();
        ctx.res().setStatus(ctx.statusCode());
        ctx.res().setContentType("application/json");
        ctx.res().getOutputStream().write((body == null ? "" : body).getBytes(StandardCharsets.UTF_8));
        ctx.res().flushBuffer();
        ctx.skipRemainingHandlers();
    }

    void delete(String path, @Nullable KeyScope scope, Action action) {
        add(HandlerType.DELETE, path, scope, action);
    }

    private void add(HandlerType method, String path, @Nullable KeyScope scope, Action action) {
        added.add(new Route(method.name(), path, scope));
        routes.addHttpHandler(method, path, ctx -> handle(ctx, path, scope, action));
    }

    private void handle(Context ctx, String route, @Nullable KeyScope scope, Action action) {
        long begun = System.nanoTime();
        ctx.attribute(HANDLED, true);
        String request = requestId(ctx);
        String callerId = "-";
        try {
            headers(ctx, request);
            Caller caller = authorize(ctx, scope);
            callerId = caller.id();
            BodyLimits.check(ctx, maxBody);
            action.run(ctx, caller);
        } catch (ApiError e) {
            sendError(ctx, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sendError(ctx, ApiError.unavailable("not_ready", "the server is stopping", 5));
        } catch (JdbiException e) {
            sendError(ctx, databaseFault(request, e));
        } catch (UserException e) {
            if (DiskSpace.isExhausted(e)) {
                LOG.warn("request {}: {}", request, e.getMessage());
                sendError(ctx, ApiError.diskFull());
            } else if (DiskSpace.isFileFault(e)) {
                unexpected(ctx, request, e);
            } else {
                sendError(ctx, ApiError.invalid("invalid_value", e.getMessage(), null));
            }
        } catch (Exception e) {
            unexpected(ctx, request, e);
        } finally {
            recordRequest(ctx, route, request, callerId, Duration.ofNanos(System.nanoTime() - begun));
            if (ctx.method() == HandlerType.POST || ctx.method() == HandlerType.DELETE) {
                audit.record(request, callerId, ctx.method().name(), ctx.path(), ctx.statusCode());
            }
        }
    }

    /** Scheme and host of the client's URL, also behind a TLS proxy on this machine. */
    static String base(Context ctx) {
        String forwarded = ctx.header("X-Forwarded-Proto");
        boolean secure = "https".equals(ctx.scheme()) || "https".equalsIgnoreCase(forwarded) && isLoopback(ctx.req().getRemoteAddr());
        return (secure ? "https" : "http") + "://" + ctx.host();
    }

    private static boolean isLoopback(@Nullable String address) {
        return address != null && (address.startsWith("127.") || address.equals("::1") || address.equals("[::1]") || address.equals("0:0:0:0:0:0:0:1")
                || address.equals("[0:0:0:0:0:0:0:1]"));
    }

    /** Sets the model that a request concerns, for metrics. */
    static void setModel(Context ctx, String model) {
        ctx.attribute(MODEL, model);
    }

    private void recordRequest(Context ctx, String route, String request, String callerId, Duration took) {
        String model = ctx.attribute(MODEL);
        metrics.request(route, model == null ? "" : model, ctx.statusCode(), took);
        if (REQUESTS.isInfoEnabled()) {
            var line = REQUESTS.atInfo().addKeyValue("request", request).addKeyValue("caller", callerId).addKeyValue("method", ctx.method().name())
                    .addKeyValue("path", ctx.path()).addKeyValue("status", ctx.statusCode()).addKeyValue("milliseconds", took.toMillis());
            String trace = ctx.header("traceparent");
            if (trace != null && TRACE.matcher(trace).matches()) {
                line = line.addKeyValue("traceparent", trace);
            }
            line.log("request");
        }
    }

    private static ApiError databaseFault(String request, JdbiException e) {
        DatabaseFault fault = DatabaseFault.of(e);
        if (fault == DatabaseFault.REFUSED) {
            LOG.error("request {}", request, e);
            return ApiError.internal();
        }
        LOG.warn("request {}: {}: {}", request, fault.sentence(), DatabaseFault.reason(e));
        return fault == DatabaseFault.FULL ? ApiError.diskFull()
                : ApiError.unavailable("database_unavailable", fault.sentence() + ": try again", 5);
    }

    private void unexpected(Context ctx, String request, Exception e) {
        if (ctx.res().isCommitted()) {
            LOG.debug("request {}: the client disconnected", request, e);
        } else if (DiskSpace.isExhausted(e)) {
            LOG.warn("request {}: {}", request, e.getMessage());
            sendError(ctx, ApiError.diskFull());
        } else if (BodyLimits.isTooLarge(e)) {
            sendError(ctx, ApiError.tooLarge("the request is larger than this server takes"));
        } else if (BodyLimits.isMalformed(e)) {
            sendError(ctx, ApiError.invalid("invalid_body", "the body is not what its Content-Type says", null));
        } else {
            LOG.error("request {} to {} {}", request, ctx.method(), ctx.path(), e);
            sendError(ctx, ApiError.internal());
        }
    }

    private Caller authorize(Context ctx, @Nullable KeyScope scope) {
        String host = ctx.header("Host");
        String origin = ctx.header("Origin");
        if (scope != null && !origins.allowsHost(host) && !access.needsKey()) {
            throw ApiError.forbidden("unknown_host", "this server accepts only host names of its own machine");
        }
        if (!origins.allowsRequest(origin, host)) {
            throw ApiError.forbidden("unknown_origin", "pages of that origin may not use this server");
        }
        if (origins.allowsResponse(origin)) {
            ctx.header("Access-Control-Allow-Origin", String.valueOf(origin)).header("Vary", "Origin");
        }
        if (scope == null) {
            return NOBODY; // open to all, also while the database is away
        }
        boolean readOnly = ctx.method() == HandlerType.GET || ctx.method() == HandlerType.HEAD;
        String token = scope == KeyScope.LIVE ? LiveEndpoint.token(ctx) : null;
        Caller caller = access.authenticate(ctx.header("Authorization"), token != null ? token : readOnly
                ? ctx.queryParam(QueryParameters.TOKEN) : null).orElse(null);
        if (caller == null) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw ApiError.unauthenticated();
        }
        if (!caller.hasScope(scope)) {
            throw ApiError.forbidden("missing_scope", "this key lacks the scope " + scope.text());
        }
        int wait = rate.acquire(caller.id(), caller.perMinute());
        if (wait > 0) {
            throw ApiError.tooMany("rate_limited", "more than " + caller.perMinute() + " requests a minute", wait);
        }
        return caller;
    }

    /** The client's request id, if it is safe to log; otherwise a new one. */
    private String requestId(Context ctx) {
        String given = ctx.header("X-Request-Id");
        if (given != null && given.matches("[A-Za-z0-9._:-]{1,100}")) {
            return given;
        }
        var bytes = new byte[8];
        random.nextBytes(bytes);
        return "req_" + HEX.formatHex(bytes);
    }

    private static void headers(Context ctx, String request) {
        ctx.header("X-Request-Id", request)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Frame-Options", "DENY")
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store");
    }

    private static void sendError(Context ctx, ApiError e) {
        if (ctx.res().isCommitted()) {
            return;
        }
        if (e.retryAfter() > 0) {
            ctx.header("Retry-After", String.valueOf(e.retryAfter()));
        }
        ctx.status(e.status()).contentType("application/json").result(e.body());
    }

    /** Handles unmatched paths and methods, and CORS preflight requests. */
    void addFallbacks() {
        routes.before(ctx -> {
            if (ctx.method() == HandlerType.OPTIONS) {
                preflight(ctx);
            }
        });
        routes.error(404, ctx -> sendUnmatched(ctx, ApiError.notFound("unknown_path", "there is nothing at " + ctx.path(), null)));
        routes.error(405, ctx -> sendUnmatched(ctx, ApiError.noMethod()));
    }

    private void sendUnmatched(Context ctx, ApiError e) {
        if (ctx.attribute(HANDLED) != null) {
            return; // already answered by a route
        }
        headers(ctx, requestId(ctx));
        sendError(ctx, e);
    }

    private void preflight(Context ctx) {
        String origin = ctx.header("Origin");
        headers(ctx, requestId(ctx));
        ctx.status(204).skipRemainingHandlers();
        if (origins.allowsResponse(origin) && (origins.allowsHost(ctx.header("Host")) || access.needsKey())) {
            ctx.header("Access-Control-Allow-Origin", String.valueOf(origin))
                    .header("Vary", "Origin")
                    .header("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE")
                    .header("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-Request-Id, Range, traceparent")
                    .header("Access-Control-Expose-Headers", "ETag, Content-Range, Retry-After, X-Request-Id, X-Video-Id")
                    .header("Access-Control-Max-Age", "600");
        }
    }
}
