package dev.reveille.gateway.jwt;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;

/** Where key sets come from. */
@FunctionalInterface
public interface KeySetSource {

    /**
     * The text of the key set at {@code url}. Called on a virtual thread, for one url one call at a time. A stage that fails
     * says why in its exception, for the log; one that takes too long is given up.
     */
    CompletionStage<ByteString> fetch(KeySetUrl url);
}
