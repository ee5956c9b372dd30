package dev.reveille.journeys.pooling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** One backend serves one client after the other, and none finds anything of those before. */
@ExtendWith(SharedNode.class)
class SessionPoolingTest {

    private static final Duration PATIENCE = NodeProcess.PATIENCE;
    private static final String BACKEND = "select pg_backend_pid()";

    private final Destination pooled;
    private final Destination direct;

    SessionPoolingTest(DevNode node) {
        this.pooled = node.to("pooled-pooler");
        this.direct = node.to("pooled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void whoComesNextIsServedByTheSameBackend(String sslmode) throws SQLException {
        // Given
        Jdbc client = Jdbc.to(pooled).with("sslmode", sslmode);
        String backend = client.ask(BACKEND);

        // When, Then
        try (Connection next = again(client, backend)) {
            Jdbc.assertAlive(next);
        }
    }

    @Test
    void withoutThePoolersNameEachHasABackendOfItsOwn() throws SQLException {
        // Given
        String backend = Jdbc.to(direct).ask(BACKEND);

        // When, Then: the connection is not kept, so that its backend ends
        awaitGone(backend);
    }

    @Test
    void nothingOfASessionIsLeftForTheNext() throws SQLException {
        // Given
        Jdbc client = Jdbc.to(pooled);
        String backend;
        try (Connection first = client.open()) {
            backend = Jdbc.ask(first, BACKEND);
            for (String statement : List.of(
                    "set timezone = 'Asia/Tokyo'",
                    "set search_path = pg_catalog",
                    "create temporary table secret as select 1 as one",
                    "prepare secret as select 1",
                    "declare secret cursor with hold for select 1",
                    "select pg_advisory_lock(4711)",
                    "create sequence if not exists public.numbers",
                    "select nextval('public.numbers')",
                    "listen news")) {
                Jdbc.rows(first, statement);
            }
        }

        // When
        try (Connection next = again(client, backend)) {
            // Then
            assertThat(Jdbc.ask(next, "show timezone")).isNotEqualTo("Asia/Tokyo");
            assertThat(Jdbc.ask(next, "show search_path")).isEqualTo("\"$user\", public");
            assertThat(Jdbc.ask(next, "select to_regclass('pg_temp.secret') is null"))
                    .isEqualTo("t");
            assertThat(Jdbc.rows(next, "select name from pg_prepared_statements"))
                    .doesNotContain("secret");
            assertThat(Jdbc.rows(next, "select name from pg_cursors")).doesNotContain("secret");
            assertThat(Jdbc.rows(next, "select pg_listening_channels()")).isEmpty();
            assertThat(Jdbc.rows(next, "select 1 from pg_locks where locktype = 'advisory'"))
                    .isEmpty();
            assertThat(Jdbc.failure(next, "select currval('numbers')").getSQLState())
                    .isEqualTo("55000");
        }
    }

    @Test
    void aTransactionThatWasLeftOpenTakesItsBackendAlong() throws SQLException {
        // Given
        String backend;
        try (Connection first = Jdbc.to(pooled).open()) {
            first.setAutoCommit(false);
            backend = Jdbc.ask(first, BACKEND);
        }

        // When, Then
        awaitGone(backend);
    }

    @Test
    void theNextClientCancelsItsOwnQuery() throws Exception {
        // Given
        Jdbc client = Jdbc.to(pooled);
        String backend = client.ask(BACKEND);
        try (Connection next = again(client, backend);
                Statement statement = next.createStatement()) {
            CompletableFuture<PSQLException> failure = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return Jdbc.failure(statement, "select pg_sleep(300)");
                        } catch (SQLException unexpected) {
                            throw new AssertionError(unexpected);
                        }
                    },
                    task -> Thread.ofVirtual().start(task));
            await().atMost(PATIENCE)
                    .until(() -> Jdbc.to(direct)
                            .ask("select state from pg_stat_activity where pid = " + backend)
                            .equals("active"));

            // When
            statement.cancel();

            // Then
            assertThat(failure.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getSQLState())
                    .isEqualTo("57014");
            Jdbc.assertAlive(next);
        }
    }

    @Test
    void aBackendThatWasTerminatedServesNobody() throws SQLException {
        // Given
        Jdbc client = Jdbc.to(pooled);
        String backend = client.ask(BACKEND);
        Jdbc.to(direct).ask("select pg_terminate_backend(%s)".formatted(backend));
        awaitGone(backend);

        // When, Then
        for (int visit = 0; visit < 5; visit++) {
            assertThat(client.ask("select 'alive'")).isEqualTo("alive");
        }
    }

    @Test
    void psqlLoginsShareABackendToo() {
        // Given
        Psql client = Psql.to(pooled).with("sslmode", "require");
        String backend = client.ask(BACKEND);

        // When, Then
        await().atMost(PATIENCE).until(() -> client.ask(BACKEND).equals(backend));
    }

    @Test
    void inACrowdNobodySeesWhatIsAnothers() throws Exception {
        // Given
        int clients = 8;
        int visits = 40;

        // When
        List<Future<Integer>> foreign = new ArrayList<>();
        try (var crowd = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                String tag = "client-" + client;
                foreign.add(crowd.submit(() -> visits(tag, visits)));
            }
        }

        // Then
        for (Future<Integer> seen : foreign) {
            assertThat(seen.get()).isZero();
        }
    }

    /** Comes and goes, and says how often something of another's was seen. Some leave without a word. */
    private int visits(String tag, int count) throws SQLException {
        int foreign = 0;
        for (int visit = 0; visit < count; visit++) {
            String mine = tag + "-" + visit;
            Connection connection = Jdbc.to(pooled).open();
            boolean clean = Jdbc.ask(connection, "select coalesce(current_setting('my.tag', true), '')")
                    .isEmpty();
            Jdbc.rows(connection, "set my.tag = '%s'".formatted(mine));
            Jdbc.rows(connection, "create temporary table mine as select '%s' as tag".formatted(mine));
            List<String> rows = Jdbc.rows(
                    connection, "select current_setting('my.tag') || ' ' || tag from mine, generate_series(1, 20)");
            if (!clean || rows.size() != 20 || !rows.stream().allMatch((mine + " " + mine)::equals)) {
                foreign++;
            }
            if (visit % 5 == 4) {
                connection.abort(Runnable::run);
            } else {
                connection.close();
            }
        }
        return foreign;
    }

    /** A session on this backend, which somebody else has just left. */
    private static Connection again(Jdbc client, String backend) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            Connection next = client.open();
                            if (Jdbc.ask(next, BACKEND).equals(backend)) {
                                return Optional.of(next);
                            }
                            next.close();
                            return Optional.<Connection>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private void awaitGone(String backend) {
        await().atMost(PATIENCE)
                .until(() -> Jdbc.to(direct)
                        .ask("select count(*) from pg_stat_activity where pid = " + backend)
                        .equals("0"));
    }
}
