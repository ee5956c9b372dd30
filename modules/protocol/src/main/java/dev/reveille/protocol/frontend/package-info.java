/**
 * What clients say once the start-up message is through: one record for each message of the PostgreSQL manual, section
 * "Message Formats".
 *
 * <p>Start reading at {@link dev.reveille.protocol.frontend.FrontendMessage}. Each record has its tag, writes its body,
 * and reads it by a static {@code decode} that throws {@link dev.reveille.protocol.ProtocolViolation}. Messages are
 * values: acting on them is the business of other rooms.
 */
package dev.reveille.protocol.frontend;
