package dev.reveille.session.relay;

import dev.reveille.session.interruption.RunningQuery;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.util.ByteString;

/**
 * A session's hold on its wire: the client at one end, the compute at the other once it is attached. Each call is an
 * order that the stage carries out in its own turn, in the order given; calls may come from any thread. Before {@link
 * #relay} the wire hands over what it is asked for, one message at a time; afterwards it carries frames by itself.
 */
public final class Wire implements RunningQuery {

    private final AsyncCallback<Consumer<WireLogic>> orders;

    Wire(AsyncCallback<Consumer<WireLogic>> orders) {
        this.orders = orders;
    }

    /** Hand over the client's next start-up packet of at most {@code bodyLengthMax} bytes after its first eight. */
    public void hearStartup(int bodyLengthMax) {
        orders.invoke(logic -> logic.hearStartup(bodyLengthMax));
    }

    /** Hand over the client's next message, with a body of at most {@code bodyLengthMax} bytes. */
    public void hearClient(int bodyLengthMax) {
        orders.invoke(logic -> logic.hearClient(bodyLengthMax));
    }

    /** Send to the client. */
    public void tellClient(ByteString bytes) {
        orders.invoke(logic -> logic.tellClient(bytes));
    }

    /** Take {@code compute} as the other end. There must be none attached. */
    public void attach(Link compute) {
        orders.invoke(logic -> logic.attach(compute));
    }

    /** Let go of the compute: its connection is closed. */
    public void detach() {
        orders.invoke(WireLogic::detach);
    }

    /** Hand over the compute's next messages, with bodies of at most {@code bodyLengthMax} bytes. */
    public void hearCompute(int bodyLengthMax) {
        orders.invoke(logic -> logic.hearCompute(bodyLengthMax));
    }

    /** Send to the compute. */
    public void tellCompute(ByteString bytes) {
        orders.invoke(logic -> logic.tellCompute(bytes));
    }

    /**
     * Both ends are logged in: carry frames between them from now on, beginning with what was received and not asked
     * for.
     */
    public void relay() {
        relay(Optional.empty());
    }

    /** The same; {@code keeper} gets the compute's connection when the client leaves with nothing under way. */
    public void relay(Optional<? extends LinkKeeper> keeper) {
        orders.invoke(logic -> logic.relay(keeper.orElse(null)));
    }

    /** Before the relay: send {@code lastWords} to the client, then close both ends. */
    public void finish(ByteString lastWords) {
        orders.invoke(logic -> logic.finish(lastWords));
    }

    /** In the relay: as soon as neither a query nor a transaction is open, send {@code lastWords} and close. */
    public void sendAwayWhenIdle(ByteString lastWords) {
        orders.invoke(logic -> logic.sendAwayWhenIdle(lastWords));
    }

    /** In the relay: send {@code lastWords}, where the stream to the client is between two messages, and close now. */
    public void sendAway(ByteString lastWords) {
        orders.invoke(logic -> logic.sendAway(lastWords));
    }

    @Override
    public void ask(long nanos, Consumer<OptionalLong> answer) {
        orders.invoke(logic -> answer.accept(logic.queryBegunBy(nanos)));
    }

    @Override
    public void hold(long query, Consumer<Boolean> answer) {
        orders.invoke(logic -> answer.accept(logic.holdNext(query)));
    }

    @Override
    public void release() {
        orders.invoke(WireLogic::release);
    }

    /** Close both ends at once; what is still to be sent is lost. */
    public void abort() {
        orders.invoke(WireLogic::abort);
    }
}
