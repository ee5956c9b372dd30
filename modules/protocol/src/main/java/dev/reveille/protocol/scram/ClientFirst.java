package dev.reveille.protocol.scram;

import java.util.List;
import java.util.Optional;

/**
 * The first message of a client: {@code <gs2>,<authzid>,n=<name>,r=<nonce>[,<extensions>]}. The name is not kept: the
 * start-up message has said who it is.
 *
 * @param bare the message without its gs2 header, as it came
 */
record ClientFirst(Gs2Header gs2, String bare, String nonce) {

    private static final int HEADER_FIELDS = 2;

    static Optional<ClientFirst> parse(String message) {
        List<String> fields = Grammar.attributes(message);
        if (fields.size() < HEADER_FIELDS + 2 || !fields.get(1).isEmpty()) {
            return Optional.empty();
        }
        String bare = message.substring(fields.getFirst().length() + HEADER_FIELDS);
        boolean named = Grammar.value('n', fields.get(2)).isPresent();
        boolean extended = Grammar.areExtensions(fields.subList(HEADER_FIELDS + 2, fields.size()));
        return named && extended
                ? gs2(fields.getFirst())
                        .flatMap(gs2 -> Grammar.value('r', fields.get(3))
                                .filter(Grammar::isNonce)
                                .map(nonce -> new ClientFirst(gs2, bare, nonce)))
                : Optional.empty();
    }

    private static Optional<Gs2Header> gs2(String flag) {
        return switch (flag) {
            case "n" -> Optional.of(new Gs2Header.Impossible());
            case "y" -> Optional.of(new Gs2Header.NotOffered());
            default -> Grammar.value('p', flag).filter(Grammar::isBindingName).map(Gs2Header.Bound::new);
        };
    }
}
