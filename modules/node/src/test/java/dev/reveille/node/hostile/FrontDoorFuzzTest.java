package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.SslRequest;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations that begin well and are then mutilated at random: whatever is said, the answer is made of whole messages,
 * the connection ends soon, and nobody gets in. A failure names the seed that repeats it.
 *
 * <p>{@code -Dreveille.soak.rounds=N} runs N times as many.
 */
class FrontDoorFuzzTest {

    private static final int CONVERSATIONS = 600;
    private static final int AT_ONCE = 24;
    private static final long SEED = 4_432;
    private static final int BODY_MAX = 100_000;

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        premises = Premises.open(
                Map.of("reveille.limits.login-timeout", "1s", "reveille.limits.scram-timeout", "1s"), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @Test
    void whateverIsSaidIsAnsweredInWholeMessagesAndLeadsNowhere() throws Exception {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> conversations = new ArrayList<>();
            for (long seed = SEED; seed < SEED + (long) CONVERSATIONS * Soak.ROUNDS; seed++) {
                long each = seed;
                conversations.add(threads.submit(() -> {
                    converse(each);
                    return each;
                }));
            }
            for (Future<?> conversation : conversations) {
                conversation.get();
            }
        }
        premises.assertNobodyElseIsDisturbed();
    }

    private static void converse(long seed) throws IOException {
        Random random = new Random(seed);
        ByteString script = mutilated(conversation(random), random);
        try (HostileClient client = premises.stranger()) {
            try {
                while (!script.isEmpty()) {
                    int piece = 1 + random.nextInt(script.size());
                    client.says(script.take(piece));
                    script = script.drop(piece);
                }
                client.fallsSilent();
            } catch (SocketException _) {
                // Closed by the other side before all was said.
            }
            assertMadeOfWholeMessages(client.hearsToTheEnd(), seed);
        }
    }

    private static ByteString conversation(Random random) {
        List<ByteString> parts = List.of(
                new SslRequest().encode(),
                new GssEncRequest().encode(),
                Premises.asking("good").encode(),
                Packets.startup("user", "app", "options", "-c a=b endpoint=nobody", "database", "x")
                        .encode(),
                new CancelRequest(random.nextInt(), ByteString.fromInts(1, 2, 3, 4)).encode(),
                new SaslInitialResponse("SCRAM-SHA-256", ByteString.fromString("n,,n=,r=abcdefgh")).encode(),
                new SaslResponse(ByteString.fromString("c=biws,r=abcdefgh,p=AAAA")).encode(),
                new PasswordMessage(ByteString.fromString("endpoint=good$secret")).encode(),
                new Query("select 1").encode(),
                ByteString.fromString("GET / HTTP/1.1\r\n\r\n"),
                ByteString.fromInts(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0));
        ByteString all = Premises.SILENCE;
        int count = 1 + random.nextInt(4);
        for (int at = 0; at < count; at++) {
            all = all.concat(parts.get(random.nextInt(parts.size())));
        }
        return all;
    }

    private static ByteString mutilated(ByteString script, Random random) {
        ByteString result = script;
        for (int wounds = random.nextInt(4); wounds > 0 && !result.isEmpty(); wounds--) {
            int at = random.nextInt(result.size());
            int length = Math.min(result.size() - at, 1 + random.nextInt(8));
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            ByteString head = result.take(at);
            result = switch (random.nextInt(4)) {
                case 0 -> head.concat(ByteString.fromArray(noise)).concat(result.drop(at + length));
                case 1 -> head.concat(ByteString.fromArray(noise)).concat(result.drop(at));
                case 2 -> head.concat(result.drop(at + length));
                default -> head;
            };
        }
        return result;
    }

    /** Answers to requests for encryption, then messages; or a line of HTTP. And never a welcome. */
    private static void assertMadeOfWholeMessages(ByteString heard, long seed) {
        ByteString rest = heard;
        while (!rest.isEmpty() && rest.apply(0) == 'N') {
            rest = rest.drop(1);
        }
        if (rest.startsWith(ByteString.fromString("HTTP/1.1 400 "), 0)) {
            return;
        }
        while (!rest.isEmpty()) {
            Decoded<Frame> next = Frame.next(rest, BODY_MAX);
            assertThat(next).as("seed %d, after %s", seed, rest).isInstanceOf(Decoded.Complete.class);
            if (next instanceof Decoded.Complete<Frame>(Frame frame, ByteString behind)) {
                assertThat(BackendMessage.decode(frame)).as("seed %d", seed).isNotInstanceOf(AuthenticationOk.class);
                rest = behind;
            }
        }
    }
}
