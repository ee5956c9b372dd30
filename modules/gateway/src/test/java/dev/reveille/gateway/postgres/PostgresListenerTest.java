package dev.reveille.gateway.postgres;

import static dev.reveille.gateway.loops.TestLoops.PATIENCE;
import static dev.reveille.gateway.loops.TestLoops.failureOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.session.visit.Sessions;
import io.netty.channel.ChannelPipeline;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The door itself: who is let in, who is sent away, and where they go. Behind it probes stand for the sessions. */
@Timeout(60)
class PostgresListenerTest {

    /** A startup message for the role "app", long enough to tell that the client speaks PostgreSQL. */
    private static final byte[] STARTUP = "\0\0\0\21\0\3\0\0user\0app\0\0".getBytes(StandardCharsets.US_ASCII);

    private final TestLoops loops = TestLoops.open(2);
    private final TestProbe<Arrival> arrivals = loops.kit().createTestProbe();
    private final List<ActorRef<Sessions.Message>> sessions = List.of(sessions(0), sessions(1));
    private final List<Socket> clients = new ArrayList<>();

    /** A client, and the loop to whose sessions it was handed. */
    private record Arrival(int loop, Sessions.Message message) {}

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        loops.close();
    }

    @Test
    void eachClientIsHandedToTheSessionsOfTheLoopThatOwnsItsSocket() throws IOException {
        // Given
        PostgresListener door = soon(open(ListenerSettings.DEFAULTS));
        Set<Integer> carriers = new HashSet<>();

        // When clients come until both loops have some
        while (carriers.size() < 2) {
            makeTheFirstLoopLookBusy(clients.size() % 2 == 1);
            connect(door).getOutputStream().write(STARTUP);
            carriers.add(echoNext());
        }

        // Then each can be carried where it was handed to
        for (Socket client : clients) {
            assertThat(client.getInputStream().readNBytes(STARTUP.length)).isEqualTo(STARTUP);
        }
    }

    @Test
    void anyFreePortWillDo() {
        PostgresListener door = soon(open(ListenerSettings.DEFAULTS));

        assertThat(door.address().getPort()).isPositive();
    }

    @Test
    void aPortThatIsTakenIsAFailureToOpen() {
        PostgresListener first = soon(open(ListenerSettings.DEFAULTS));

        assertThat(failureOf(open(first.address(), ListenerSettings.DEFAULTS)))
                .isInstanceOfAny(BindException.class, IOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void oneClientTooManyHearsSoAndIsSentAway() throws IOException {
        // Given
        PostgresListener door = soon(open(new ListenerSettings(2, 100)));
        connect(door);
        connect(door);
        loops.eventually(() -> assertThat(door.connections()).isEqualTo(2));

        // When
        Socket third = connect(door);

        // Then
        String words = new String(third.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(words)
                .startsWith("E")
                .contains("\0C53300\0")
                .contains("SFATAL\0")
                .contains("Msorry, too many clients already\0");
        loops.eventually(() -> assertThat(door.connections()).isEqualTo(2));
    }

    @Test
    void thereIsRoomAgainWhenSomebodyHasLeft() throws IOException {
        // Given a full house
        PostgresListener door = soon(open(new ListenerSettings(1, 100)));
        Socket first = connect(door);
        loops.eventually(() -> assertThat(door.connections()).isEqualTo(1));

        // When
        first.close();
        loops.eventually(() -> assertThat(door.connections()).isZero());
        Socket next = connect(door);
        next.getOutputStream().write(STARTUP);

        // Then
        arrivals.receiveMessage(PATIENCE);
    }

    @Test
    void aClosedDoorRefusesNewClientsAndKeepsThoseInside() throws IOException {
        // Given
        PostgresListener door = soon(open(ListenerSettings.DEFAULTS));
        Socket inside = connect(door);
        inside.getOutputStream().write(STARTUP);
        echoNext();
        inside.getInputStream().readNBytes(STARTUP.length);

        // When
        soon(door.close());

        // Then
        assertThatThrownBy(() -> connect(door)).isInstanceOf(ConnectException.class);
        inside.getOutputStream().write('!');
        assertThat(inside.getInputStream().read()).isEqualTo('!');
        assertThat(door.connections()).isEqualTo(1);
    }

    @Test
    void aDoorThatRanOutOfFilesOpensAgainWhenThereAreSome() throws IOException {
        // Given a door that has been used, and a client that is about to connect
        assumeTrue(openFilesMax() <= 70_000, "so many files cannot be used up in a test");
        PostgresListener door = soon(open(ListenerSettings.DEFAULTS));
        connect(door).getOutputStream().write(STARTUP);
        echoNext();
        CompletableFuture<String> trouble = hearTroubleOnThePipeline();
        try (SocketChannel late = SocketChannel.open()) {

            // When it comes while the process cannot open one more file
            List<FileInputStream> hoard = new ArrayList<>();
            try {
                useUpAllFiles(hoard);
                late.connect(door.address());
                soon(trouble);
            } finally {
                for (FileInputStream file : hoard) {
                    file.close();
                }
            }
            late.write(ByteBuffer.wrap(STARTUP));

            // Then
            assertThat(trouble.join()).containsIgnoringCase("too many open files");
            echoNext();
            ByteBuffer answer = ByteBuffer.allocate(STARTUP.length);
            late.read(answer);
            assertThat(answer.array()).startsWith(STARTUP[0], STARTUP[1], STARTUP[2], STARTUP[3]);
        }
    }

    private CompletableFuture<PostgresListener> open(ListenerSettings settings) {
        return open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings);
    }

    private CompletableFuture<PostgresListener> open(InetSocketAddress address, ListenerSettings settings) {
        return PostgresListener.open(
                        loops.loops(),
                        address,
                        settings,
                        FrontDoorSettings.withoutTls(),
                        SocketSettings.DEFAULTS,
                        sessions)
                .toCompletableFuture();
    }

    private Socket connect(PostgresListener door) throws IOException {
        Socket client = new Socket();
        client.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        client.connect(door.address());
        clients.add(client);
        return client;
    }

    private ActorRef<Sessions.Message> sessions(int loop) {
        return loops.kit().spawn(Behaviors.receiveMessage(message -> {
            arrivals.getRef().tell(new Arrival(loop, message));
            return Behaviors.same();
        }));
    }

    /** Lets the next client hear itself, on the loop it was handed to; on any other loop its stream would fail. */
    private int echoNext() {
        Arrival arrival = arrivals.receiveMessage(PATIENCE);
        assertThat(arrival.message()).isInstanceOfSatisfying(Sessions.Admit.class, admit -> {
            loops.run(loops.loops().all().get(arrival.loop()), admit.flow().join(Flow.create()));
        });
        return arrival.loop();
    }

    /** Everybody who is placed counts for the loop, until it is looked at again. */
    private void makeTheFirstLoopLookBusy(boolean busy) {
        for (int guest = 0; busy && guest < 40; guest++) {
            loops.loops().group().next();
        }
    }

    /** Netty reports what nobody else handles at the end of the pipeline. */
    private static CompletableFuture<String> hearTroubleOnThePipeline() {
        CompletableFuture<String> trouble = new CompletableFuture<>();
        Logger logger =
                (Logger) LoggerFactory.getLogger(ChannelPipeline.class.getPackageName() + ".DefaultChannelPipeline");
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                trouble.complete(event.getThrowableProxy().getMessage());
            }
        };
        appender.start();
        logger.addAppender(appender);
        trouble.thenRun(() -> logger.detachAppender(appender));
        return trouble;
    }

    private static void useUpAllFiles(List<FileInputStream> hoard) throws IOException {
        long most = openFilesMax();
        for (long count = 0; count <= most; count++) {
            try {
                hoard.add(new FileInputStream("/dev/null"));
            } catch (FileNotFoundException none) {
                return;
            }
        }
    }

    private static long openFilesMax() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.exists(limits)) {
            return Long.MAX_VALUE;
        }
        return Files.readAllLines(limits).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" {2,}")[1])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
