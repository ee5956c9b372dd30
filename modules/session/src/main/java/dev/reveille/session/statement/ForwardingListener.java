package dev.reveille.session.statement;

import dev.reveille.protocol.backend.RowDescription;
import java.util.Optional;

/** Passes on what it hears; whoever plays it changes what is to be different. */
public interface ForwardingListener extends StatementListener {

    /** Who hears it next. */
    StatementListener listener();

    @Override
    default void reached(Origin origin) {
        listener().reached(origin);
    }

    @Override
    default void fields(int statement, Optional<RowDescription> fields) {
        listener().fields(statement, fields);
    }

    @Override
    default void row(int statement, byte[] bytes, int offset, int length) {
        listener().row(statement, bytes, offset, length);
    }

    @Override
    default void completed(int statement, String tag) {
        listener().completed(statement, tag);
    }

    @Override
    default void ended(StatementOutcome outcome) {
        listener().ended(outcome);
    }
}
