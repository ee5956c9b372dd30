package dev.reveille.session.relay;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.startup.StartupPacket;
import java.util.List;

/** What the wire tells its session. */
public sealed interface WireEvent {

    /** The client's next packet of the start-up phase. */
    record ClientOpened(StartupPacket packet) implements WireEvent {}

    /** The client's next message. */
    record ClientSaid(Frame message) implements WireEvent {}

    /**
     * The compute's next messages: one, or as many as are there, because a compute that lets somebody in says a dozen
     * things at once. Nothing follows a ReadyForQuery or an ErrorResponse.
     */
    record ComputeSaid(List<Frame> messages) implements WireEvent {}

    /** The client's bytes are no message, and no later byte can mend that. */
    record ClientBabbled(String reason) implements WireEvent {}

    /** The compute's bytes are no message. */
    record ComputeBabbled(String reason) implements WireEvent {}

    /** The client is gone before the relay began. */
    record ClientLeft() implements WireEvent {}

    /** The compute is gone before the relay began. */
    record ComputeLeft() implements WireEvent {}

    /** The client will send nothing more, while a query of its runs: it may be waiting for the answer, or be gone. */
    record ClientHungUpMidQuery() implements WireEvent {}

    /** The client will send nothing more, and nothing is left to wait for but the compute's goodbye. */
    record ClientFinished() implements WireEvent {}

    /** The client has said that it ends, and its compute's connection is somebody else's already: only the client is left. */
    record ClientSaidFarewell() implements WireEvent {}

    /** The relay is over; the wire is closed on both sides. */
    record RelayEnded(RelaySummary summary) implements WireEvent {}
}
