package dev.reveille.protocol.scram;

import dev.reveille.protocol.Wire;
import org.apache.pekko.util.ByteString;

/** One exchange whose every message is known. */
final class Vectors {

    static final String PASSWORD = "correct horse";
    static final ByteString SALT = Wire.bytes("000102030405060708090a0b0c0d0e0f");
    static final String SECRET =
            "SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw==$yERwYmHlx0VrpoYfOn54hMTjBUKWnmK42IDjnWgQWkk=:RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=";
    static final String CLIENT_NONCE = "abcdefghijklmnopqrstuvwx";
    static final String SERVER_NONCE = "ICEiIyQlJicoKSorLC0uLzAx";
    static final String CLIENT_FIRST = "n,,n=,r=abcdefghijklmnopqrstuvwx";
    static final String SERVER_FIRST =
            "r=abcdefghijklmnopqrstuvwxICEiIyQlJicoKSorLC0uLzAx,s=AAECAwQFBgcICQoLDA0ODw==,i=4096";
    static final String CLIENT_FINAL =
            "c=biws,r=abcdefghijklmnopqrstuvwxICEiIyQlJicoKSorLC0uLzAx,p=7IZ/ibldmuY8Hm8AP6J4u+lhOMMDHwT4i3MTybRyxWs=";
    static final String SERVER_FINAL = "v=xAf/n8tD8pG1z5UcthavYtlFPRbpXfoNC2a5pEpHd9Q=";
    static final ByteString CLIENT_KEY = Wire.bytes("ece2e593e39d83beee16071b53198b9c863af4e49cf296b5cdc831dbc885af75");

    static final ChannelBinding UNBOUND = new ChannelBinding.Unavailable();
    static final ChannelBinding BOUND = new ChannelBinding.EndPoint(Wire.bytes("aa".repeat(32)));
    static final String PLUS_CLIENT_FIRST = "p=tls-server-end-point,,n=,r=abcdefghijklmnopqrstuvwx";
    static final String PLUS_CLIENT_FINAL =
            "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=,r=abcdefghijklmnopqrstuvwxICEiIyQlJicoKSorLC0uLzAx,p=tuNh1AFWr7AUlu/eBGwmKuSrr06Zes0xoGflwnRLKWk=";
    static final String PLUS_SERVER_FINAL = "v=uinEO6EPozgQG0iGnBOWARMG+KOixdulLE0tlSEFK9A=";

    private Vectors() {}

    static ScramVerifier verifier() {
        return ScramVerifier.parse(SECRET).orElseThrow();
    }

    static ByteString bytes(String text) {
        return ByteString.fromString(text);
    }
}
