package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.TransactionId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WishCodeTest {

    private static final TransactionId TRANSACTION = TransactionId.fresh();
    private static final PoolKey BARE =
            new PoolKey(EndpointKey.of(new EndpointId("a")), new DatabaseName("d"), new RoleName("r"), Map.of());

    static Stream<Wish> wishes() {
        return Stream.of(
                new Wish.End(TRANSACTION, Orders.POOL, true),
                new Wish.End(TRANSACTION, BARE, false),
                new Wish.Run(TRANSACTION, Orders.of("")),
                new Wish.Run(
                        TRANSACTION,
                        Orders.of(
                                new Statement(
                                        "select größe, '🐘'",
                                        List.of(
                                                Optional.of(ByteString.emptyByteString()),
                                                Optional.empty(),
                                                Optional.of(Orders.bytes(100_000)))),
                                Optional.of("{}"),
                                Optional.of(Duration.ofMillis(1)))),
                new Wish.Run(
                        TRANSACTION,
                        Orders.of(
                                new Statement("many", Collections.nCopies(Statement.PARAMETERS_MAX, Optional.empty())),
                                Optional.empty(),
                                Optional.empty())));
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void whatIsWishedForIsUnderstood(Wish wish) {
        assertThat(WishCode.decode(WishCode.encode(wish).compact())).isEqualTo(wish);
    }

    @Test
    void keysStayAtHome() {
        // Given
        ScramKeys keys = new ScramKeys(
                ByteString.fromString("client-key".repeat(4).substring(0, 32)),
                ByteString.fromString("server-key".repeat(4).substring(0, 32)));
        StatementOrder order = new StatementOrder(
                SessionId.random(),
                BARE,
                Optional.of(keys),
                Optional.empty(),
                List.of(new Statement("select", List.of())),
                Optional.empty(),
                Optional.empty(),
                1,
                false);

        // When
        ByteString sent = WishCode.encode(new Wish.Run(TRANSACTION, order));

        // Then
        assertThat(sent.utf8String()).doesNotContain("client-key", "server-key");
        assertThat(((Wish.Run) WishCode.decode(sent.compact())).order().keys()).isEmpty();
    }

    @Test
    void aWishThatWasCutShortIsRefused() {
        wishes().limit(4).map(WishCode::encode).forEach(bytes -> {
            for (int length = 0; length < Math.min(bytes.size(), 400); length++) {
                ByteString cut = bytes.take(length).compact();
                assertThatExceptionOfType(ProtocolViolation.class).isThrownBy(() -> WishCode.decode(cut));
            }
        });
    }

    @Test
    void garbageIsRefusedWithoutHarm() {
        // Given
        Random random = new Random(4);
        ByteString whole =
                WishCode.encode(new Wish.Run(TRANSACTION, Orders.of("select"))).compact();
        int refused = 0;

        // When
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = whole.toArray();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                WishCode.decode(ByteString.fromArrayUnsafe(changed));
            } catch (ProtocolViolation expected) {
                refused++;
            }
        }

        // Then: nothing else was thrown
        assertThat(refused).isPositive();
    }

    @Test
    void aWishOfAnotherReleaseIsRefused() {
        byte[] later = WishCode.encode(new Wish.End(TRANSACTION, BARE, true)).toArray();
        later[0]++;
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> WishCode.decode(ByteString.fromArrayUnsafe(later)));
    }
}
