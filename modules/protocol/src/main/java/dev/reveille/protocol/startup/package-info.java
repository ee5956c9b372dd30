/**
 * The untagged packets with which a connection begins: what kind of visit is this, and who comes.
 *
 * <p>Start reading at {@link dev.reveille.protocol.startup.StartupPacket}. What the parameters mean is decided
 * elsewhere; here they are only cut out and kept as they came.
 */
package dev.reveille.protocol.startup;
