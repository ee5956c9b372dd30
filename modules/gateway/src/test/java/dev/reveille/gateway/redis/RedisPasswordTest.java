package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.kit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisPasswordTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration MAX = Duration.ofSeconds(10);
    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    Path directory;

    /** The default user needs no password, so that the test can look inside. */
    private final RedisServer redis = RedisServer.start();

    private Path file;
    private RedisSettings asReveille;

    @BeforeEach
    void password() throws IOException {
        file = directory.resolve("password");
        Files.writeString(file, "first\n");
        redis.call("ACL", "SETUSER", "reveille", "on", ">first", "~*", "+@all");
        asReveille = RedisSettings.parse("redis://reveille@127.0.0.1:" + redis.port());
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aFixedPasswordLetsIn() {
        try (var open = OpenLink.to("redis://reveille:first@127.0.0.1:" + redis.port(), KIT.system())) {
            // When
            RedisReply reply = open.ask(new RedisCommand.Ping());

            // Then
            assertThat(reply).isEqualTo(new Text("PONG"));
            assertThat(redis.call("CLIENT", "LIST")).contains("user=reveille");
        }
    }

    @Test
    void thePasswordOfTheDefaultUserLetsIn() {
        try (var locked = RedisServer.start("--requirepass", "secret");
                var open = OpenLink.to("redis://:secret@127.0.0.1:" + locked.port(), KIT.system())) {
            // When
            RedisReply reply = open.ask(new RedisCommand.Ping());

            // Then
            assertThat(reply).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aWrongPasswordIsNamedAsTheReason() {
        // Given
        CurrentPassword wrong = new CurrentPassword(Optional.of("reveille"));
        wrong.change("secret");
        RedisDialler dialler = new LettuceDialler(asReveille, Optional.of(wrong), Optional.empty());

        // When
        var line = dialler.dial().toCompletableFuture();

        // Then
        assertThat(line)
                .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(RedisUnavailable.class)
                .withMessageContaining("WRONGPASS")
                .withMessageNotContaining("secret");
        OpenLink.await(dialler.close());
    }

    @Test
    void aWrongPasswordIsOnlyWrongUntilTheFileIsRight() throws IOException {
        // Given
        Files.writeString(file, "wrong");
        try (var open = OpenLink.begun(asReveille.withPassword(new FilePassword(file, SOON)), KIT.system())) {
            open.states().await(State.DOWN);

            // When
            Files.writeString(file, "first");

            // Then
            open.states().await(State.UP);
        }
    }

    @Test
    void aPasswordThatIsAskedForTooSeldomIsAskedForAfterARefusal() throws IOException {
        // Given
        Files.writeString(file, "wrong");
        FilePassword rarely = new FilePassword(file, Duration.ofHours(1));
        try (var open = OpenLink.begun(asReveille.withPassword(rarely), KIT.system())) {
            open.states().await(State.DOWN);

            // When
            Files.writeString(file, "first");

            // Then
            open.states().await(State.UP);
        }
    }

    @Test
    void aNewPasswordIsSaidOnTheLiveConnection() throws IOException {
        // Given
        try (var open = OpenLink.to(asReveille.withPassword(new FilePassword(file, SOON)), KIT.system())) {
            open.ask(new RedisCommand.Ping());
            long before = redis.calls("auth");

            // When
            redis.call("ACL", "SETUSER", "reveille", ">second");
            Files.writeString(file, "second");

            // Then
            redis.awaitReply("cmdstat_auth:calls=" + (before + 1), "INFO", "commandstats");
            assertThat(redis.call("INFO", "commandstats"))
                    .containsPattern("cmdstat_auth:calls=%d,.*,failed_calls=0".formatted(before + 1));
        }
    }

    @Test
    void aConnectionThatIsLostAfterwardsIsOpenedWithTheNewPassword() throws IOException {
        // Given
        try (var open = OpenLink.to(asReveille.withPassword(new FilePassword(file, SOON)), KIT.system())) {
            open.ask(new RedisCommand.Ping());
            redis.call("ACL", "SETUSER", "reveille", ">second", "<first");
            Files.writeString(file, "second");

            // When
            redis.call("CLIENT", "KILL", "USER", "reveille");
            open.states().await(State.DOWN);
            open.states().await(State.UP);

            // Then
            assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aFileThatIsGoneForAWhileTakesNothingAway() throws IOException {
        // Given
        try (var open = OpenLink.to(asReveille.withPassword(new FilePassword(file, SOON)), KIT.system())) {
            Files.delete(file);

            // When
            redis.call("CLIENT", "KILL", "USER", "reveille");
            open.states().await(State.DOWN);
            open.states().await(State.UP);

            // Then
            assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aPasswordMayComeFromACommand() {
        // Given
        CommandPassword command = new CommandPassword(List.of("cat", file.toString()), SOON, MAX);

        // When
        try (var open = OpenLink.to(asReveille.withPassword(command), KIT.system())) {
            // Then
            assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aCommandThatFailsGivesNoPassword() {
        // Given
        CommandPassword command = new CommandPassword(List.of("sh", "-c", "echo secret; exit 3"), SOON, MAX);

        // When
        var password = command.fetch().toCompletableFuture();

        // Then
        assertThat(password)
                .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("status 3")
                .withMessageNotContaining("secret");
    }

    @Test
    void aCommandThatHangsIsEnded() {
        // Given
        CommandPassword command =
                new CommandPassword(List.of("sh", "-c", "cat /dev/zero > /dev/null & wait"), SOON, SOON);

        // When
        var password = command.fetch().toCompletableFuture();

        // Then
        assertThat(password).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void anEmptyFileGivesNoPassword() throws IOException {
        // Given
        Files.writeString(file, "\n");

        // When
        var password = new FilePassword(file, SOON).fetch().toCompletableFuture();

        // Then
        assertThat(password).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
