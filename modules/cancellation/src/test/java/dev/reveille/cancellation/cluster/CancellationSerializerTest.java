package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.cluster.CancellationShard.Command;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.cluster.HolderCommand.RegisterAgain;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.NotSerializableException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.DisabledJavaSerializer;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CancellationSerializerTest {

    private static final ActorTestKit KIT = ActorTestKit.create("serializer", OneNode.config(0, 64));
    private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());
    private static final CancellationSerializer SERIALIZER =
            new CancellationSerializer((org.apache.pekko.actor.ExtendedActorSystem) Adapter.toClassic(KIT.system()));

    private static final ActorRefResolver RESOLVER = ActorRefResolver.get(KIT.system());

    private static final ActorRef<HolderCommand> HOLDER =
            KIT.createTestProbe(HolderCommand.class).getRef();
    private static final ActorRef<Answer> ASKER =
            KIT.createTestProbe(Answer.class).getRef();
    private static final ActorRef<Command> SHARD =
            KIT.createTestProbe(Command.class).getRef();
    private static final ActorRef<Outcome> CANCELLER =
            KIT.createTestProbe(Outcome.class).getRef();

    private static final CancelRecord BARE_RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 65_535),
                    CancelTarget.Security.CLEAR,
                    "",
                    -1,
                    ByteString.emptyByteString()),
            EndpointKey.of(new EndpointId("a")),
            new RoleName("größe"));

    @Test
    void whatHasNoSerializerOfOursDoesNotLeaveTheNode() {
        // java.io.Serializable alone is not enough.
        assertThatExceptionOfType(DisabledJavaSerializer.JavaSerializationException.class)
                .isThrownBy(() -> SERIALIZATION
                        .serialize(new java.util.ArrayList<>(List.of("one")))
                        .get());
    }

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    static Stream<Object> messages() {
        return Stream.of(
                new Register(
                        List.of(new Entry(-1, TestSession.RECORD), new Entry(Long.MIN_VALUE, BARE_RECORD)), HOLDER),
                new Register(List.of(), HOLDER),
                new Register(
                        List.of(
                                new Entry(-1, TestSession.RECORD),
                                new Entry(Long.MIN_VALUE, TestSession.SHARED_RECORD)),
                        HOLDER),
                new Unregister(12_345L << 32 | 54_321, HOLDER),
                new LookUp(Long.MAX_VALUE, Duration.ofMillis(200), ASKER),
                new Census(20_000, OptionalLong.of(-1), HOLDER),
                new Census(0, OptionalLong.empty(), HOLDER),
                new Unregister(12_345L << 32 | 54_321, Optional.empty()),
                new Held(HOLDER),
                new Stored(TestSession.RECORD),
                new Unknown(),
                new Unsure("just started"),
                new RegisterAgain(63, SHARD),
                new CancelHere(new CancelKey(-7, ByteString.fromString("hush")), TestSession.ORIGIN, CANCELLER),
                new CancelHere(
                        new CancelKey(7, ByteString.fromArray(new byte[256])),
                        new CancelOrigin(InetAddress.ofLiteral("2001:db8::1"), Optional.empty()),
                        CANCELLER),
                Outcome.HANDLED,
                Outcome.NOT_HELD);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatOneNodeSaysTheOtherHears(Object message) throws NotSerializableException {
        // Given: the way that the cluster takes, by the configured binding
        assertThat(SERIALIZATION.serializerFor(message.getClass())).isInstanceOf(CancellationSerializer.class);

        // When
        byte[] bytes = SERIALIZATION.serialize(message).get();
        Object heard = SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(message));

        // Then
        assertThat(heard)
                .usingRecursiveComparison()
                .withEqualsForType(Objects::equals, ActorRef.class)
                .ignoringFields("origin.heardAtNanos")
                .isEqualTo(message);
    }

    @Test
    void howLongAgoARequestWasHeardIsPassedOn() throws NotSerializableException {
        // Given
        long fiveSecondsAgo = System.nanoTime() - TimeUnit.SECONDS.toNanos(5);
        CancelHere said = new CancelHere(
                new CancelKey(1, ByteString.fromString("hush")),
                new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty(), fiveSecondsAgo),
                CANCELLER);

        // When
        CancelHere heard = (CancelHere) SERIALIZER.fromBinary(SERIALIZER.toBinary(said), SERIALIZER.manifest(said));

        // Then: later by the time that the message took
        assertThat(heard.origin().heardAtNanos() - fiveSecondsAgo).isBetween(0L, TimeUnit.SECONDS.toNanos(2));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageThatWasCutShortIsRefused(Object message) {
        byte[] bytes = SERIALIZER.toBinary(message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(NotSerializableException.class)
                    .isThrownBy(() -> SERIALIZER.fromBinary(cut, SERIALIZER.manifest(message)));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageWithMoreToItIsRefused(Object message) {
        byte[] bytes = SERIALIZER.toBinary(message);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatExceptionOfType(NotSerializableException.class)
                .isThrownBy(() -> SERIALIZER.fromBinary(longer, SERIALIZER.manifest(message)));
    }

    @Test
    void garbageIsRefusedWithoutHarm() {
        // Given
        Random random = new Random(4);
        List<String> manifests = messages().map(SERIALIZER::manifest).toList();
        int refused = 0;

        // When
        for (int round = 0; round < 20_000; round++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            try {
                SERIALIZER.fromBinary(garbage, manifests.get(round % manifests.size()));
            } catch (NotSerializableException expected) {
                refused++;
            }
        }

        // Then: nothing else was thrown, and only the shortest messages can be hit by chance
        assertThat(refused).isGreaterThan(17_000);
    }

    /** These are the bytes that a node of the release before sends: a fleet is replaced one by one. */
    @Test
    void whatTheReleaseBeforeSaidIsUnderstood() throws Exception {
        // Given
        ByteArrayOutputStream unregister = new ByteArrayOutputStream();
        new FieldWriter(new DataOutputStream(unregister), RESOLVER).bits(7);
        ByteArrayOutputStream census = new ByteArrayOutputStream();
        FieldWriter fields = new FieldWriter(new DataOutputStream(census), RESOLVER);
        fields.number(20_000);
        fields.ref(HOLDER);

        // Then
        assertThat(SERIALIZER.fromBinary(unregister.toByteArray(), "Unregister"))
                .isEqualTo(new Unregister(7, Optional.empty()));
        assertThat(SERIALIZER.fromBinary(census.toByteArray(), "Census"))
                .isEqualTo(new Census(20_000, OptionalLong.empty(), HOLDER));
    }

    @Test
    void aMessageOfALaterReleaseIsRefused() {
        assertThatExceptionOfType(NotSerializableException.class)
                .isThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "Later"));
    }

    @Test
    void arrivalsAreNotPrintedWhenTheyAreRefused() {
        byte[] bytes = SERIALIZER.toBinary(new Stored(TestSession.RECORD));
        assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, "LookUp"))
                .isInstanceOf(NotSerializableException.class)
                .hasNoCause()
                .message()
                .doesNotContain("hush", "blue");
    }

    @Test
    void nothingElseIsForOtherNodes() {
        assertThatThrownBy(() -> SERIALIZER.toBinary("text")).isInstanceOf(IllegalArgumentException.class);
    }
}
