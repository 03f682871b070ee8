package org.praxino.server.job;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;

/** A PostgreSQL server of the installed version in a temporary folder, on a free port of loopback. */
public final class Postgresql implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private Process process;
    private final Path folder;
    private final int port;

    private Postgresql(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** The folder of initdb and postgres. */
    public static Optional<Path> programs() throws IOException {
        var places = new ArrayList<Path>();
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).forEach(places::add);
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                versions.map(v -> v.resolve("bin")).forEach(places::add);
            }
        }
        return places.stream().filter(p -> Files.isExecutable(p.resolve("initdb")) && Files.isExecutable(p.resolve("postgres"))).findFirst();
    }

    public static Postgresql start() throws Exception {
        Path bin = programs().orElseThrow();
        Path folder = Files.createTempDirectory("praxino-pg");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path data = folder.resolve("data");
        run(folder, command(bin.resolve("initdb"), "-D", data.toString(), "-U", "praxino", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"));
        var server = new Postgresql(launch(bin, folder, port), folder, port);
        server.awaitStart();
        return server;
    }

    private static Process launch(Path bin, Path folder, int port) throws IOException {
        return new ProcessBuilder(command(bin.resolve("postgres"), "-D", folder.resolve("data").toString(), "-p", String.valueOf(port), "-h", "127.0.0.1",
                        "-k", folder.toString(), "-F", "-c", "shared_buffers=16MB", "-c", "max_connections=50"))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
    }

    private void awaitStart() throws Exception {
        for (int i = 0; ; i++) {
            try (var c = DriverManager.getConnection(jdbc("postgres"))) {
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || i > 600) {
                    throw new IllegalStateException("PostgreSQL does not start: " + Files.readString(folder.resolve("log")), e);
                }
                Thread.sleep(50);
            }
        }
    }

    /** Goes away as by a crash, with all connections. */
    void stop() throws Exception {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor(); // the fast shutdown
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Comes back, at the same port with the same data. */
    void startAgain() throws Exception {
        process = launch(programs().orElseThrow(), folder, port);
        awaitStart();
    }

    /** It refuses to run as root; there it runs as nobody. */
    private static List<String> command(Path program, String... arguments) {
        var all = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        all.add(program.toString());
        all.addAll(List.of(arguments));
        return all;
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Path log = folder.resolve("initdb.log");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(log));
        }
    }

    private String jdbc(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=praxino";
    }

    /** A new database, as {@code --database} takes it. */
    public String create(String name) {
        try (var c = DriverManager.getConnection(jdbc("postgres"));
                var s = c.createStatement()) {
            s.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "postgresql://praxino@127.0.0.1:" + port + "/" + name;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        AtomicFiles.delete(folder);
    }
}
