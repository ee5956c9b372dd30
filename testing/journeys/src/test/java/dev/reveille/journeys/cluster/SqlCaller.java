package dev.reveille.journeys.cluster;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.house.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a fleet's compute over HTTP, through any of its nodes. */
final class SqlCaller implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("\"transaction\":\"([^\"]+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String connection;

    SqlCaller(Destination behind) {
        this.connection = "postgresql://%s:%s@%s.localtest.me/%s"
                .formatted(behind.role(), behind.password(), Fleet.ENDPOINT, behind.database());
    }

    /** The token of a transaction that begins at {@code node}. */
    String begin(FleetNode node) {
        String answer = post(node, "/begin", Optional.empty(), "");
        Matcher token = TOKEN.matcher(answer);
        if (!token.find()) {
            throw new AssertionError("no transaction: " + answer);
        }
        return token.group(1);
    }

    /** What a statement in the transaction, at {@code node}, is answered with. */
    String ask(FleetNode node, String transaction, String sql) {
        return post(node, "", Optional.of(transaction), statement(sql));
    }

    /** The same outside of all transactions. */
    String ask(FleetNode node, String sql) {
        return post(node, "", Optional.empty(), statement(sql));
    }

    String commit(FleetNode node, String transaction) {
        return post(node, "/commit", Optional.of(transaction), "");
    }

    String rollback(FleetNode node, String transaction) {
        return post(node, "/rollback", Optional.of(transaction), "");
    }

    private static String statement(String sql) {
        return "{\"query\":\"%s\",\"params\":[]}".formatted(sql);
    }

    private String post(FleetNode node, String path, Optional<String> transaction, String body) {
        InetSocketAddress door = node.webDoor();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d/sql%s".formatted(door.getHostString(), door.getPort(), path)))
                .timeout(NodeProcess.PATIENCE)
                .header("Neon-Connection-String", connection)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        transaction.ifPresent(token -> request.header("Reveille-Transaction", token));
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
