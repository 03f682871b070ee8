package org.praxino.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.session.NullSessionCache;
import org.eclipse.jetty.session.NullSessionDataStore;
import org.praxino.server.access.Authenticator;
import org.praxino.server.access.OriginPolicy;
import org.praxino.server.access.RateLimiter;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServerHealth;
import org.praxino.server.live.LiveService;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.outbound.PictureFetcher;
import org.praxino.server.outbound.SsrfGuard;
import org.praxino.server.webhook.WebhookSecrets;
import org.praxino.server.webhook.WebhookStore;
import org.praxino.tensor.UserException;

/** The HTTP server. Each request runs on a virtual thread. */
public final class HttpServer implements AutoCloseable {
    /** Timeout of synchronous requests. */
    private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(9);

    /** Connections at the same time, of live sessions and of clients that never send anything. */
    private static final int MAX_CONNECTIONS = 4096;

    /** Connections without a request; the oldest go when there are more. */
    static final int MAX_WAITING = 512;

    /** For the head of a request, from opening or the last response on. */
    private static final Duration HEAD_PATIENCE = Duration.ofSeconds(30);

    private static final long IDLE_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final int MAX_IN_MEMORY = 1 << 20;
    private static final int MAX_TEXT_MESSAGE = 4 << 20;
    private static final int MAX_BINARY_MESSAGE = (1 << 20) + 32;
    private static final Duration SOCKET_IDLE_TIMEOUT = Duration.ofSeconds(90); // live sessions have shorter timeouts

    /** Where to listen, and request limits. */
    public record ListenSettings(String host, int port, long maxUpload, Path data, OriginPolicy origins) {}

    /** Services behind the routes. */
    public record Services(JobService jobs, ModelRegistry models, ServerHealth health, WebhookStore hooks, WebhookSecrets secrets, SsrfGuard guard,
            Authenticator access, Metrics metrics,
            LiveService live) {}

    private final Javalin javalin;
    private final List<ApiRouter.Route> routes;
    private final PictureFetcher pictures;

    private HttpServer(Javalin javalin, List<ApiRouter.Route> routes, PictureFetcher pictures) {
        this.javalin = javalin;
        this.routes = routes;
        this.pictures = pictures;
    }

    /** @throws UserException if the port is in use */
    public static HttpServer start(ListenSettings listen, Services services) {
        var routes = new ArrayList<ApiRouter.Route>();
        var pictures = new PictureFetcher(services.guard, listen.maxUpload);
        Javalin javalin = Javalin.create(config -> {
            configure(config, listen);
            var api = new ApiRouter(config.routes, routes, services.access, listen.origins, new RateLimiter(System::nanoTime), services.metrics,
                    new AuditLog(listen.data.resolve("audit.jsonl")), listen.maxUpload);
            var waiter = new JobWaiter(services.jobs, SYNC_TIMEOUT);
            new VideoRoutes(services.jobs, waiter, services.guard, pictures, services.hooks, services.metrics).add(api);
            new ImageRoutes(services.jobs, waiter).add(api);
            StudioRoutes.add(api);
            new InfoRoutes(services.models, services.health, services.secrets, services.access.tokens(), services.metrics).add(api);
            new LiveRoutes(services.live, listen.data.resolve("tmp"), listen.maxUpload).add(api);
            api.addFallbacks();
        });
        try {
            javalin.start(listen.host, listen.port);
        } catch (RuntimeException e) {
            javalin.stop();
            pictures.close();
            throw new UserException("cannot listen on " + listen.host + ":" + listen.port
                    + ": is another program using that port? Choose one with --port", e);
        }
        return new HttpServer(javalin, routes, pictures);
    }

    /**
     * Checks whether a server could listen there.
     *
     * @throws UserException when it could not
     */
    public static String checkPort(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return "address: " + host + (port == 0 ? ", any free port" : ":" + port + " is free");
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException("cannot listen on " + host + ":" + port + ": is another program using that port? Choose one with --port", e);
        }
    }

    private static void configure(JavalinConfig config, ListenSettings listen) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.concurrency.useVirtualThreads = true;
        config.http.compressionStrategy = CompressionStrategy.NONE; // large responses are already compressed
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = listen.maxUpload;
        config.jetty.multipartConfig.cacheDirectory(listen.data.resolve("tmp").toString());
        config.jetty.multipartConfig.maxFileSize(listen.maxUpload, SizeUnit.BYTES);
        config.jetty.multipartConfig.maxTotalRequestSize(listen.maxUpload, SizeUnit.BYTES);
        config.jetty.multipartConfig.maxInMemoryFileSize(MAX_IN_MEMORY, SizeUnit.BYTES);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setIdleTimeout(IDLE_MILLIS);
        });
        config.jetty.modifyWebSocketServletFactory(sockets -> {
            sockets.setMaxTextMessageSize(MAX_TEXT_MESSAGE);
            sockets.setMaxBinaryMessageSize(MAX_BINARY_MESSAGE);
            sockets.setIdleTimeout(SOCKET_IDLE_TIMEOUT);
        });
        config.jetty.modifyServletContextHandler(HttpServer::disableHttpSessions);
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(0);
            server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
            server.addBean(new ConnectionGuard(server, HEAD_PATIENCE, MAX_WAITING));
            server.setErrorHandler((request, response, callback) -> { // what is refused before it comes to a route
                int status = response.getStatus();
                response.getHeaders().put("Content-Type", "application/json");
                response.getHeaders().put("X-Content-Type-Options", "nosniff");
                Content.Sink.write(response, true, (status >= 500 ? ApiError.internal() : ApiError.invalid("invalid_request",
                        "this is not an HTTP request that can be read (" + status + ")", null)).body(), callback);
                return true;
            });
        });
    }

    /** Every WebSocket creates an HTTP session that is never used and would never end. */
    private static void disableHttpSessions(ServletContextHandler handler) {
        var sessions = new SessionHandler();
        sessions.setUsingCookies(false);
        var none = new NullSessionCache(sessions);
        none.setSessionDataStore(new NullSessionDataStore());
        sessions.setSessionCache(none);
        handler.setSessionHandler(sessions);
    }

    public int port() {
        return javalin.port();
    }

    /** Method and path of every route, to compare with the documentation. */
    public List<String> routes() {
        return routes.stream().map(r -> r.method() + " " + r.path()).toList();
    }

    @Override
    public void close() {
        pictures.close();
        javalin.stop();
    }
}
