/**
 * What is answered to a request for statements (spec 03 §6, §7, §13): results, errors, and what browsers must be told.
 *
 * <p>{@link dev.reveille.gateway.sql.answer.AnswerText} puts results together, {@link
 * dev.reveille.gateway.sql.answer.SqlError} is every way to say no, {@link dev.reveille.gateway.sql.answer.MemoryBudget}
 * bounds what all of them hold together. Nothing here knows who asked.
 */
package dev.reveille.gateway.sql.answer;
