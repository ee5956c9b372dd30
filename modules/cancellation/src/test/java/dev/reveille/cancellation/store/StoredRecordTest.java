package dev.reveille.cancellation.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredRecordTest {

    /** As the reference writes it. */
    private static final String TEXT = """
            {"socket_addr":"10.1.2.3:5432",\
            "cancel_token":{"ssl_mode":"Require","process_id":123,"secret_key":-2},\
            "hostname":"compute-1.example",\
            "user_info":{"endpoint":"blue-sky-42","user":"alice","options":[["lsn","0/2"]]}}""";

    private static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    socket("10.1.2.3"),
                    CancelTarget.Security.TLS_VERIFIED,
                    "compute-1.example",
                    123,
                    ByteString.fromInts(0xff, 0xff, 0xff, 0xfe)),
            new EndpointKey(new EndpointId("blue-sky-42"), List.of(new ComputeOption("lsn", "0/2"))),
            new RoleName("alice"));

    @ParameterizedTest
    @CsvSource({
        "0x30390000d431, cancel:30390000d431",
        "0xff, cancel:ff",
        "0x0, cancel:0",
        "0xffffffffffffffff, cancel:ffffffffffffffff"
    })
    void aKeyIsCalledByItsBitsInHexadecimalWithoutPadding(String bits, String expected) {
        // When
        String text = StoredRecord.keyText(Long.parseUnsignedLong(bits.substring(2), 16));

        // Then
        assertThat(text).isEqualTo(expected);
    }

    @Test
    void aRecordIsWrittenByteForByteAsTheReferenceDoes() {
        // When
        StoredRecord stored = StoredRecord.of(RECORD).orElseThrow();

        // Then
        assertThat(stored.json()).isEqualTo(TEXT);
    }

    @Test
    void whatTheReferenceWroteIsRead() {
        // When
        var record = new StoredRecord(TEXT).read();

        // Then
        assertThat(record).contains(RECORD);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfSecurityComesBack(CancelTarget.Security security) {
        // Given
        CancelRecord record = at(socket("10.1.2.3"), security, "quote \" backslash \\ line \n ünïcode");

        // When
        var back = StoredRecord.of(record).flatMap(StoredRecord::read);

        // Then
        assertThat(back).contains(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "2001:db8::17", "fe80::1%1", "127.0.0.1"})
    void everyKindOfAddressComesBack(String address) {
        // Given
        CancelRecord record = at(socket(address), CancelTarget.Security.CLEAR, "c");

        // When
        var back = StoredRecord.of(record).flatMap(StoredRecord::read);

        // Then
        assertThat(back).contains(record);
    }

    @Test
    void aSecretThatIsNotFourBytesLongCannotBeWritten() {
        // Given
        CancelTarget target = RECORD.target();
        CancelRecord longer = new CancelRecord(
                new CancelTarget(
                        target.address(),
                        target.security(),
                        target.hostname(),
                        target.processId(),
                        ByteString.fromArray(new byte[32])),
                RECORD.endpoint(),
                RECORD.role());

        // When
        var stored = StoredRecord.of(longer);

        // Then
        assertThat(stored).isEmpty();
    }

    @Test
    void anAddressThatIsOnlyANameCannotBeWritten() {
        // Given
        CancelRecord unresolved =
                at(InetSocketAddress.createUnresolved("compute-1.example", 5432), CancelTarget.Security.CLEAR, "c");

        // When
        var stored = StoredRecord.of(unresolved);

        // Then
        assertThat(stored).isEmpty();
    }

    @Test
    void fieldsThatNobodyHereKnowsAreIgnored() {
        // Given
        String text = TEXT.replace("{\"ssl_mode\"", "{\"new\":{\"a\":[1,{}]},\"ssl_mode\"")
                .replace("{\"socket_addr\"", "{\"other\":[[],null],\"socket_addr\"")
                .replace("{\"endpoint\"", "{\"third\":1e9,\"endpoint\"");

        // When
        var record = new StoredRecord(text).read();

        // Then
        assertThat(record).contains(RECORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socket_addr",
                "cancel_token",
                "ssl_mode",
                "process_id",
                "secret_key",
                "hostname",
                "user_info",
                "endpoint",
                "user",
                "options"
            })
    void everyFieldMustBeThere(String field) {
        // Given
        String text = TEXT.replace("\"" + field + "\"", "\"misspelt\"");

        // When
        var record = new StoredRecord(text).read();

        // Then
        assertThat(text).isNotEqualTo(TEXT);
        assertThat(record).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.2.3:5432 | compute.example:5432",
                "10.1.2.3:5432 | 10.1.2:5432",
                "10.1.2.3:5432 | 10.1.2.3",
                "10.1.2.3:5432 | 10.1.2.3:65536",
                "10.1.2.3:5432 | 10.1.2.3:-1",
                "10.1.2.3:5432 | 010.1.2.3:5432",
                "10.1.2.3:5432 | ::1:5432",
                "10.1.2.3:5432 | [10.1.2.3]:5432",
                "Require | require",
                "Require | Allow",
                ":123 | :2147483648",
                ":123 | :1.5",
                ":123 | :\"123\"",
                ":123 | :null",
                ":-2 | :-2147483649",
                "blue-sky-42 | blue_sky",
                "alice | ",
                "[[\"lsn\",\"0/2\"]] | [[\"lsn\"]]",
                "[[\"lsn\",\"0/2\"]] | [[\"lsn\",\"0/2\",\"\"]]",
                "[[\"lsn\",\"0/2\"]] | {\"lsn\":\"0/2\"}",
                "[[\"lsn\",\"0/2\"]] | null",
                "\"user\": | \"endpoint\":\"twice\",\"user\":",
                "}} | }}}",
                "}} | }",
                "}} | }} {}",
            })
    void aTextThatIsWrongInOnePlaceIsNotRead(String right, String wrong) {
        // Given
        String text = TEXT.replace(right, wrong == null ? "" : wrong);

        // When
        var record = new StoredRecord(text).read();

        // Then
        assertThat(text).isNotEqualTo(TEXT);
        assertThat(record).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "17", "\"x\"", "[]", "{}", "{", "\u0000\u0001", "OK", "{\"a\":"})
    void garbageIsNotRead(String garbage) {
        // When
        var record = new StoredRecord(garbage).read();

        // Then
        assertThat(record).isEmpty();
    }

    @Test
    void noPrefixOfARecordIsRead() {
        for (int length = 0; length < TEXT.length(); length++) {
            // When
            var record = new StoredRecord(TEXT.substring(0, length)).read();

            // Then
            assertThat(record).as("%d characters", length).isEmpty();
        }
    }

    @Test
    void aTextOfMoreThanTheLimitIsNotRead() {
        // Given
        String text = TEXT + " ".repeat(StoredRecord.LENGTH_MAX);

        // When
        var record = new StoredRecord(text).read();

        // Then
        assertThat(record).isEmpty();
    }

    @Test
    void deepNestingIsNotRead() {
        // Given
        String text = TEXT.replace("{\"socket_addr\"", "{\"deep\":%s,\"socket_addr\"".formatted("[".repeat(20_000)));

        // When
        var record = new StoredRecord(text).read();

        // Then
        assertThat(record).isEmpty();
    }

    @Test
    void theSecretIsNotPrinted() {
        // When
        String printed = new StoredRecord(TEXT).toString();

        // Then
        assertThat(printed).doesNotContain("-2").doesNotContain("alice");
    }

    private static CancelRecord at(InetSocketAddress address, CancelTarget.Security security, String hostname) {
        return new CancelRecord(
                new CancelTarget(address, security, hostname, Integer.MIN_VALUE, ByteString.fromInts(1, 2, 3, 4)),
                EndpointKey.of(new EndpointId("ep")),
                new RoleName("röle"));
    }

    private static InetSocketAddress socket(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 5432);
    }
}
