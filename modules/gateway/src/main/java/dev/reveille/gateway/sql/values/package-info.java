/**
 * What PostgreSQL prints, as JSON (spec 03 §6.3, §6.4): rows are written straight from the bytes of DataRow messages into a
 * growing array, because this is done for each value that anybody selects.
 *
 * <p>Start reading at {@link dev.reveille.gateway.sql.values.RowText}; what becomes of a value is decided by its {@link
 * dev.reveille.gateway.sql.values.ColumnType}. Nothing here knows of requests, connections or HTTP.
 */
package dev.reveille.gateway.sql.values;
