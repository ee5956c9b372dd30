package dev.reveille.gateway.leaks;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails the class of tests during which it was noticed that a buffer was lost; registered for all classes. */
public final class NoLeaks implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        String lost = LeakWitness.lost();
        if (!lost.isEmpty()) {
            throw new AssertionError("buffers were lost, here or in a class before:\n" + lost);
        }
    }
}
