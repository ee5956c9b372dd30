package dev.reveille.cancellation.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.store.StoreCommand.Extend;
import dev.reveille.cancellation.store.StoreCommand.Fetch;
import dev.reveille.cancellation.store.StoreCommand.Put;
import dev.reveille.cancellation.store.StoreCommand.Remove;
import dev.reveille.cancellation.store.StoreReply.Done;
import dev.reveille.cancellation.store.StoreReply.Found;
import dev.reveille.cancellation.store.StoreReply.Missing;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class InMemoryKeyStoreTest {

    private static final Duration LIFE = Duration.ofSeconds(90);
    private static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
                    CancelTarget.Security.CLEAR,
                    "c",
                    1,
                    ByteString.fromInts(1, 2, 3, 4)),
            EndpointKey.of(new EndpointId("ep")),
            new RoleName("alice"));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InMemoryKeyStore store = new InMemoryKeyStore(() -> now, 2);

    @Test
    void aBatchIsCarriedOutInOrder() {
        // When
        List<StoreReply> replies = execute(
                new Fetch(1), new Put(1, RECORD, LIFE), new Fetch(1), new Remove(1), new Fetch(1), new Remove(1));

        // Then
        assertThat(replies)
                .containsExactly(
                        new Missing(), new Done(), new Found(RECORD), new Done(), new Missing(), new Missing());
    }

    @Test
    void aKeyIsGoneWhenItsLifeIsOver() {
        // Given
        execute(new Put(1, RECORD, LIFE));
        now = now.plus(LIFE);

        // When
        List<StoreReply> replies = execute(new Fetch(1), new Extend(1, LIFE));

        // Then
        assertThat(replies).containsExactly(new Missing(), new Missing());
    }

    @Test
    void aKeyThatWasExtendedLivesOn() {
        // Given
        execute(new Put(1, RECORD, LIFE));
        now = now.plusSeconds(80);
        execute(new Extend(1, LIFE));
        now = now.plusSeconds(80);

        // When
        List<StoreReply> replies = execute(new Fetch(1));

        // Then
        assertThat(replies).containsExactly(new Found(RECORD));
    }

    @Test
    void aFullStoreRefusesOneMoreKeyAndStillReplacesTheOldOnes() {
        // Given
        execute(new Put(1, RECORD, LIFE), new Put(2, RECORD, LIFE));

        // When
        List<StoreReply> replies = execute(new Put(3, RECORD, LIFE), new Put(2, RECORD, LIFE));

        // Then
        assertThat(replies).containsExactly(new StoreReply.Failed("the store is full: 2 keys", false), new Done());
    }

    @Test
    void whatHasExpiredMakesRoom() {
        // Given
        execute(new Put(1, RECORD, LIFE), new Put(2, RECORD, LIFE.plusSeconds(1)));
        now = now.plus(LIFE);

        // When
        List<StoreReply> replies = execute(new Put(3, RECORD, LIFE), new Fetch(2));

        // Then
        assertThat(replies).containsExactly(new Done(), new Found(RECORD));
        assertThat(store.size()).isEqualTo(2);
    }

    @Test
    void itsLinkIsAlwaysUp() {
        // Given
        List<KeyStore.StoreLink> heard = new ArrayList<>();

        // When
        store.watch(heard::add);

        // Then
        assertThat(heard).containsExactly(KeyStore.StoreLink.UP);
    }

    private List<StoreReply> execute(StoreCommand... commands) {
        return store.execute(List.of(commands)).toCompletableFuture().join();
    }
}
