package dev.reveille.gateway.web;

import static dev.reveille.gateway.loops.TestLoops.PATIENCE;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.web.OpenDoor.Waiting;
import dev.reveille.gateway.web.WebClient.Answer;
import dev.reveille.kit.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP at the web door, over real sockets, in clear text. */
@Timeout(60)
class WebDoorTest {

    private final OpenDoor door = new OpenDoor();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void oneConnectionCarriesManyRequestsAndEachHasAnIdOfItsOwn() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            // When
            Answer first = client.asks("/hello");
            Answer second = client.asks("/hello");

            // Then
            assertThat(first.body()).isEqualTo("hello");
            assertThat(second.body()).isEqualTo("hello");
            assertThat(first.field("Neon-Request-Id")).isPresent();
            assertThat(second.field("Neon-Request-Id")).isPresent().isNotEqualTo(first.field("Neon-Request-Id"));
            assertThat(first.field("Server")).isEmpty();
        }
    }

    @Test
    void aLargeAnswerInOnePieceLeavesTheConnectionInOrder() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            assertThat(client.asks("/big").body()).hasSize(1_000_000);
            assertThat(client.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void requestsThatAreSentAheadAreServedOneAfterAnother() throws Exception {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says(
                    "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\n");
            Waiting slow = door.hears();

            // When
            client.says("Host: a\r\nContent-Length: 5\r\n\r\nthird");
            door.loops().settle(door.loops().first());
            slow.answers("first");

            // Then
            assertThat(client.hears().body()).isEqualTo("first");
            assertThat(client.hears().body()).isEqualTo("hello");
            assertThat(client.hears().body()).isEqualTo("third");
        }
    }

    @Test
    void aBodyInChunksByteByByteIsReadAndTheNextRequestBehindIt() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            String request = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
            for (byte one : request.getBytes(StandardCharsets.US_ASCII)) {
                client.says(new byte[] {one});
            }

            assertThat(client.hears().body()).isEqualTo("abcde");
            assertThat(client.hears().body()).isEqualTo("hello");
        }
    }

    @Test
    void anAnswerThatComesInPiecesIsFollowedByTheNext() throws Exception {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");

            // When
            door.hears()
                    .answer()
                    .complete(HttpResponse.create()
                            .withEntity(HttpEntities.create(
                                    ContentTypes.APPLICATION_JSON,
                                    6,
                                    Source.from(List.of("ab", "cd", "ef")).map(ByteString::fromString))));

            // Then
            assertThat(client.hears().body()).isEqualTo("abcdef");
            assertThat(client.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void theHandlersOwnRequestIdIsReplaced() throws Exception {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Waiting request = door.hears();

            // When
            request.answer()
                    .complete(HttpResponse.create().addHeader(RawHeader.create("Neon-Request-Id", "somebody else's")));

            // Then
            Answer answer = client.hears();
            assertThat(answer.head()).doesNotContain("somebody else's");
            assertThat(answer.field("Neon-Request-Id"))
                    .contains(request.request().id().toString());
        }
    }

    @Test
    void aHandlerThatFailsIsAnErrorWithoutItsCause() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            Answer answer = client.asks("/broken");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).contains("\"code\":\"XX000\"").doesNotContain("nobody's business");
            assertThat(answer.field("Neon-Request-Id")).isPresent();
            assertThat(client.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void aShortBodyThatNobodyReadsLeavesTheConnectionInOrder() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
            client.says("x".repeat(1000));

            assertThat(client.hears().body()).isEqualTo("hello");
            assertThat(client.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void aLongBodyThatNobodyReadsEndsTheConnectionBehindTheAnswer() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.says("x".repeat(200_000));

            Answer answer = client.hears();
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.field("Connection")).contains("close");
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aClientThatHalfClosesStillGetsItsAnswer() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            client.finishes();

            assertThat(client.hears().body()).isEqualTo("hello");
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerHearsThatItsClientIsGone(boolean brutally) throws Exception {
        // Given
        WebClient client = WebClient.to(door.address());
        client.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        Waiting request = door.hears();
        assertThat(request.request().clientGone().toCompletableFuture()).isNotDone();

        // When
        if (brutally) {
            client.breaks();
        } else {
            client.close();
        }

        // Then
        soon(request.request().clientGone());
    }

    @Test
    void aHeadThatDoesNotComeToItsEndIsTimedOut() throws IOException {
        try (OpenDoor hasty = new OpenDoor(OpenDoor.QUICK, FrontDoorSettings.withoutTls());
                WebClient client = WebClient.to(hasty.address())) {
            client.says("GET /hello HTTP/1.1\r\nHos");

            assertThat(client.hears().status()).isEqualTo(408);
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aHeadThatIsOneForUsAndNoneForHttpIsTimedOutAsWell() throws IOException {
        try (OpenDoor hasty = new OpenDoor(OpenDoor.QUICK, FrontDoorSettings.withoutTls());
                WebClient client = WebClient.to(hasty.address())) {
            client.says(new byte[] {(byte) 0x80, (byte) 0x81, '\r', '\n', '\r', '\n'});

            assertThat(client.hears().status()).isBetween(400, 499);
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aBodyThatPausesTooLongIsTimedOut() throws IOException {
        try (OpenDoor hasty = new OpenDoor(OpenDoor.QUICK, FrontDoorSettings.withoutTls());
                WebClient client = WebClient.to(hasty.address())) {
            client.says("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");

            assertThat(client.hears().status()).isEqualTo(408);
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aHeadThatIsTooLongIsRefusedBeforeItHasCome() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(5_000));

            assertThat(client.hears().status()).isEqualTo(431);
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HTTP/1.1\r\nHost: a\r\nneon-connection-string postgres://u:hidden@h/d\r\n\r\n",
                "GET /hello HTTP/1.1\r\n\r\n",
                "GET /hello HTTP/9.9\r\nHost: hidden\r\n\r\n",
                "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: hidden\r\n\r\n",
                "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void whatIsNoRequestIsRefusedWithoutRepeatingIt(String request) throws IOException {
        try (LogLines log = LogLines.below("dev.reveille");
                LogLines others = LogLines.below("ROOT");
                WebClient client = WebClient.to(door.address())) {
            client.says(request);

            Answer answer = client.hears();
            assertThat(answer.status()).isIn(400, 505);
            assertThat(answer.field("Neon-Request-Id")).isPresent();
            assertThat(answer.body()).startsWith("{").doesNotContain("hidden");
            assertThat(client.hearsAll()).isEmpty();
            assertThat(log.all()).noneMatch(line -> line.toString().contains("hidden"));
            assertThat(others.all()).noneMatch(line -> line.toString().contains("hidden"));
            assertThat(log.all().stream().filter(line -> line.message().equals("request")))
                    .hasSize(1);
        }
    }

    @Test
    void eachRequestIsOneLineInTheLogWithoutQueryOrHeaders() throws IOException {
        try (LogLines log = LogLines.below("dev.reveille.gateway.web");
                WebClient client = WebClient.to(door.address())) {
            client.says("GET /hello?token=hidden HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer hidden\r\n\r\n");
            client.hears();

            door.loops().eventually(() -> assertThat(log.all()).hasSize(1));
            String line = log.all().getFirst().toString();
            assertThat(line)
                    .contains("method=GET", "path=/hello", "status=200", "session=", "client=127.0.0.1:", "ms=")
                    .doesNotContain("hidden");
        }
    }

    @Test
    void whenTheNodeLeavesIdleConnectionsEndAtOnceAndRequestsBehindTheirAnswer() throws Exception {
        try (WebClient idle = WebClient.to(door.address());
                WebClient busy = WebClient.to(door.address())) {
            // Given
            idle.asks("/hello");
            busy.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Waiting request = door.hears();

            // When
            soon(door.listener().close());

            // Then
            assertThat(idle.hearsAll()).isEmpty();
            request.answers("done");
            Answer answer = busy.hears();
            assertThat(answer.body()).isEqualTo("done");
            assertThat(answer.field("Connection")).contains("close");
            assertThat(busy.hearsAll()).isEmpty();
            soon(door.listener().drained());
        }
    }

    @Test
    void whenPatienceIsOverRequestsEndWithoutAnswer() throws Exception {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Waiting request = door.hears();
            soon(door.listener().close());

            // When
            door.listener().hurry();

            // Then
            assertThat(client.hearsAll()).isEmpty();
            soon(request.request().clientGone());
            assertThat(door.listener().drained().toCompletableFuture()).succeedsWithin(PATIENCE);
        }
    }
}
