package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CertificateWatchTest {

    private String files = "old";
    private int reloads;
    private final CertificateWatch watch = new CertificateWatch("old", () -> files, () -> reloads++);

    @Test
    void whatDoesNotChangeIsNotReadAgain() {
        watch.look();
        watch.look();

        assertThat(reloads).isZero();
    }

    @Test
    void aChangeIsReadWhenItHasSettled() {
        files = "half";
        watch.look();
        files = "new";
        watch.look();
        assertThat(reloads).isZero();

        watch.look();

        assertThat(reloads).isEqualTo(1);
    }

    @Test
    void aChangeIsReadOnlyOnceEvenIfItWasBad() {
        files = "bad";
        watch.look();
        watch.look();
        watch.look();
        watch.look();

        assertThat(reloads).isEqualTo(1);
    }
}
