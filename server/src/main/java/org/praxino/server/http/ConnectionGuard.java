package org.praxino.server.http;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Closes connections that send no complete request head in time, and the oldest of them when there are too many: clients
 * that hold connections open do not exclude others. Bodies, responses and WebSockets have other limits.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Connection.Listener, HttpConfiguration.Customizer {
    private static final Duration CHECK = Duration.ofMillis(500);

    private final long patienceNanos;
    private final int maxWaiting;
    private final Server server;

    /** Connections without a request, and since when, oldest first. */
    private final Map<Connection, Long> waiting = new LinkedHashMap<>();

    private volatile boolean running;

    /** @param patience for the head of a request, from opening or the last response on @param maxWaiting connections without a request */
    ConnectionGuard(Server server, Duration patience, int maxWaiting) {
        this.server = server;
        this.patienceNanos = patience.toNanos();
        this.maxWaiting = maxWaiting;
    }

    /** On the server's connectors, which must be there. */
    @Override
    protected void doStart() {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof AbstractConnector c) {
                c.addBean(this, false);
                c.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration().addCustomizer(this);
            }
        }
        running = true;
        Thread.ofPlatform().daemon().name("praxino-connections").start(this::watch);
    }

    @Override
    protected void doStop() {
        running = false;
    }

    private void watch() {
        while (running) {
            try {
                Thread.sleep(CHECK);
            } catch (InterruptedException e) {
                return;
            }
            closeLate();
        }
    }

    private void closeLate() {
        long now = System.nanoTime();
        synchronized (waiting) {
            for (Iterator<Map.Entry<Connection, Long>> i = waiting.entrySet().iterator(); i.hasNext(); ) {
                Map.Entry<Connection, Long> oldest = i.next();
                if (now - oldest.getValue() < patienceNanos) {
                    return;
                }
                i.remove();
                close(oldest.getKey());
            }
        }
    }

    private static void close(Connection connection) {
        Thread.startVirtualThread(() -> connection.getEndPoint().close()); // a close may run listeners
    }

    private void await(Connection connection) {
        synchronized (waiting) {
            waiting.remove(connection); // to the end of the line
            waiting.put(connection, System.nanoTime());
            if (waiting.size() > maxWaiting) {
                Iterator<Connection> oldest = waiting.keySet().iterator();
                close(oldest.next());
                oldest.remove();
            }
        }
    }

    private boolean forget(Connection connection) {
        synchronized (waiting) {
            return waiting.remove(connection) != null;
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof Connection.UpgradeFrom) { // HTTP, not what it became
            await(connection);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        forget(connection);
    }

    /** The head of a request is there. */
    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        Connection connection = request.getConnectionMetaData().getConnection();
        if (forget(connection)) {
            Request.addCompletionListener(request, failure -> {
                if (failure == null && connection.getEndPoint().isOpen() && connection.getEndPoint().getConnection() == connection) {
                    await(connection); // for the next one
                }
            });
        }
        return request;
    }

    /** How many connections have sent no request. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }
}
