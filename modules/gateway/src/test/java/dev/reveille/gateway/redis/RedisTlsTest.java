package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.kit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTlsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final int PATIENCE_SECONDS = 20;

    private final TestCertificates authority = TestCertificates.authority();

    @TempDir
    Path directory;

    private Path authorities;

    @BeforeEach
    void trust() throws IOException {
        authorities = directory.resolve("ca.pem");
        Files.writeString(authorities, authority.rootPem());
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aServerWhoseAuthorityIsTrustedIsSpokenTo() {
        try (var redis = server("localhost");
                var open = OpenLink.to(at(redis).withAuthorities(authorities), KIT.system())) {
            // When
            RedisReply reply = open.ask(new RedisCommand.Ping());

            // Then
            assertThat(reply).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aServerWhoseAuthorityIsUnknownIsNot() {
        try (var redis = server("localhost")) {
            // When
            String reason = reasonAgainst(at(redis));

            // Then
            assertThat(reason).contains("unable to find valid certification path");
        }
    }

    @Test
    void aServerOfAnotherNameIsNotSpokenTo() {
        try (var redis = server("other.example")) {
            // When
            String reason = reasonAgainst(at(redis).withAuthorities(authorities));

            // Then
            assertThat(reason).contains("localhost");
        }
    }

    @Test
    void aTrustFileThatIsMissingIsAReasonLikeOthers() {
        try (var redis = server("localhost")) {
            // When
            String reason = reasonAgainst(at(redis).withAuthorities(directory.resolve("none.pem")));

            // Then
            assertThat(reason).contains("none.pem");
        }
    }

    private static String reasonAgainst(RedisSettings settings) {
        RedisDialler dialler = new LettuceDialler(settings, Optional.empty(), Optional.empty());
        var line = dialler.dial().toCompletableFuture();
        assertThat(line).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        OpenLink.await(dialler.close());
        return line.exceptionNow().getMessage();
    }

    private RedisServer server(String name) {
        Path certificate = directory.resolve("redis.crt");
        Path key = directory.resolve("redis.key");
        authority.issue(Key.EC, name).writeTo(certificate, key);
        return RedisServer.startWithTls(certificate, key);
    }

    private static RedisSettings at(RedisServer redis) {
        return RedisSettings.parse("rediss://localhost:" + redis.port());
    }
}
