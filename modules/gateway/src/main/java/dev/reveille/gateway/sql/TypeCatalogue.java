package dev.reveille.gateway.sql;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.gateway.sql.values.BuiltInTypes;
import dev.reveille.gateway.sql.values.ColumnType;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementDesk;
import dev.reveille.session.statement.StatementOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;

/**
 * Which types the columns of a result have. PostgreSQL's own are known by their OIDs; those that somebody made are looked up
 * in the database, by an order of its own, once for all who wonder at the same time, and remembered (spec 03 §5.1). What
 * cannot be looked up is text. Any thread.
 */
final class TypeCatalogue {

    /** Whether it is an array, of which elements, and what stands between them. */
    private static final String LOOK_UP =
            "select t.oid, t.typlen = -1 and t.typcategory = 'A' and t.typelem <> 0, t.typelem, coalesce(e.typdelim, ',')"
                    + " from pg_catalog.pg_type t left join pg_catalog.pg_type e on e.oid = t.typelem"
                    + " where t.oid = any($1::pg_catalog.oid[])";

    private static final int ROW_LENGTH_MAX = 1_024;

    private final StatementDesk desk;
    private final SqlSettings settings;
    private final AsyncCache<Key, ColumnType> known;

    private record Key(EndpointKey endpoint, DatabaseName database, int oid) {}

    TypeCatalogue(StatementDesk desk, SqlSettings settings, Ticker ticker) {
        this.desk = desk;
        this.settings = settings;
        this.known = Caffeine.newBuilder()
                .maximumSize(settings.typesMax())
                .executor(Runnable::run) // Cleaning up takes less than waking somebody else for it.
                .expireAfterWrite(settings.typesFor())
                .ticker(ticker)
                .buildAsync();
    }

    /** The types of these columns; done at once where all are known. Never fails. */
    CompletableFuture<List<ColumnType>> find(RowDescription fields, Caller caller) {
        List<CompletableFuture<ColumnType>> found = new ArrayList<>();
        Map<Key, CompletableFuture<ColumnType>> missing = new HashMap<>();
        for (Column column : fields.columns()) {
            Optional<ColumnType> builtIn = BuiltInTypes.find(column.typeId());
            found.add(
                    builtIn.isPresent()
                            ? CompletableFuture.completedFuture(builtIn.get())
                            : remembered(
                                    new Key(
                                            caller.pool().endpoint(),
                                            caller.pool().database(),
                                            column.typeId()),
                                    missing));
        }
        if (!missing.isEmpty()) {
            lookUp(missing, caller);
        }
        return CompletableFuture.allOf(found.toArray(CompletableFuture[]::new))
                .thenApply(_ -> found.stream().map(CompletableFuture::join).toList());
    }

    /** In whose name to look. */
    record Caller(SessionId id, PoolKey pool, Authentication.Proven proven) {}

    private CompletableFuture<ColumnType> remembered(Key key, Map<Key, CompletableFuture<ColumnType>> missing) {
        CompletableFuture<ColumnType> fresh = new CompletableFuture<>();
        CompletableFuture<ColumnType> present = known.asMap().putIfAbsent(key, fresh);
        if (present == null) {
            missing.put(key, fresh);
            return fresh;
        }
        return present;
    }

    private void lookUp(Map<Key, CompletableFuture<ColumnType>> missing, Caller caller) {
        StringBuilder oids = new StringBuilder("{");
        for (Key key : missing.keySet()) {
            oids.append(oids.length() > 1 ? "," : "").append(Integer.toUnsignedLong(key.oid()));
        }
        Statement statement = new Statement(
                LOOK_UP,
                List.of(Optional.of(ByteString.fromString(oids.append('}').toString()))));
        StatementOrder order = new StatementOrder(
                caller.id(),
                caller.pool(),
                caller.proven().keys(),
                Optional.empty(),
                List.of(statement),
                Optional.empty(),
                Optional.of(settings.typeLookUpMax()),
                ROW_LENGTH_MAX,
                true);
        TypeLookUp lookUp = new TypeLookUp();
        var run = desk.run(order, lookUp);
        lookUp.found()
                .orTimeout(settings.typeLookUpMax().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((types, failure) -> {
                    if (failure != null) {
                        run.cancel();
                    }
                    missing.forEach((key, wanted) -> {
                        Optional<ColumnType> type =
                                failure == null ? Optional.ofNullable(types.get(key.oid())) : Optional.empty();
                        if (type.isEmpty()) {
                            known.asMap().remove(key, wanted); // It may be there, or made known, another time.
                        }
                        wanted.complete(type.orElse(ColumnType.TEXT));
                    });
                });
    }
}
