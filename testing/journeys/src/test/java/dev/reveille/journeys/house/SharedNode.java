package dev.reveille.journeys.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link DevNode} that all of them share, because a start takes seconds. A class that takes part goes
 * to endpoints of its own and harms neither node nor computes; other tests start their own node.
 */
public final class SharedNode implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType().equals(DevNode.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedNode.class))
                .computeIfAbsent(DevNode.class, _ -> start(), DevNode.class);
    }

    /** Closed with the store, at the end of all tests. */
    private static DevNode start() {
        try {
            Path data = Files.createTempDirectory("reveille-journeys-shared-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Seed.delete(data)));
            return DevNode.in(data);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
