package dev.reveille.gateway.jwt;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock whose hands are turned by the test. */
final class HandClock implements InstantSource {

    private volatile Instant now = Instant.ofEpochSecond(1_800_000_000);

    @Override
    public Instant instant() {
        return now;
    }

    long seconds() {
        return now.getEpochSecond();
    }

    void turn(Duration by) {
        now = now.plus(by);
    }
}
