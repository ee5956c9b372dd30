package dev.reveille.gateway.sql.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.reveille.session.statement.Statement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a request's body asks for (spec 03 §4.6): one statement, or a batch of them.
 *
 * @param asked one statement where it is no batch; in a batch there may be none
 */
public record SqlBody(List<Asked> asked, boolean batch) {

    /** Statements in one batch. */
    public static final int BATCH_MAX = 16_384;

    /** Levels of a JSON parameter; an array of PostgreSQL has six at most. */
    static final int DEPTH_MAX = 200;

    /** Digits of a number; PostgreSQL's numeric has up to 131,072 before the point and 16,383 behind it. */
    private static final int NUMBER_LENGTH_MAX = 150_000;

    private static final int TEXT_OF_REASON_MAX = 300;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_LENGTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE) // The body's own limit comes first.
                    .maxNameLength(100_000)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // Names of strangers are not worth keeping.
            .build();

    public SqlBody {
        asked = List.copyOf(asked);
    }

    /**
     * One statement.
     *
     * @param arrayMode whether its rows are wanted as arrays; absent where the request's header decides
     */
    public record Asked(Statement statement, Optional<Boolean> arrayMode) {}

    /** What is to be executed, in order. */
    public List<Statement> statements() {
        if (asked.size() == 1) {
            return List.of(asked.getFirst().statement()); // Nearly always; a stream would cost more than the list.
        }
        return asked.stream().map(Asked::statement).toList();
    }

    /** Which of the statements' rows are wanted as arrays, where {@code otherwise} decides for those that do not say. */
    public List<Boolean> arrayModes(boolean otherwise) {
        if (asked.size() == 1) {
            return List.of(asked.getFirst().arrayMode().orElse(otherwise));
        }
        return asked.stream().map(one -> one.arrayMode().orElse(otherwise)).toList();
    }

    /** Reads a body, which is JSON in UTF-8. */
    public static SqlBody parse(byte[] body) throws RequestRefused {
        if (!beginsLikeAnObject(body)) {
            throw RequestRefused.body(body.length == 0 ? "it is empty" : "it is no JSON object");
        }
        try (JsonParser parser = JSON.createParser(body)) {
            return new BodyReader(parser, body).read();
        } catch (JsonProcessingException malformed) {
            throw RequestRefused.body(reason(malformed));
        } catch (IllegalStateException crafted) {
            throw RequestRefused.body("its field names are of no use"); // They all have the same hash.
        } catch (IOException impossible) {
            throw RequestRefused.body("it cannot be read");
        }
    }

    /** Also keeps the parser from guessing at UTF-16 and UTF-32, which have a NUL here, and from byte order marks. */
    private static boolean beginsLikeAnObject(byte[] body) {
        int at = 0;
        while (at < body.length && (body[at] == ' ' || body[at] == '\t' || body[at] == '\n' || body[at] == '\r')) {
            at++;
        }
        boolean nul = false;
        for (int early = 0; early < Math.min(4, body.length); early++) {
            nul |= body[early] == 0;
        }
        return at < body.length && body[at] == '{' && !nul;
    }

    private static String reason(JsonProcessingException malformed) {
        // It may quote the body: what is no text is not repeated.
        String text = malformed
                .getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("")
                .codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String where = malformed.getLocation() == null
                ? ""
                : " at line %d column %d"
                        .formatted(
                                malformed.getLocation().getLineNr(),
                                malformed.getLocation().getColumnNr());
        return (text.length() > TEXT_OF_REASON_MAX ? text.substring(0, TEXT_OF_REASON_MAX) + "…" : text) + where;
    }
}
