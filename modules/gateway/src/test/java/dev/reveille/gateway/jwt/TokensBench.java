package dev.reveille.gateway.jwt;

import com.sun.management.OperatingSystemMXBean;
import dev.reveille.kit.tokens.Issuer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many tokens a core can verify in a second, by algorithm: tokens that are seen for the first time, and tokens that
 * come again and again. Run it by hand; one line for each algorithm.
 */
final class TokensBench {

    private static final int WARM_UP = 1_500;
    private static final int TOKENS = 2_000;

    private TokensBench() {}

    public static void main(String[] arguments) {
        for (Issuer issuer : List.of(Issuer.rsa("k"), Issuer.ec("k"), Issuer.ed25519("k"))) {
            TokenDesk desk = new TokenDesk(new PublishedKeys(issuer), new HandClock());
            List<String> tokens = IntStream.range(0, TOKENS + WARM_UP)
                    .mapToObj(number -> issuer.token(
                            ("{\"iss\":\"https://issuer.example\",\"sub\":\"user-%d\",\"aud\":[\"db\"],\"exp\":4000000000,"
                                            + "\"email\":\"user@mail.example\",\"role\":\"authenticated\"}")
                                    .formatted(number)))
                    .toList();
            microsecondsEach(desk, tokens.subList(TOKENS, TOKENS + WARM_UP));
            double first = microsecondsEach(desk, tokens.subList(0, TOKENS));
            List<String> few = tokens.subList(0, 100);
            List<String> again = IntStream.range(0, TOKENS)
                    .mapToObj(number -> few.get(number % few.size()))
                    .toList();
            microsecondsEach(desk, again);
            double repeated = microsecondsEach(desk, again);
            System.out.printf(
                    "%s: first %.0f us of CPU, %.0f/s; again %.1f us, %.0f/s%n",
                    issuer.algorithm(), first, 1e6 / first, repeated, 1e6 / repeated);
        }
    }

    /** CPU of the whole process. */
    private static double microsecondsEach(TokenDesk desk, List<String> tokens) {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = process.getProcessCpuTime();
        for (String token : tokens) {
            if (!(desk.verdict(token) instanceof TokenVerdict.Proven)) {
                throw new IllegalStateException("a good token was refused");
            }
        }
        return (process.getProcessCpuTime() - before) / 1e3 / tokens.size();
    }
}
