package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class PostgresArchiveTest {

    @TempDir
    private Path temporary;

    @Test
    void filesKeepTheirPlaceTheirLinksAndWhetherTheyMayRun() throws Exception {
        // Given
        Path target = Files.createDirectory(temporary.resolve("target"));
        Archive archive = new Archive();
        archive.file("bin/postgres", 0755);
        archive.file("lib/libpq.so.5.18", 0644);
        archive.link("lib/libpq.so", "libpq.so.5.18");

        // When
        PostgresArchive.unpack(archive.bytes(), target);

        // Then
        assertThat(target.resolve("bin/postgres")).isExecutable();
        assertThat(Files.isExecutable(target.resolve("lib/libpq.so.5.18"))).isFalse();
        assertThat(target.resolve("lib/libpq.so")).isSymbolicLink().hasContent("content");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "lib/../../outside", "/tmp/reveille-outside"})
    void aFileThatWouldLandOutsideIsRefused(String name) throws Exception {
        // Given
        Path target = Files.createDirectory(temporary.resolve("target"));
        Archive archive = new Archive();
        archive.file(name, 0644);

        // Then
        assertThatThrownBy(() -> PostgresArchive.unpack(archive.bytes(), target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside its directory");
        assertThat(temporary.resolve("outside")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "/etc", "../../elsewhere"})
    void aLinkThatLeadsOutsideIsRefused(String destination) throws Exception {
        // Given
        Path target = Files.createDirectory(temporary.resolve("target"));
        Archive archive = new Archive();
        archive.link("lib", destination);

        // Then
        assertThatThrownBy(() -> PostgresArchive.unpack(archive.bytes(), target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside its directory");
    }

    @Test
    void linksThatLeadOutsideOnlyTogetherAreRefused() throws Exception {
        // Given: each link looks harmless by its name
        Path target = Files.createDirectory(temporary.resolve("target"));
        Archive archive = new Archive();
        archive.file("deep/er/file", 0644);
        archive.link("deep/er/up", "../..");
        archive.link("escape", "deep/er/up/../..");
        archive.file("escape/outside", 0644);

        // Then
        assertThatThrownBy(() -> PostgresArchive.unpack(archive.bytes(), target))
                .isInstanceOf(IOException.class);
        assertThat(temporary.resolve("outside")).doesNotExist();
        assertThat(temporary.getParent().resolve("outside")).doesNotExist();
    }

    /** An archive in the making. */
    private static final class Archive {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream entries;

        Archive() throws IOException {
            entries = new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)));
        }

        void file(String name, int mode) throws IOException {
            byte[] content = "content".getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setMode(mode);
            entry.setSize(content.length);
            entries.putArchiveEntry(entry);
            entries.write(content);
            entries.closeArchiveEntry();
        }

        void link(String name, String destination) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(destination);
            entries.putArchiveEntry(entry);
            entries.closeArchiveEntry();
        }

        InputStream bytes() throws IOException {
            entries.close();
            return new ByteArrayInputStream(bytes.toByteArray());
        }
    }
}
