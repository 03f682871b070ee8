package org.praxino.server.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A door to a server on this machine through which everything takes a while, either way, and nothing is lost. */
final class SlowLink implements AutoCloseable {
    private final ServerSocket door;
    private final int behind;
    private final long delayNanos;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** @param port of the server @param millis delay of each direction */
    SlowLink(int port, long millis) throws IOException {
        behind = port;
        delayNanos = millis * 1_000_000;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + path);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), behind);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                open.addAll(List.of(client, server));
                carry(client.getInputStream(), server.getOutputStream());
                carry(server.getInputStream(), client.getOutputStream());
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Bytes that came, and when they may go on; none at the end. */
    private record Part(byte[] bytes, long due) {}

    private static void start(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private void carry(InputStream from, OutputStream to) {
        var under = new LinkedBlockingQueue<Part>();
        start(() -> {
            var buffer = new byte[1 << 16];
            try {
                for (int n; (n = from.read(buffer)) >= 0;) {
                    under.add(new Part(java.util.Arrays.copyOf(buffer, n), System.nanoTime() + delayNanos));
                }
            } catch (IOException e) {
                // the other side has gone
            }
            under.add(new Part(new byte[0], System.nanoTime() + delayNanos));
        });
        start(() -> {
            try (to) {
                for (Part part; (part = under.take()).bytes().length > 0;) {
                    Thread.sleep(Math.max(0, (part.due() - System.nanoTime()) / 1_000_000));
                    to.write(part.bytes());
                    to.flush();
                }
            } catch (IOException e) {
                // the other side has gone
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
