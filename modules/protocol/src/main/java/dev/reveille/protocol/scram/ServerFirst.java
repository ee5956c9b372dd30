package dev.reveille.protocol.scram;

import dev.reveille.protocol.Digits;
import java.util.List;
import java.util.Optional;

/** The first message of a server: {@code r=<nonce>,s=<salt>,i=<iterations>[,<extensions>]}. */
record ServerFirst(String nonce, byte[] salt, long iterations) {

    private static final int FIELDS = 3;
    private static final int DIGITS_MAX = 10;

    static Optional<ServerFirst> parse(String message) {
        List<String> fields = Grammar.attributes(message);
        if (fields.size() < FIELDS || !Grammar.areExtensions(fields.subList(FIELDS, fields.size()))) {
            return Optional.empty();
        }
        return Grammar.value('r', fields.get(0))
                .filter(Grammar::isNonce)
                .flatMap(nonce -> salt(fields.get(1))
                        .flatMap(salt ->
                                iterations(fields.get(2)).map(iterations -> new ServerFirst(nonce, salt, iterations))));
    }

    String text() {
        return "r=" + nonce + ",s=" + StrictBase64.encode(salt) + ",i=" + iterations;
    }

    private static Optional<byte[]> salt(String attribute) {
        return Grammar.value('s', attribute).flatMap(StrictBase64::decode).filter(salt -> salt.length > 0);
    }

    private static Optional<Long> iterations(String attribute) {
        return Grammar.value('i', attribute)
                .filter(text -> Digits.only(text, DIGITS_MAX))
                .map(Long::parseLong);
    }
}
