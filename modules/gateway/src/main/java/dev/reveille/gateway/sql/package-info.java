/**
 * SQL over HTTP (spec 03 §4 to §9, §13): a request with a connection string and statements comes in, its JSON answer goes out.
 *
 * <p>{@link dev.reveille.gateway.sql.SqlDoor} is the way in; one {@link dev.reveille.gateway.sql.Exchange} leads each request
 * from its headers to its answer. What a request says is read in {@code request}, what PostgreSQL prints becomes JSON in
 * {@code values}, and answers are put together in {@code answer}. Connections to computes, and who else uses them, are not
 * known here: see {@link dev.reveille.session.statement.StatementDesk}.
 */
package dev.reveille.gateway.sql;
