package dev.reveille.node.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {

    @Test
    void eachSignalIsHeardAndCounted() throws Exception {
        // Given
        LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        Signals.on(Set.of("HUP"), heard::add);

        // When
        RaisedSignal.raise("HUP");
        Integer first = heard.poll(5, TimeUnit.SECONDS);
        RaisedSignal.raise("HUP");
        Integer second = heard.poll(5, TimeUnit.SECONDS);

        // Then
        assertThat(first).isEqualTo(1);
        assertThat(second).isEqualTo(2);
    }
}
