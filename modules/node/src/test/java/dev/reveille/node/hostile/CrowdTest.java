package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.ListeningCompute;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of good sessions in bad company. Each query is tagged with its session, each row of the answer repeats the
 * tag, and answers come in pieces cut at random places: a byte in the wrong session would show.
 *
 * <p>One round takes some seconds; {@code -Dreveille.soak.rounds=N} runs N of them, with other seeds each.
 */
class CrowdTest {

    private static final int GUESTS = 300;
    private static final int QUERIES = 12;
    private static final int PIPELINED = 3;
    private static final int TROUBLE_MAKERS = 24;
    private static final int ROWS_MAX = 20;
    private static final int PIECE_MAX = 400;
    private static final long SEED = 20_260_801;

    @TempDir
    static Path directory;

    @Test
    void noSessionEverSeesARowOfAnotherAndAllAreServed() throws Exception {
        try (ListeningCompute first = calmCompute();
                ListeningCompute second = calmCompute();
                Premises premises = Premises.open(settings(first, second), directory)) {
            for (int round = 0; round < Soak.ROUNDS; round++) {
                long seed = SEED + round;
                premises.odd().plays(BadCompany.dyingCompute(seed));
                playRound(premises, seed);
                premises.assertNobodyElseIsDisturbed();
            }
        }
    }

    private static void playRound(Premises premises, long seed) throws InterruptedException, ExecutionException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger deeds = new AtomicInteger();
        CountDownLatch allInside = new CountDownLatch(GUESTS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int at = 0; at < TROUBLE_MAKERS; at++) {
                threads.execute(new BadCompany(premises, seed * TROUBLE_MAKERS + at, over, deeds));
            }
            try {
                List<Future<Integer>> guests = new ArrayList<>();
                for (int at = 0; at < GUESTS; at++) {
                    String tag = "guest-%d-%d".formatted(seed, at);
                    String endpoint = "calm-" + at % 2;
                    guests.add(threads.submit(() -> visit(premises, endpoint, tag, allInside)));
                }
                for (Future<Integer> guest : guests) {
                    assertThat(guest.get()).isGreaterThanOrEqualTo(QUERIES);
                }
            } finally {
                over.set(true);
            }
        }
        assertThat(deeds).as("evil deeds").hasValueGreaterThan(TROUBLE_MAKERS);
    }

    /** One good session: some queries one by one, some in one breath. How many were answered. */
    private static int visit(Premises premises, String endpoint, String tag, CountDownLatch allInside)
            throws IOException, InterruptedException {
        Random random = new Random(tag.hashCode());
        int answered = 0;
        try (GoodClient client = premises.guest(endpoint)) {
            allInside.countDown();
            assertThat(allInside.await(60, TimeUnit.SECONDS))
                    .as("all are inside")
                    .isTrue();
            while (answered < QUERIES) {
                int together = random.nextBoolean() ? 1 : PIPELINED;
                List<Integer> wanted = new ArrayList<>();
                ByteString queries = Premises.SILENCE;
                for (int at = 0; at < together; at++) {
                    int rows = random.nextInt(ROWS_MAX);
                    wanted.add(rows);
                    queries = queries.concat(new Query(query(tag, answered + at, rows)).encode());
                }
                client.wire().says(queries);
                for (int rows : wanted) {
                    assertThat(nextAnswer(client)).isEqualTo(rows(tag, answered++, rows));
                }
            }
        }
        return answered;
    }

    private static List<String> nextAnswer(GoodClient client) throws IOException {
        List<String> rows = new ArrayList<>();
        for (Frame frame = client.wire().hears();
                frame.tag() != ReadyForQuery.TAG;
                frame = client.wire().hears()) {
            if (frame.tag() == DataRow.TAG) {
                rows.add(DataRow.decode(frame.body())
                        .columns()
                        .getFirst()
                        .orElseThrow()
                        .utf8String());
            }
        }
        return rows;
    }

    private static String query(String tag, int number, int rows) {
        return "%s %d %d".formatted(tag, number, rows);
    }

    private static List<String> rows(String tag, int number, int rows) {
        List<String> texts = new ArrayList<>();
        for (int at = 0; at < rows; at++) {
            texts.add("%s %d row %d".formatted(tag, number, at));
        }
        return texts;
    }

    /** Answers each query with rows that carry the query's tag, in pieces. */
    private static ListeningCompute calmCompute() {
        return ListeningCompute.honest(Premises.VERIFIER, (sql, visitor) -> {
            List<String> words = List.of(sql.split(" ", -1));
            int rows = words.size() == 3 ? Integer.parseInt(words.get(2)) : 1;
            int number = words.size() == 3 ? Integer.parseInt(words.get(1)) : 0;
            ByteString answer = ComputeSide.rows(rows(words.getFirst(), number, rows));
            while (!answer.isEmpty()) {
                int piece = 1 + ThreadLocalRandom.current().nextInt(PIECE_MAX);
                visitor.says(answer.take(piece));
                answer = answer.drop(piece);
            }
        });
    }

    private static Map<String, Object> settings(ListeningCompute first, ListeningCompute second) {
        Map<String, Object> settings = new HashMap<>();
        settings.putAll(Premises.endpoint("calm-0", first, "disable"));
        settings.putAll(Premises.endpoint("calm-1", second, "prefer"));
        settings.put("reveille.compute.login-timeout", "5s");
        return settings;
    }
}
