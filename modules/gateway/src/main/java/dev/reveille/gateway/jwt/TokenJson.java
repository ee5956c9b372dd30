package dev.reveille.gateway.jwt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the two JSON objects of a token. They are read to their ends, so that what is passed on as claims is sound JSON; a
 * name that appears twice is refused, because two readers might choose differently. One for each text.
 */
final class TokenJson {

    private static final int DEPTH_MAX = 32;

    /** Names come from strangers: they are not interned. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();

    private final JsonParser json;

    private Optional<String> algorithm = Optional.empty();
    private Optional<String> keyId = Optional.empty();
    private boolean critical;

    private final List<String> audiences = new ArrayList<>();
    private Optional<String> issuer = Optional.empty();
    private OptionalLong exp = OptionalLong.empty();
    private OptionalLong nbf = OptionalLong.empty();

    /** What of a header matters (RFC 7515 §4.1); whatever else it says, such as a key of its own, is not believed. */
    record Header(Optional<String> algorithm, Optional<String> keyId, boolean critical) {}

    /** One member of an object, whose value the parser stands at. */
    @FunctionalInterface
    private interface Member {
        void read(TokenJson reader, String name) throws IOException, TokenRefused;
    }

    private TokenJson(JsonParser json) {
        this.json = json;
    }

    static Header header(String text) throws TokenRefused {
        TokenJson read = readWhole(text, TokenJson::headerMember);
        return new Header(read.algorithm, read.keyId, read.critical);
    }

    static TokenClaims claims(String text) throws TokenRefused {
        TokenJson read = readWhole(text, TokenJson::claim);
        return new TokenClaims(read.audiences, read.issuer, read.exp, read.nbf);
    }

    private void headerMember(String name) throws IOException, TokenRefused {
        switch (name) {
            case "alg" -> algorithm = Optional.of(string());
            case "kid" -> keyId = Optional.of(string());
            case "crit" -> {
                critical = true;
                json.skipChildren();
            }
            default -> json.skipChildren();
        }
    }

    private void claim(String name) throws IOException, TokenRefused {
        switch (name) {
            case "aud" -> audiences.addAll(strings());
            case "iss" -> issuer = Optional.of(string());
            case "exp" -> exp = OptionalLong.of(seconds());
            case "nbf" -> nbf = OptionalLong.of(seconds());
            default -> json.skipChildren();
        }
    }

    private static TokenJson readWhole(String text, Member member) throws TokenRefused {
        try (JsonParser json = FACTORY.createParser(text)) {
            TokenJson reader = new TokenJson(json);
            reader.object(member);
            return reader;
        } catch (IOException notJson) {
            throw new TokenRefused(Refusal.NOT_A_TOKEN);
        }
    }

    private void object(Member member) throws IOException, TokenRefused {
        expect(json.nextToken() == JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            member.read(this, name);
        }
        expect(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null);
    }

    private String string() throws IOException, TokenRefused {
        expect(json.currentToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    /** A text, or an array of texts. */
    private List<String> strings() throws IOException, TokenRefused {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return List.of(string());
        }
        List<String> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(string());
        }
        return values;
    }

    private long seconds() throws IOException, TokenRefused {
        expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT);
        long seconds = json.getLongValue();
        expect(seconds >= 0);
        return seconds;
    }

    private static void expect(boolean holds) throws TokenRefused {
        if (!holds) {
            throw new TokenRefused(Refusal.NOT_A_TOKEN);
        }
    }
}
