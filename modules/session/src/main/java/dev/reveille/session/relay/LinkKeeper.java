package dev.reveille.session.relay;

import org.apache.pekko.util.ByteString;

/**
 * Takes a compute's connection from a wire when its client has left, instead of having it closed: a role that whoever keeps
 * connections plays. Called on the loop on which the wire runs, in its turn or as bytes pass.
 */
public interface LinkKeeper {

    /** A wire relays on the connection now, and will give it back or close it. */
    void relays();

    /** Whether the connection is still wanted. */
    boolean wantsIt();

    /**
     * The compute said what a parameter is now.
     *
     * @param body of the ParameterStatus message
     */
    void heardParameter(ByteString body);

    /** Something was said that could not be followed: the connection is not fit to be kept. */
    void lostTrack();

    /** The connection, with nothing under way on it as far as the wire can tell, and nothing held. */
    void keep(Link link);
}
