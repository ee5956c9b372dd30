package dev.reveille.cancellation.sealing;

/**
 * What a sealed key says.
 *
 * @param address where the session's node is reached, {@code host:port}; empty where it had no address then
 * @param incarnation which start of a node this was: another process at the same address is another incarnation
 * @param session the session's key on that node; knowing it is not enough to cancel, but it is kept secret all the same
 */
public record SealedName(String address, long incarnation, long session) {

    @Override
    public String toString() {
        return "SealedName[%s, %x, ***]".formatted(address, incarnation);
    }
}
