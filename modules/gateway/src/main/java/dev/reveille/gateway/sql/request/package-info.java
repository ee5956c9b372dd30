/**
 * What a request for statements says: its headers, its connection string and its body (spec 03 §4).
 *
 * <p>Everything here comes from strangers, and is read by functions that take text or bytes and give values; what cannot be
 * read is refused with a {@link dev.reveille.gateway.sql.request.RequestRefused}. Who the caller really is, and what becomes
 * of the statements, is decided elsewhere. Start reading at {@link dev.reveille.gateway.sql.request.SqlHeaders} and {@link
 * dev.reveille.gateway.sql.request.SqlBody}.
 */
package dev.reveille.gateway.sql.request;
