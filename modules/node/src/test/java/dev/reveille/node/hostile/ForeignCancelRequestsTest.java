package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.CancelRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancel requests of those who do not hold the key, while a query runs that they would like to end. */
class ForeignCancelRequestsTest {

    private static final int CANCEL = 1234 << 16 | 5678;

    @TempDir
    static Path directory;

    private static Premises premises;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answerable = new CountDownLatch(1);
    private GoodClient victim;

    @BeforeAll
    static void open() throws Exception {
        premises = Premises.open(Map.of(), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @BeforeEach
    void aQueryRuns() throws Exception {
        premises.odd().cancelRequests().clear();
        premises.odd().plays(premises.odd().honestly(Premises.VERIFIER, (sql, visitor) -> {
            asked.countDown();
            try {
                answerable.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
            visitor.says(ComputeSide.rows(List.of(sql)));
        }));
        victim = premises.guest("odd");
        victim.wire().says(new Query("how long?").encode());
        assertThat(asked.await(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void theQueryEndsAsItShould() throws Exception {
        answerable.countDown();
        Frame frame = victim.wire().hears();
        while (frame.tag() != ReadyForQuery.TAG) {
            frame = victim.wire().hears();
        }
        victim.close();
        premises.assertNobodyElseIsDisturbed();
    }

    @Test
    void aThousandGuessesHaveNoEffect() throws IOException {
        Random random = new Random(42);
        for (int guess = 0; guess < 1_000; guess++) {
            byte[] secret = new byte[guess % 3 == 0 ? 32 : 4];
            random.nextBytes(secret);
            int processId = guess % 2 == 0 ? victim.key().processId() : random.nextInt();
            try (HostileClient client = premises.stranger()) {
                client.says(new CancelRequest(processId, ByteString.fromArray(secret)).encode());

                assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            }
        }
        assertThat(premises.odd().cancelRequests()).isEmpty();
    }

    @Test
    void theKeyWithOneBitWrongHasNoEffect() throws IOException {
        BackendKeyData key = victim.key();
        byte[] secret = key.secretKey().toArray();
        for (int bit = 0; bit < secret.length * Byte.SIZE; bit++) {
            byte[] wrong = secret.clone();
            wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            try (HostileClient client = premises.stranger()) {
                client.says(new CancelRequest(key.processId(), ByteString.fromArray(wrong)).encode());

                assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            }
        }
        assertThat(premises.odd().cancelRequests()).isEmpty();
    }

    @Test
    void theComputesOwnKeyHasNoEffect() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new CancelRequest(4711, ByteString.fromInts(1, 2, 3, 4)).encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
        assertThat(premises.odd().cancelRequests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7, 261, 300, 9_992})
    void aCancelRequestOfAnOddLengthIsMetWithSilence(int length) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(Packets.untagged(8 + length, CANCEL, ByteString.fromArray(new byte[length])));

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).toString()).contains("start-up packet with code 1234.5678");
        }
        assertThat(premises.odd().cancelRequests()).isEmpty();
    }

    @Test
    void theRightKeyDoesReachTheComputeAndItsHolderHearsNothing() throws Exception {
        try (HostileClient client = premises.stranger()) {
            client.says(new CancelRequest(victim.key().processId(), victim.key().secretKey()).encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
        CancelRequest delivered = premises.odd().cancelRequests().poll(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(delivered).isEqualTo(new CancelRequest(4711, ByteString.fromInts(1, 2, 3, 4)));
    }
}
