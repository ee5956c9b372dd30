package dev.reveille.session.relay;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * What a wire does by way of a {@link Splice}: it follows the frames as it does in its own turn, and takes back into its
 * turn whatever is for it to decide.
 */
final class Shortcut implements Splice.Onlooker {

    private final Relay relay;
    private final Traffic traffic;
    private int sound;

    Shortcut(Relay relay, Traffic traffic) {
        this.relay = relay;
        this.traffic = traffic;
    }

    @Override
    public boolean toCompute(ByteBuffer bytes) {
        traffic.toCompute(bytes);
        return !traffic.lost() && !relay.isToKeep();
    }

    @Override
    public boolean toClient(ByteBuffer bytes) {
        sound = traffic.toClient(bytes);
        return !traffic.lost();
    }

    @Override
    public void keptFromCompute(ByteString bytes) {
        relay.keptFromCompute(bytes);
    }

    @Override
    public void keptFromClient(ByteString bytes) {
        relay.keptFromClient(bytes, sound);
    }
}
