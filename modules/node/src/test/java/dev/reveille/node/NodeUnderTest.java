package dev.reveille.node;

import dev.reveille.node.admin.NodeStatus;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.settings.SettingsFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A whole node in this process, on free ports; for the tests of the rooms beside this one. */
public final class NodeUnderTest implements AutoCloseable {

    private static final long STOP_SECONDS = 30;

    private final LiveNode node;

    private NodeUnderTest(LiveNode node) {
        this.node = node;
    }

    /** Starts a node whose settings differ from the defaults in {@code changes}: full paths and values. */
    public static NodeUnderTest startedWith(Map<String, ?> changes, Path directory) throws StartFailure {
        Map<String, Object> all = new HashMap<>();
        all.put("reveille.listen.postgres", "127.0.0.1:0");
        all.put("reveille.listen.web", "127.0.0.1:0");
        all.put("reveille.listen.admin", "127.0.0.1:0");
        all.putAll(changes);
        return new NodeUnderTest((LiveNode)
                new Node().start(SettingsFile.defaultsWith(all, directory).settings()));
    }

    /** Where clients connect. */
    public InetSocketAddress door() {
        return node.postgresAddress();
    }

    /** What {@code /v1/status} says. */
    NodeStatus status() {
        return node.status();
    }

    /** Sends everybody away and waits until all is closed. */
    @Override
    public void close() {
        node.hurry();
        node.stopped()
                .toCompletableFuture()
                .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
