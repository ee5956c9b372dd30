package dev.reveille.gateway.sql.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.gateway.sql.request.SqlBody.Asked;
import dev.reveille.session.statement.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Reads one body. An object that fits both forms is a single statement; keys that nobody knows are skipped. */
final class BodyReader {

    private static final String QUERY = "query";
    private static final String PARAMS = "params";
    private static final String ARRAY_MODE = "arrayMode";
    private static final String QUERIES = "queries";

    private final JsonParser parser;
    private final ParameterText parameters;

    BodyReader(JsonParser parser, byte[] body) {
        this.parser = parser;
        this.parameters = new ParameterText(parser, body);
    }

    SqlBody read() throws IOException, RequestRefused {
        parser.nextToken();
        Form form = new Form();
        readObject(form, true);
        if (parser.nextToken() != null) {
            throw RequestRefused.body("something stands behind the object");
        }
        Optional<String> problem = form.problem();
        if (problem.isEmpty()) {
            return new SqlBody(List.of(form.asked()), false);
        }
        if (form.queries.isPresent()) {
            return new SqlBody(form.queries.get(), true);
        }
        throw RequestRefused.body(problem.get());
    }

    /** What was found in one object, right or wrong. */
    private static final class Form {
        private Optional<String> query = Optional.empty();
        private Optional<List<Optional<ByteString>>> params = Optional.empty();
        private Optional<Boolean> arrayMode = Optional.empty();
        private Optional<List<Asked>> queries = Optional.empty();
        private Optional<String> wrong = Optional.empty();
        private int seen;

        private void complain(String complaint) {
            wrong = wrong.or(() -> Optional.of(complaint));
        }

        private void once(int bit, String name) {
            if ((seen & bit) != 0) {
                complain("duplicate field `" + name + "`");
            }
            seen |= bit;
        }

        private Optional<String> problem() {
            return wrong.or(() -> query.isEmpty() ? Optional.of("missing field `query`") : Optional.empty());
        }

        private Asked asked() {
            return new Asked(new Statement(query.orElseThrow(), params.orElse(List.of())), arrayMode);
        }
    }

    private void readObject(Form form, boolean whole) throws IOException, RequestRefused {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case QUERY -> {
                    form.once(1, QUERY);
                    if (value == JsonToken.VALUE_STRING) {
                        form.query = Optional.of(parameters.sql());
                    } else {
                        form.complain("`query` is no string");
                        parser.skipChildren();
                    }
                }
                case PARAMS -> {
                    form.once(2, PARAMS);
                    if (value == JsonToken.START_ARRAY) {
                        form.params = Optional.of(parameters.all());
                    } else {
                        form.complain("`params` is no array");
                        parser.skipChildren();
                    }
                }
                case ARRAY_MODE -> {
                    form.once(4, ARRAY_MODE);
                    switch (value) {
                        case VALUE_TRUE -> form.arrayMode = Optional.of(true);
                        case VALUE_FALSE -> form.arrayMode = Optional.of(false);
                        case VALUE_NULL -> form.arrayMode = Optional.empty();
                        default -> {
                            form.complain("`arrayMode` is no boolean");
                            parser.skipChildren();
                        }
                    }
                }
                case QUERIES -> {
                    if (whole && value == JsonToken.START_ARRAY) {
                        form.once(8, QUERIES);
                        form.queries = Optional.of(readQueries());
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private List<Asked> readQueries() throws IOException, RequestRefused {
        List<Asked> queries = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next != JsonToken.START_OBJECT) {
                throw RequestRefused.body("`queries` holds something that is no object");
            }
            if (queries.size() == SqlBody.BATCH_MAX) {
                throw RequestRefused.content(
                        "54000", "a batch may have at most %d statements".formatted(SqlBody.BATCH_MAX));
            }
            Form form = new Form();
            readObject(form, false);
            Optional<String> problem = form.problem();
            if (problem.isPresent()) {
                throw RequestRefused.body("%s in statement %d".formatted(problem.get(), queries.size()));
            }
            queries.add(form.asked());
        }
        return queries;
    }
}
