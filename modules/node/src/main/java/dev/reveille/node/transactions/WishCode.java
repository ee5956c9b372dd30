package dev.reveille.node.transactions;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Wishes as bytes: the number of the format, then the fields in order. Nodes of two releases meet while a fleet is replaced;
 * a format that is not known is refused like a transaction that is not. No keys are ever among them.
 */
final class WishCode {

    private static final int FORMAT = 1;
    private static final int RUN = 'R';
    private static final int COMMIT = 'C';
    private static final int ROLLBACK = 'B';

    /** PostgreSQL's largest message bounds them far below; the rest bounds a foreign list. */
    private static final int LIST_MAX = 10_000;

    private WishCode() {}

    static ByteString encode(Wish wish) {
        return switch (wish) {
            case Wish.Run(var transaction, var order) -> {
                BodyWriter head = head(RUN, transaction, order.pool());
                UUID id = order.id().value();
                bits(head, id.getMostSignificantBits());
                bits(head, id.getLeastSignificantBits());
                head.value(order.claims().map(ByteString::fromString));
                bits(head, order.statementMax().map(Duration::toMillis).orElse(-1L));
                head.int32(order.rowLengthMax()).int8(order.mayUsePooled() ? 1 : 0);
                Statement statement = order.statements().getFirst();
                text(head, statement.sql());
                head.int32(statement.parameters().size());
                // Parameters may be large, and are not copied.
                ByteStringBuilder all = ByteString.createBuilder().append(head.body());
                for (Optional<ByteString> parameter : statement.parameters()) {
                    all.append(new BodyWriter()
                            .int32(parameter.map(ByteString::size).orElse(-1))
                            .body());
                    parameter.ifPresent(all::append);
                }
                yield all.result();
            }
            case Wish.End(var transaction, var pool, boolean commit) ->
                head(commit ? COMMIT : ROLLBACK, transaction, pool).body();
        };
    }

    /** @throws ProtocolViolation where these bytes are no wish; it repeats none of them */
    static Wish decode(ByteString bytes) {
        BodyReader in = new BodyReader("wish", bytes);
        try {
            Wish wish = read(in);
            in.end();
            return wish;
        } catch (IllegalArgumentException _) {
            throw in.violation("it breaks the rules of its parts");
        }
    }

    private static Wish read(BodyReader in) {
        if (in.int8() != FORMAT) {
            throw in.violation("it is of another release");
        }
        int kind = in.int8();
        TransactionId transaction = new TransactionId(text(in), text(in));
        PoolKey pool = pool(in);
        return switch (kind) {
            case RUN -> new Wish.Run(transaction, order(in, pool));
            case COMMIT -> new Wish.End(transaction, pool, true);
            case ROLLBACK -> new Wish.End(transaction, pool, false);
            default -> throw in.violation("it is of no kind");
        };
    }

    private static StatementOrder order(BodyReader in, PoolKey pool) {
        SessionId id = new SessionId(new UUID(bits(in), bits(in)));
        Optional<String> claims = in.value().map(ByteString::utf8String);
        long statementMax = bits(in);
        int rowLengthMax = in.int32();
        boolean mayUsePooled = in.int8() != 0;
        String sql = text(in);
        int count = count(in, Statement.PARAMETERS_MAX);
        List<Optional<ByteString>> parameters = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            parameters.add(in.value());
        }
        return new StatementOrder(
                id,
                pool,
                Optional.empty(),
                claims,
                List.of(new Statement(sql, parameters)),
                Optional.empty(),
                statementMax < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(statementMax)),
                rowLengthMax,
                mayUsePooled);
    }

    private static BodyWriter head(int kind, TransactionId transaction, PoolKey pool) {
        BodyWriter out = new BodyWriter().int8(FORMAT).int8(kind);
        text(out, transaction.handle());
        text(out, transaction.secret());
        text(out, pool.endpoint().endpoint().value());
        out.int32(pool.endpoint().options().size());
        for (ComputeOption option : pool.endpoint().options()) {
            text(out, option.key());
            text(out, option.value());
        }
        text(out, pool.database().value());
        text(out, pool.role().value());
        out.int32(pool.parameters().size());
        pool.parameters().forEach((name, value) -> {
            text(out, name);
            text(out, value);
        });
        return out;
    }

    private static PoolKey pool(BodyReader in) {
        EndpointId endpoint = new EndpointId(text(in));
        int optionCount = count(in, LIST_MAX);
        List<ComputeOption> options = new ArrayList<>();
        for (int at = 0; at < optionCount; at++) {
            options.add(new ComputeOption(text(in), text(in)));
        }
        DatabaseName database = new DatabaseName(text(in));
        RoleName role = new RoleName(text(in));
        int parameterCount = count(in, LIST_MAX);
        Map<String, String> parameters = new HashMap<>();
        for (int at = 0; at < parameterCount; at++) {
            parameters.put(text(in), text(in));
        }
        return new PoolKey(new EndpointKey(endpoint, options), database, role, parameters);
    }

    private static int count(BodyReader in, int max) {
        int count = in.int32();
        if (count < 0 || count > max) {
            throw in.violation("a list of %d".formatted(count));
        }
        return count;
    }

    private static void text(BodyWriter out, String value) {
        out.value(Optional.of(ByteString.fromString(value)));
    }

    private static String text(BodyReader in) {
        return in.bytes(in.int32()).utf8String();
    }

    static void bits(BodyWriter out, long value) {
        out.int32((int) (value >>> Integer.SIZE)).int32((int) value);
    }

    static long bits(BodyReader in) {
        return (long) in.int32() << Integer.SIZE | Integer.toUnsignedLong(in.int32());
    }
}
