package dev.reveille.node.hostile;

import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.ListeningCompute;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.startup.CancelRequest;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;

/** One trouble-maker: breaks one rule after another, chosen by its seed, until it is told to stop. */
final class BadCompany implements Runnable {

    private static final int DEEDS = 9;

    private final Premises premises;
    private final Random random;
    private final AtomicBoolean over;
    private final AtomicInteger deeds;

    BadCompany(Premises premises, long seed, AtomicBoolean over, AtomicInteger deeds) {
        this.premises = premises;
        this.random = new Random(seed);
        this.over = over;
        this.deeds = deeds;
    }

    @Override
    public void run() {
        while (!over.get()) {
            try {
                misbehave();
            } catch (IOException _) {
                // What it got is what it wanted.
            }
            deeds.incrementAndGet();
        }
    }

    private void misbehave() throws IOException {
        switch (random.nextInt(DEEDS)) {
            case 0 -> sends(bytes(1 + random.nextInt(20_000)));
            case 1 -> sends(Premises.asking("calm-0").encode().take(1 + random.nextInt(40)));
            case 2 -> premises.attempt("calm-0", "wrong");
            case 3 ->
                sends(Premises.asking("calm-1")
                        .encode()
                        .concat(new SaslInitialResponse("SCRAM-SHA-256", bytes(random.nextInt(300))).encode()));
            case 4 -> sends(new CancelRequest(random.nextInt(), bytes(4)).encode());
            case 5 -> vanishesInMidQuery("calm-" + random.nextInt(2));
            case 6 -> babbles("calm-" + random.nextInt(2));
            default -> asksAComputeThatDies();
        }
    }

    private void sends(ByteString bytes) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(bytes);
            if (random.nextBoolean()) {
                client.vanishes();
            } else {
                client.fallsSilent();
                client.hearsToTheEnd();
            }
        }
    }

    private void vanishesInMidQuery(String endpoint) throws IOException {
        HostileClient client = premises.stranger();
        if (Login.attempt(client, Premises.asking(endpoint), Premises.PASSWORD) instanceof Login.Admitted) {
            client.says(new Query("stolen " + random.nextInt()).encode());
        }
        client.vanishes();
    }

    private void babbles(String endpoint) throws IOException {
        try (GoodClient client = premises.guest(endpoint)) {
            client.wire().says(new Query("stolen " + random.nextInt()).encode());
            client.wire().says(Packets.tagged('Q', random.nextInt(4), bytes(random.nextInt(5_000))));
        }
    }

    private void asksAComputeThatDies() throws IOException {
        try (HostileClient client = premises.stranger()) {
            if (Login.attempt(client, Premises.asking("odd"), Premises.PASSWORD) instanceof Login.Admitted) {
                client.says(new Query("doomed").encode());
                client.hearsToTheEnd();
            }
        }
    }

    private ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.fromArray(bytes);
    }

    /** A compute that dies at some point of each visit, sometimes with a curse. */
    static ListeningCompute.Script dyingCompute(long seed) {
        Random random = new Random(seed);
        return visitor -> {
            int until;
            boolean curses;
            synchronized (random) {
                until = random.nextInt(5);
                curses = random.nextBoolean();
            }
            visitor.hearsStartup();
            if (until > 0) {
                visitor.admits(Premises.VERIFIER);
            }
            if (until > 1) {
                visitor.greets();
            }
            if (until > 2) {
                visitor.hears();
                ByteString answer = ComputeSide.rows(List.of("doomed"));
                visitor.says(
                        until == 3
                                ? answer.take(answer.size() / 2)
                                : ComputeSide.row("doomed").encode());
            }
            if (curses) {
                visitor.says(Packets.tagged('D', -1, Premises.SILENCE));
            }
            visitor.dies();
        };
    }
}
