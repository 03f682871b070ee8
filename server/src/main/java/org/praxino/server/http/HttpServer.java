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
import java.util.List;
import org.praxino.server.access.Access;
import org.praxino.server.access.Origins;
import org.praxino.server.access.RateLimit;
import org.praxino.server.engine.Models;
import org.praxino.server.hook.AddressGuard;
import org.praxino.server.hook.HookSecrets;
import org.praxino.server.hook.HookStore;
import org.praxino.server.live.Hall;
import org.praxino.server.metrics.Metrics;
import org.praxino.tensor.UserException;

/** The listening end. Every request has a virtual thread of its own. */
public final class HttpServer implements AutoCloseable {
    /** How long a client that holds the line may have to wait. */
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    private static final long IDLE_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final int IN_MEMORY = 1 << 20;
    private static final int MOST_TEXT = 4 << 20;
    private static final int MOST_BINARY = (1 << 20) + 32;
    private static final Duration SOCKET_IDLE = Duration.ofSeconds(90); // the hall is less patient

    /** Where to listen, and what to let in. */
    public record Door(String host, int port, long maxUpload, Path data, Origins origins) {}

    /** What the routes speak for. */
    public record Rooms(JobDesk desk, Models models, HookStore hooks, HookSecrets secrets, AddressGuard guard, Access access, Metrics metrics,
            Hall hall) {}

    private final Javalin javalin;
    private final List<Api.Route> routes;

    private HttpServer(Javalin javalin, List<Api.Route> routes) {
        this.javalin = javalin;
        this.routes = routes;
    }

    /** @throws UserException when the port is taken */
    public static HttpServer start(Door door, Rooms rooms) {
        var api = new Api[1];
        Javalin javalin = Javalin.create(config -> {
            set(config, door);
            api[0] = new Api(config.routes, rooms.access, door.origins, new RateLimit(System::nanoTime), rooms.metrics,
                    new Audit(door.data.resolve("audit.jsonl")), door.maxUpload);
            var waiting = new Waiting(rooms.desk, PATIENCE);
            new VideoRoutes(rooms.desk, waiting, rooms.guard, rooms.hooks, rooms.metrics).add(api[0]);
            new ImageRoutes(rooms.desk, waiting).add(api[0]);
            StudioRoutes.add(api[0]);
            new InfoRoutes(rooms.models, rooms.secrets, rooms.access.tokens(), rooms.metrics).add(api[0]);
            new LiveRoutes(rooms.hall, door.data.resolve("tmp"), door.maxUpload).add(api[0]);
            api[0].rest();
        });
        try {
            javalin.start(door.host, door.port);
        } catch (RuntimeException e) {
            javalin.stop();
            throw new UserException("cannot listen on " + door.host + ":" + door.port + ": is another program using that port? Choose one with --port", e);
        }
        return new HttpServer(javalin, api[0].all());
    }

    /**
     * Whether a server could listen there, in a sentence.
     *
     * @throws UserException when it could not
     */
    public static String portIsFree(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return "address: " + host + (port == 0 ? ", any free port" : ":" + port + " is free");
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException("cannot listen on " + host + ":" + port + ": is another program using that port? Choose one with --port", e);
        }
    }

    private static void set(JavalinConfig config, Door door) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.concurrency.useVirtualThreads = true;
        config.http.compressionStrategy = CompressionStrategy.NONE; // what is large here is compressed already
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = door.maxUpload;
        config.jetty.multipartConfig.cacheDirectory(door.data.resolve("tmp").toString());
        config.jetty.multipartConfig.maxFileSize(door.maxUpload, SizeUnit.BYTES);
        config.jetty.multipartConfig.maxTotalRequestSize(door.maxUpload, SizeUnit.BYTES);
        config.jetty.multipartConfig.maxInMemoryFileSize(IN_MEMORY, SizeUnit.BYTES);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setIdleTimeout(IDLE_MILLIS);
        });
        config.jetty.modifyWebSocketServletFactory(sockets -> {
            sockets.setMaxTextMessageSize(MOST_TEXT);
            sockets.setMaxBinaryMessageSize(MOST_BINARY);
            sockets.setIdleTimeout(SOCKET_IDLE);
        });
        config.jetty.modifyServer(server -> server.setStopTimeout(0));
    }

    public int port() {
        return javalin.port();
    }

    /** Method and path of every route, for comparing with what is documented. */
    public List<String> routes() {
        return routes.stream().map(r -> r.method() + " " + r.path()).toList();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
