package dev.reveille.protocol.scram;

import java.util.List;
import java.util.Optional;

/** Small words of the grammar of SCRAM messages (RFC 5802 §7). */
final class Grammar {

    private Grammar() {}

    /** The attributes of a message: what stands between its commas. */
    static List<String> attributes(String message) {
        return List.of(message.split(",", -1));
    }

    /** The value of an attribute such as {@code r=…}, or nothing where this is another attribute. */
    static Optional<String> value(char name, String attribute) {
        return attribute.length() >= 2 && attribute.charAt(0) == name && attribute.charAt(1) == '='
                ? Optional.of(attribute.substring(2))
                : Optional.empty();
    }

    /** Whether each of these is an attribute: one letter, an equals sign, and a value. */
    static boolean areExtensions(List<String> attributes) {
        for (String attribute : attributes) {
            if (!isExtension(attribute)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a nonce has characters, all of them printable and none a comma. */
    static boolean isNonce(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c <= ' ' || c >= 0x7F || c == ',') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether the name of a channel binding is made of letters, digits, dots and dashes. */
    static boolean isBindingName(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '-');
    }

    private static boolean isExtension(String attribute) {
        return attribute.length() >= 2 && isLetter(attribute.charAt(0)) && attribute.charAt(1) == '=';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
