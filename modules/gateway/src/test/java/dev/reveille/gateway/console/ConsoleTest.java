package dev.reveille.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {

    private final Console console = new Console();

    @Test
    void thePageIsWholeAndComesFromOneFile() {
        // When
        HttpResponse answer = asked(HttpRequest.GET("/"));

        // Then
        assertThat(answer.status().intValue()).isEqualTo(200);
        assertThat(answer.entity().getContentType()).hasToString("text/html; charset=UTF-8");
        assertThat(text(answer))
                .startsWith("<!doctype html>")
                .endsWith("</html>\n")
                .doesNotContain("@STYLE@", "@SCRIPT@");
    }

    @Test
    void thePageNamesNothingOfElsewhere() {
        assertThat(text(asked(HttpRequest.GET("/")))
                        .replace("http://www.w3.org/2000/svg", "the name of a format, not an address"))
                .doesNotContain("http://", "https://", "src=", "@import", "url(", "import(");
    }

    @Test
    void thePageNeverMakesMarkupOfText() {
        assertThat(text(asked(HttpRequest.GET("/"))))
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser");
    }

    @Test
    void thePolicyAllowsThisScriptAndThisStyleAndNothingElse() throws Exception {
        // When
        HttpResponse answer = asked(HttpRequest.GET("/"));

        // Then
        assertThat(header(answer, "Content-Security-Policy").split("; "))
                .contains(
                        "default-src 'none'",
                        "script-src '%s'".formatted(hashOf("script", text(answer))),
                        "style-src '%s'".formatted(hashOf("style", text(answer))),
                        "connect-src 'self'",
                        "form-action 'none'",
                        "frame-ancestors 'none'");
        assertThat(header(answer, "Content-Security-Policy")).doesNotContain("unsafe");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void aBrowserThatHasThePageGetsItOnlyOnce() {
        // Given
        HttpResponse first = asked(HttpRequest.GET("/"));

        // When
        HttpResponse second =
                asked(HttpRequest.GET("/").addHeader(RawHeader.create("If-None-Match", header(first, "ETag"))));

        // Then
        assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");
        assertThat(second.status().intValue()).isEqualTo(304);
        assertThat(text(second)).isEmpty();
        assertThat(header(second, "ETag")).isEqualTo(header(first, "ETag"));
    }

    @Test
    void aBrowserWithAnOlderPageGetsThisOne() {
        assertThat(asked(HttpRequest.GET("/").addHeader(RawHeader.create("If-None-Match", "\"older\"")))
                        .status()
                        .intValue())
                .isEqualTo(200);
    }

    @Test
    void theHeadOfThePageCanBeAskedFor() {
        assertThat(asked(HttpRequest.HEAD("/")).status().intValue()).isEqualTo(200);
    }

    @Test
    void nothingCanBePostedToIt() {
        // When
        HttpResponse answer = asked(HttpRequest.POST("/"));

        // Then
        assertThat(answer.status().intValue()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console.js", "/favicon.ico", "/../console.css", "/console"})
    void thereIsNothingButThePage(String path) {
        // When
        HttpResponse answer = asked(HttpRequest.GET(path));

        // Then
        assertThat(answer.status().intValue()).isEqualTo(404);
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    }

    private HttpResponse asked(HttpRequest request) {
        return console.answer(request);
    }

    private static String text(HttpResponse answer) {
        return ((HttpEntity.Strict) answer.entity()).getData().utf8String();
    }

    private static String header(HttpResponse answer, String name) {
        return answer.getHeader(name).orElseThrow().value();
    }

    private static String hashOf(String tag, String page) throws Exception {
        Matcher inside = Pattern.compile("<%s[^>]*>(.*)</%s>".formatted(tag, tag), Pattern.DOTALL)
                .matcher(page);
        assertThat(inside.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(inside.group(1).getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}
