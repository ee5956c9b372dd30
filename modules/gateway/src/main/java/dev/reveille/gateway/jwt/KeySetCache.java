package dev.reveille.gateway.jwt;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The key sets that are in use, one for each url, whichever endpoints and roles share it. Bounded; any thread. */
final class KeySetCache {

    private final KeySetSource source;
    private final TokenSettings settings;
    private final InstantSource clock;
    private final Map<KeySetUrl, KeySetEntry> entries = new ConcurrentHashMap<>();

    KeySetCache(KeySetSource source, TokenSettings settings, InstantSource clock) {
        this.source = source;
        this.settings = settings;
        this.clock = clock;
    }

    KeySetEntry of(KeySetUrl url) {
        KeySetEntry known = entries.get(url);
        return known == null ? add(url) : known;
    }

    int size() {
        return entries.size();
    }

    private synchronized KeySetEntry add(KeySetUrl url) {
        if (!entries.containsKey(url) && entries.size() >= settings.ages().sets()) {
            entries.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().lastUse()))
                    .map(Map.Entry::getKey)
                    .ifPresent(entries::remove);
        }
        return entries.computeIfAbsent(url, _ -> new KeySetEntry(url, source, settings, clock));
    }
}
