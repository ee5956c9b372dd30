package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.store.StoreCommand;
import java.util.List;

/** Commands to be sent in one go; never empty. The replies are brought back under the same {@code id}. */
public record Batch(long id, List<StoreCommand> commands) {

    public Batch {
        commands = List.copyOf(commands);
    }
}
