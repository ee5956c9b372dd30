package dev.reveille.protocol.routing;

import dev.reveille.protocol.Utf8;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A password with the name of the endpoint in front of it, from clients that can name it nowhere else:
 * {@code endpoint=blue-sky-42;secret} or {@code endpoint=blue-sky-42$secret} (spec 01 §12.2). The name is unchecked;
 * the password is not printed.
 */
public record PasswordHack(String endpoint, ByteString password) {

    /**
     * Splits at the first semicolon or, where there is none, at the first dollar sign. A password with a semicolon
     * therefore cannot follow a dollar sign.
     */
    public static Optional<PasswordHack> parse(ByteString password) {
        int semicolon = password.indexOf((byte) ';');
        int separator = semicolon >= 0 ? semicolon : password.indexOf((byte) '$');
        if (separator < 0) {
            return Optional.empty();
        }
        return Utf8.strict(password.take(separator))
                .flatMap(EndpointPrefix::strip)
                .map(endpoint -> new PasswordHack(endpoint, password.drop(separator + 1)));
    }

    @Override
    public String toString() {
        return "PasswordHack[%s, ***]".formatted(endpoint);
    }
}
