/**
 * Statements for callers that hold no session: a request comes, runs one statement or a batch on a compute connection that
 * others use too, and goes.
 *
 * <p>{@link dev.reveille.session.statement.StatementDesk} is the way in; what is asked for is a {@link
 * dev.reveille.session.statement.StatementOrder}, and what comes of it is told to a {@link
 * dev.reveille.session.statement.StatementListener}. Nothing here knows HTTP or JSON; the connections and their pools are in
 * {@code session.pool}.
 */
package dev.reveille.session.statement;
