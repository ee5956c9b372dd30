package dev.reveille.gateway.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What {@code select 1 as n} costs without anybody between: pgjdbc, prepared on the server, one connection for each thread.
 * Arguments: URL, threads, seconds of warm-up, seconds. The login comes from PGUSER and PGPASSWORD. Prints {@code jdbc,
 * queries, seconds, median, p99}, the last two in microseconds.
 */
final class JdbcBench {

    private static final int SAMPLES = 1 << 16;

    private JdbcBench() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        int threads = Integer.parseInt(arguments[1]);
        Duration warmUp = Duration.ofSeconds(Long.parseLong(arguments[2]));
        Duration measured = Duration.ofSeconds(Long.parseLong(arguments[3]));
        try (ExecutorService clients = Executors.newFixedThreadPool(threads)) {
            List<Future<long[]>> asking = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                asking.add(clients.submit(() -> ask(arguments[0], warmUp, measured)));
            }
            List<long[]> seen = new ArrayList<>();
            for (Future<long[]> one : asking) {
                seen.add(one.get());
            }
            tell(seen.stream().flatMapToLong(Arrays::stream).sorted().toArray(), measured);
        }
    }

    /** Nanoseconds that each query took which began after the warm-up. */
    private static long[] ask(String url, Duration warmUp, Duration measured) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", System.getenv("PGUSER"));
        login.setProperty("password", System.getenv("PGPASSWORD"));
        login.setProperty("prepareThreshold", "1");
        try (Connection connection = DriverManager.getConnection(url, login);
                PreparedStatement statement = connection.prepareStatement("select 1 as n")) {
            long[] nanos = new long[SAMPLES];
            int count = 0;
            long from = System.nanoTime() + warmUp.toNanos();
            long until = from + measured.toNanos();
            for (long at = System.nanoTime(); at < until; ) {
                askOnce(statement);
                long now = System.nanoTime();
                if (at >= from) {
                    nanos = count < nanos.length ? nanos : Arrays.copyOf(nanos, 2 * count);
                    nanos[count] = now - at;
                    count++;
                }
                at = now;
            }
            return Arrays.copyOf(nanos, count);
        }
    }

    private static void askOnce(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            if (!rows.next() || rows.getInt(1) != 1) {
                throw new IllegalStateException("another answer than was asked for");
            }
        }
    }

    private static void tell(long[] nanos, Duration measured) {
        System.out.printf(
                "jdbc\t%d\t%d\t%d\t%d%n", nanos.length, measured.toSeconds(), micros(nanos, 0.5), micros(nanos, 0.99));
    }

    /** The nearest rank. */
    private static long micros(long[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * part) - 1)] / 1_000;
    }
}
