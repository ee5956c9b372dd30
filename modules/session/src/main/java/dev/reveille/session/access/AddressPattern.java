package dev.reveille.session.access;

import dev.reveille.protocol.Digits;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One element of an endpoint's list of allowed addresses (spec 01 §9.3): a single address, a subnet or a range. Reading
 * never fails: text that is none of these becomes {@link Unreadable}, which matches nobody but keeps the list from being
 * empty. IPv4-mapped IPv6 addresses count as IPv4, and the two families never match each other.
 */
public sealed interface AddressPattern {

    /** One address. */
    record Single(InetAddress address) implements AddressPattern {}

    /**
     * All addresses that share the first {@code prefixLength} bits of {@code address}; its other bits are of no
     * importance.
     */
    record Subnet(InetAddress address, int prefixLength) implements AddressPattern {}

    /** All addresses from {@code first} to {@code last}, both included; nobody where the two are the wrong way round. */
    record Range(InetAddress first, InetAddress last) implements AddressPattern {}

    /** What an operator wrote and nobody understands; matches nothing. */
    record Unreadable(String text) implements AddressPattern {}

    /** The pattern written as {@code address}, {@code address/length} or {@code first-last}, without white space. */
    static AddressPattern parse(String text) {
        return read(text).orElseGet(() -> new Unreadable(text));
    }

    /** Whether a client that comes from {@code client} is meant. */
    default boolean matches(InetAddress client) {
        InetAddress from = Addresses.unmapped(client);
        return switch (this) {
            case Single(InetAddress address) -> Addresses.sharePrefix(address, from, Addresses.bits(address));
            case Subnet(InetAddress address, int prefixLength) -> Addresses.sharePrefix(address, from, prefixLength);
            case Range(InetAddress first, InetAddress last) ->
                Addresses.inOrder(first, from) && Addresses.inOrder(from, last);
            case Unreadable _ -> false;
        };
    }

    private static Optional<AddressPattern> read(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return readSubnet(text.substring(0, slash), text.substring(slash + 1));
        }
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return readRange(text.substring(0, dash), text.substring(dash + 1));
        }
        return Addresses.parse(text).map(Single::new);
    }

    private static Optional<AddressPattern> readSubnet(String address, String length) {
        if (!Digits.only(length, Addresses.BYTE_DIGITS_MAX)) {
            return Optional.empty();
        }
        // A mapped address has lost its first 96 bits by now, and a prefix has to lose them too.
        int mappedBits = address.indexOf(':') >= 0 ? Addresses.MAPPED_PREFIX_BITS : 0;
        return Addresses.parse(address).flatMap(base -> {
            int prefixLength =
                    Integer.parseInt(length) - (Addresses.bits(base) == Addresses.IPV4_BITS ? mappedBits : 0);
            return prefixLength < 0 || prefixLength > Addresses.bits(base)
                    ? Optional.empty()
                    : Optional.of(new Subnet(base, prefixLength));
        });
    }

    private static Optional<AddressPattern> readRange(String first, String last) {
        return Addresses.parse(first)
                .flatMap(from -> Addresses.parse(last)
                        .filter(to -> Addresses.bits(from) == Addresses.bits(to))
                        .map(to -> new Range(from, to)));
    }
}
