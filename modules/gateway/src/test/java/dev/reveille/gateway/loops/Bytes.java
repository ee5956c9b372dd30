package dev.reveille.gateway.loops;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.apache.pekko.util.ByteString;

/** Many bytes that can be made again from their seed, in chunks of all sizes, and sums to compare them by. */
record Bytes(long seed, long length) implements Iterable<byte[]> {

    static final int CHUNK_MAX = 40_000;

    /** How many bytes came, and which. */
    record Sum(long length, long checksum) {}

    interface Task<T> {
        T run() throws IOException;
    }

    Sum sum() {
        Summing summing = new Summing();
        forEach(chunk -> summing.add(chunk, chunk.length));
        return summing.sum();
    }

    /** For streams; calls {@code onChunk} with the number of bytes of each chunk that is asked for. */
    Supplier<Iterator<ByteString>> chunks(java.util.function.LongConsumer onChunk) {
        return () -> {
            Iterator<byte[]> chunks = iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return chunks.hasNext();
                }

                @Override
                public ByteString next() {
                    ByteString chunk = ByteString.fromArrayUnsafe(chunks.next());
                    onChunk.accept(chunk.size());
                    return chunk;
                }
            };
        };
    }

    @Override
    public Iterator<byte[]> iterator() {
        SplittableRandom random = new SplittableRandom(seed);
        return new Iterator<>() {
            private long left = length;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public byte[] next() {
                // Many small chunks, some large ones.
                int most = random.nextInt(4) == 0 ? CHUNK_MAX : 500;
                byte[] chunk = new byte[(int) Math.min(left, 1 + random.nextInt(most))];
                random.nextBytes(chunk);
                left -= chunk.length;
                return chunk;
            }
        };
    }

    void writeTo(OutputStream out) throws IOException {
        for (byte[] chunk : this) {
            out.write(chunk);
        }
        out.flush();
    }

    /** Reads as many bytes as these have. */
    Sum readAsMany(InputStream in) throws IOException {
        Summing summing = new Summing();
        byte[] buffer = new byte[CHUNK_MAX];
        while (summing.length < length) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - summing.length));
            if (read < 0) {
                throw new EOFException("the stream ended after " + summing.length + " bytes");
            }
            summing.add(buffer, read);
        }
        return summing.sum();
    }

    /** Reads until the other side has finished. */
    static Sum readToEnd(InputStream in) throws IOException {
        Summing summing = new Summing();
        byte[] buffer = new byte[CHUNK_MAX];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            summing.add(buffer, read);
        }
        return summing.sum();
    }

    /** On a thread of its own, because it waits. */
    static <T> CompletableFuture<T> aside(Task<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.run();
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                },
                work -> Thread.ofVirtual().start(work));
    }

    static final class Summing {
        private final CRC32C checksum = new CRC32C();
        private long length;

        void add(byte[] bytes, int count) {
            checksum.update(bytes, 0, count);
            length += count;
        }

        Summing add(ByteString bytes) {
            byte[] array = bytes.toArray();
            add(array, array.length);
            return this;
        }

        Sum sum() {
            return new Sum(length, checksum.getValue());
        }
    }
}
