package org.praxino.app.bench;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.praxino.tensor.UserException;

/** A PostgreSQL server of its own, started and stopped by {@code pg_ctl}. PostgreSQL refuses to run as root; then it runs as the user nobody. */
final class PostgresqlProcess implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path folder;
    private final int port;

    private PostgresqlProcess(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** The folder of pg_ctl and initdb, if PostgreSQL is installed. */
    static Optional<Path> programs() throws IOException {
        Stream<Path> onPath = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        Stream<Path> debian = Stream.empty();
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                debian = versions.map(v -> v.resolve("bin")).toList().stream();
            }
        }
        return Stream.concat(onPath, debian).filter(p -> Files.isExecutable(p.resolve("pg_ctl")) && Files.isExecutable(p.resolve("initdb"))).findFirst();
    }

    /** @param folder new, for its data */
    static PostgresqlProcess start(Path programs, Path folder) throws IOException, InterruptedException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        var server = new PostgresqlProcess(programs, folder, port);
        server.run("initdb", "-D", server.data(), "-U", "praxino", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        server.startAgain();
        return server;
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path log = folder.resolve(program + ".log");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (process.waitFor() != 0) {
            throw new UserException(program + " failed: " + Files.readString(log).strip().lines().reduce((a, b) -> b).orElse(""));
        }
    }

    /** As a crash: connections break off. */
    void stop() throws IOException, InterruptedException {
        run("pg_ctl", "stop", "-D", data(), "-m", "immediate");
    }

    void startAgain() throws IOException, InterruptedException {
        run("pg_ctl", "start", "-w", "-D", data(), "-l", folder.resolve("log").toString(), "-o",
                "-p " + port + " -h 127.0.0.1 -k " + folder + " -c shared_buffers=16MB");
    }

    /** As {@code --database} takes it. */
    String url() {
        return "postgresql://praxino@127.0.0.1:" + port + "/postgres";
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (IOException | InterruptedException | UserException e) {
            // it is stopped already
        }
    }
}
