package dev.reveille.kit.tokens;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An issuer's web server on loopback, which answers as it was told, well or badly. Any thread. */
public final class KeySetServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile HttpHandler answer;

    /** Opens one that gives this answer. */
    public KeySetServer(HttpHandler answer) {
        this.answer = answer;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            this.answer.handle(exchange);
        });
        server.start();
    }

    /** An answer with a status and a body. */
    public static HttpHandler says(int status, String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    /** Says nothing until the server is closed. */
    public HttpHandler hangs() {
        return this::hang;
    }

    /** Begins an answer and goes on with it, a blank at a time, until the server is closed. */
    public HttpHandler dribbles() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (exchange) {
                while (!awaitClosing(20)) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                }
            }
        };
    }

    /** Sends what is far too much, for as long as somebody reads it. */
    public static HttpHandler floods() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(8 * 1024).getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                for (int piece = 0; piece < 10_000; piece++) {
                    exchange.getResponseBody().write(blanks);
                }
            }
        };
    }

    /** From now on it gives this answer. */
    public void answers(HttpHandler other) {
        answer = other;
    }

    /** Where {@code path} of it is found. */
    public String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
    }

    /** What it was asked, as {@code GET /path}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void hang(HttpExchange exchange) {
        awaitClosing(60_000);
        exchange.close();
    }

    private boolean awaitClosing(int millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException ending) {
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
