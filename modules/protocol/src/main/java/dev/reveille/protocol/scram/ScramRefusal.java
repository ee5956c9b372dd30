package dev.reveille.protocol.scram;

/**
 * Why an exchange ended although no password was found wrong. Each knows what to tell the client (spec 01, table b);
 * the facts of a malformed message are for the log alone and hold no content.
 */
public sealed interface ScramRefusal {

    /** What the client is told. */
    String clientText();

    /** A message that breaks the grammar or the order of the exchange. */
    record Malformed(String fact) implements ScramRefusal {

        @Override
        public String clientText() {
            return "authentication protocol violation";
        }
    }

    /** The client could bind to the channel but believes that we cannot: somebody took the offer away. */
    record PlusNotUsed() implements ScramRefusal {

        @Override
        public String clientText() {
            return "SCRAM-PLUS not used";
        }
    }

    /** The client is bound to another channel than ours: somebody is in between. */
    record ChannelDataMismatch() implements ScramRefusal {

        @Override
        public String clientText() {
            return "insecure connection: secure channel data mismatch";
        }
    }

    /** The client wants to bind to something other than the server's certificate. */
    record UnsupportedBinding(String name) implements ScramRefusal {

        @Override
        public String clientText() {
            return "unsupported channel binding method " + name;
        }
    }
}
