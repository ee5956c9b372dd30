package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes data directories with role and database {@code app} in them, without ever opening a port. The first one is made
 * by {@code initdb} and kept as a template; every other one is a copy of it, which is several times faster. (Copies
 * share PostgreSQL's system identifier: they look like replicas of one another, which matters only to somebody who
 * archives WAL of several endpoints in one place.)
 *
 * <p>Whatever dies half-way leaves something in {@link DataDirectory#building} and nothing anywhere else. Blocking; may
 * be used by several threads.
 */
final class DataMaker {

    /** Nobody may log in as the superuser, who has no password; everybody else proves themselves. */
    private static final String HBA = """
            # Written by Reveille, which is the only one to connect.
            host all         reveille all          reject
            host all         all      127.0.0.1/32 scram-sha-256
            host replication all      127.0.0.1/32 scram-sha-256
            """;

    private static final int OUTPUT_SHOWN_MAX = 2_000;

    private final DataDirectory directory;
    private final RunAs runAs;
    private final AppLogin login;
    private final PostgresInstallations installations;
    private final EmbeddedSettings settings;
    private final ReentrantLock templating = new ReentrantLock();

    DataMaker(
            DataDirectory directory,
            RunAs runAs,
            AppLogin login,
            PostgresInstallations installations,
            EmbeddedSettings settings) {
        this.directory = directory;
        this.runAs = runAs;
        this.login = login;
        this.installations = installations;
        this.settings = settings;
    }

    /** Makes the data of an endpoint that has none. */
    void make(ComputeFiles files) throws EmbeddedFailure, IOException, InterruptedException {
        Path template = template();
        Path draft = directory.newDraft("endpoint");
        try {
            Path data = draft.resolve("data");
            new FileTree(template).copyTo(data);
            runAs.own(data);
            Files.createDirectories(files.directory(), OwnerOnlyFile.DIRECTORY_MODE);
            runAs.own(files.directory());
            files.verifier().write(login.verifier().encode());
            Files.move(data, files.data(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            new FileTree(draft).delete();
        }
    }

    /** Gives role {@code app} of existing data the verifier of today, if it has another one. */
    void renewVerifier(ComputeFiles files, PostgresBinaries binaries)
            throws EmbeddedFailure, IOException, InterruptedException {
        String verifier = login.verifier().encode();
        if (files.verifier().read().filter(verifier::equals).isPresent()) {
            return;
        }
        Path draft = directory.newDraft("verifier");
        try {
            runSql(binaries, files.data(), draft, "ALTER ROLE app PASSWORD '" + verifier + "';\n");
            files.verifier().write(verifier);
        } finally {
            new FileTree(draft).delete();
        }
    }

    /** The data to copy: that of the preferred PostgreSQL, with the verifier of today. */
    Path template() throws EmbeddedFailure, IOException, InterruptedException {
        templating.lock();
        try {
            PostgresBinaries binaries = installations.preferred();
            Path template = directory.template();
            OwnerOnlyFile madeFor = new OwnerOnlyFile(template.resolve("made-for"));
            String today = String.join(
                    " ",
                    binaries.version(),
                    Integer.toString(settings.connectionsMax()),
                    login.verifier().encode());
            if (madeFor.read().filter(today::equals).isEmpty()) {
                new FileTree(template).delete();
                Path draft = directory.newDraft("template");
                try {
                    Files.delete(makeFirst(binaries, draft));
                    new OwnerOnlyFile(draft.resolve("made-for")).write(today);
                    Files.move(draft, template, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    new FileTree(draft).delete();
                }
            }
            return template.resolve("data");
        } finally {
            templating.unlock();
        }
    }

    /** Fills {@code draft/data}; returns the file with what the programs said. */
    private Path makeFirst(PostgresBinaries binaries, Path draft)
            throws EmbeddedFailure, IOException, InterruptedException {
        Path data = Files.createDirectory(draft.resolve("data"), OwnerOnlyFile.DIRECTORY_MODE);
        runAs.own(draft);
        Path output = Files.createFile(draft.resolve("output"));
        // Not every system has C.UTF-8, with which upper('é') works; all have C.
        if (!initdb(binaries, data, "C.UTF-8", output) && !initdb(binaries, data, "C", output)) {
            throw EmbeddedFailure.ofMachine("initdb failed: " + shown(output));
        }
        Files.writeString(data.resolve("pg_hba.conf"), HBA);
        Files.writeString(data.resolve("postgresql.conf"), configuration(), StandardOpenOption.APPEND);
        runSql(
                binaries,
                data,
                draft,
                "CREATE ROLE app LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD '"
                        + login.verifier().encode() + "';\nCREATE DATABASE app OWNER app;\n");
        return output;
    }

    /** Small, because many may run at once; the network is set where the server is started. */
    private String configuration() {
        return """

                # Set by Reveille; may be changed.
                max_connections = %d
                shared_buffers = 32MB
                huge_pages = off
                wal_level = logical
                max_wal_senders = 20
                max_replication_slots = 20
                """.formatted(settings.connectionsMax());
    }

    private boolean initdb(PostgresBinaries binaries, Path data, String locale, Path output)
            throws EmbeddedFailure, IOException, InterruptedException {
        // Not forced to the disk: a new endpoint that is lost with the machine's power in its first seconds is worth
        // less than the seconds that everybody would wait. What is committed later is as safe as PostgreSQL makes it.
        return run(
                        List.of(
                                binaries.initdb().toString(),
                                "--pgdata=" + data,
                                "--username=reveille",
                                "--encoding=UTF8",
                                "--locale=" + locale,
                                "--auth=reject",
                                "--no-sync"),
                        Path.of("/dev/null"),
                        output)
                == 0;
    }

    /** The server alone with its data: no port, no other process, input from a file that only we can read. */
    private void runSql(PostgresBinaries binaries, Path data, Path draft, String sql)
            throws EmbeddedFailure, IOException, InterruptedException {
        OwnerOnlyFile input = new OwnerOnlyFile(draft.resolve("sql"));
        input.write(sql);
        Path output = draft.resolve("sql-output");
        int status = run(
                List.of(
                        binaries.postgres().toString(),
                        "--single",
                        "-D",
                        data.toString(),
                        "-c",
                        "exit_on_error=on",
                        "-c",
                        "log_min_error_statement=panic", // or a failure would write the verifier into the output
                        "-c",
                        "log_statement=none",
                        "postgres"),
                input.path(),
                output);
        Files.delete(input.path());
        if (status != 0) {
            throw EmbeddedFailure.ofMachine("preparing the role app failed: " + shown(output));
        }
        Files.delete(output);
    }

    private int run(List<String> program, Path input, Path output)
            throws EmbeddedFailure, IOException, InterruptedException {
        Duration deadline = settings.makeDeadline();
        List<String> command = new ArrayList<>(runAs.prefix());
        command.addAll(program);
        SupervisedProcess process = SupervisedProcess.start(command, input, output);
        try {
            if (!process.endsWithin(deadline)) {
                process.end(settings.stopDeadline(), "INT", "KILL");
                throw EmbeddedFailure.ofMachine(
                        program.getFirst() + " did not end within " + deadline.toSeconds() + " s");
            }
        } catch (InterruptedException leaving) {
            process.abandon(settings.stopDeadline());
            throw leaving;
        }
        return process.status();
    }

    private static String shown(Path output) throws IOException {
        String text = Files.readString(output).strip();
        return text.substring(Math.max(0, text.length() - OUTPUT_SHOWN_MAX));
    }
}
