package dev.reveille.gateway.redis;

import java.util.Set;

/** What came of one command. An error of one command is a value like others, and no concern of its neighbours. */
public sealed interface RedisReply {

    /** A string or a status; perhaps a secret. */
    record Text(String value) implements RedisReply {
        @Override
        public String toString() {
            return "Text[***]";
        }
    }

    /** An integer. */
    record Count(long value) implements RedisReply {}

    /** Nothing there. */
    record Nil() implements RedisReply {}

    /**
     * Redis answered with an error.
     *
     * @param code its first word, such as {@code WRONGTYPE}
     * @param reason the error's text up to where it may quote what was sent
     */
    record Refused(String code, String reason) implements RedisReply {

        private static final Set<String> PASSING = Set.of("LOADING", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN");
        private static final Set<String> WRONG_LINK = Set.of("READONLY", "NOAUTH");

        /** Whether the same command may succeed in a moment. */
        boolean passing() {
            return PASSING.contains(code);
        }

        /** Whether the server, and not the command, is to blame: a new connection may lead to a better one. */
        boolean wrongLink() {
            return WRONG_LINK.contains(code);
        }

        static Refused of(String error) {
            int quote = error.indexOf('\'');
            String shown = (quote < 0 ? error : error.substring(0, quote)).strip();
            int space = shown.indexOf(' ');
            return new Refused(space < 0 ? shown : shown.substring(0, space), shown);
        }
    }

    /** There was no answer: whether the command was carried out is not known. */
    record Unanswered(String reason) implements RedisReply {}
}
