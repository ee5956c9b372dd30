package dev.reveille.session.relay;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * What a wire does by way of a {@link Splice}: it follows the frames as it does in its own turn, and takes back into its
 * turn whatever is for it to decide.
 */
final class Shortcut implements Splice.Onlooker {

    private final WireLogic wire;
    private final Traffic traffic;
    private int sound;

    Shortcut(WireLogic wire, Traffic traffic) {
        this.wire = wire;
        this.traffic = traffic;
    }

    @Override
    public boolean toCompute(ByteBuffer bytes) {
        traffic.toCompute(bytes);
        return !traffic.lost() && !wire.isToKeep();
    }

    @Override
    public boolean toClient(ByteBuffer bytes) {
        sound = traffic.toClient(bytes);
        return !traffic.lost();
    }

    @Override
    public void keptFromCompute(ByteString bytes) {
        wire.orderLater(logic -> logic.sendToCompute(bytes));
    }

    @Override
    public void keptFromClient(ByteString bytes) {
        int whole = sound;
        wire.orderLater(logic -> logic.sendToClient(bytes, whole));
    }
}
