package dev.reveille.cancellation.queue;

import java.util.OptionalLong;

/** Arithmetic of nanoseconds on one monotonic clock. */
final class Times {

    private Times() {}

    static OptionalLong earlier(OptionalLong one, long other) {
        return one.isPresent() && one.getAsLong() - other <= 0 ? one : OptionalLong.of(other);
    }

    static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        return other.isPresent() ? earlier(one, other.getAsLong()) : one;
    }
}
