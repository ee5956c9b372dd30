package dev.reveille.protocol.scram;

import java.util.List;
import java.util.Optional;

/**
 * The last message of a client: {@code c=<channel>,r=<nonce>[,<extensions>],p=<proof>}.
 *
 * @param withoutProof the message up to the comma in front of the proof, as it came
 */
record ClientFinal(String withoutProof, String channel, String nonce, byte[] proof) {

    static Optional<ClientFinal> parse(String message) {
        int comma = message.lastIndexOf(',');
        if (comma < 0) {
            return Optional.empty();
        }
        String withoutProof = message.substring(0, comma);
        List<String> fields = Grammar.attributes(withoutProof);
        if (fields.size() < 2 || !Grammar.areExtensions(fields.subList(2, fields.size()))) {
            return Optional.empty();
        }
        return Grammar.value('c', fields.get(0))
                .flatMap(channel -> Grammar.value('r', fields.get(1))
                        .flatMap(nonce -> proof(message.substring(comma + 1))
                                .map(proof -> new ClientFinal(withoutProof, channel, nonce, proof))));
    }

    private static Optional<byte[]> proof(String attribute) {
        return Grammar.value('p', attribute)
                .flatMap(StrictBase64::decode)
                .filter(proof -> proof.length == ScramHash.LENGTH);
    }

    @Override
    public String toString() {
        return "ClientFinal[***]";
    }
}
