package io.crossgate.ingest.publish;

import java.util.Arrays;

/** Memory for what is gathered: chains of chunks of equal size, of which there is a limited number. Pages are made as they are needed, and kept. */
final class Chunks {
    /** Bytes of a chunk: room for a few headers. */
    static final int SIZE = 256;
    /** No chunk. */
    static final int NONE = -1;

    private static final int PAGE_SHIFT = 12;
    private static final int PAGE = 1 << PAGE_SHIFT;

    private final int limit;
    private byte[][] pages = {};
    private int[] next = {};
    private int free = NONE;
    private int first = NONE;
    private int made;
    private int taken;

    /** Chunks for {@code bytes} bytes at most. */
    Chunks(long bytes) {
        limit = (int) Math.max(1, bytes / SIZE);
    }

    /** Chunks that can still be taken. */
    int left() {
        return limit - taken;
    }

    /**
     * Adds bytes to a chain; {@link #left} must be enough for them.
     *
     * @param tail the chain's last chunk, or {@link #NONE} if it has none yet
     * @param length bytes that the chain holds so far
     * @return the last chunk now; of a chain that had none, {@link #first} gives the first
     */
    int append(int tail, int length, byte[] bytes, int from, int count) {
        int at = length & SIZE - 1;
        int last = tail;
        int copied = 0;
        while (copied < count) {
            if (at == 0) {
                int more = take();
                if (last == NONE) {
                    first = more;
                } else {
                    next[last] = more;
                }
                last = more;
            }
            int step = Math.min(count - copied, SIZE - at);
            System.arraycopy(bytes, from + copied, pages[last >>> PAGE_SHIFT], (last & PAGE - 1) * SIZE + at, step);
            copied += step;
            at = at + step & SIZE - 1;
        }
        return last;
    }

    /** First chunk of the chain that was begun last. */
    int first() {
        return first;
    }

    /** Asks for a chunk's place in memory ahead of time. */
    int touch(int chunk) {
        return chunk == NONE ? 0 : pages[chunk >>> PAGE_SHIFT][(chunk & PAGE - 1) * SIZE];
    }

    private int take() {
        taken++;
        if (free != NONE) {
            int chunk = free;
            free = next[chunk];
            return chunk;
        }
        if (made == next.length) {
            pages = Arrays.copyOf(pages, pages.length + 1);
            pages[pages.length - 1] = new byte[PAGE * SIZE];
            next = Arrays.copyOf(next, pages.length * PAGE);
        }
        return made++;
    }

    /** Copies the {@code length} bytes of a chain to {@code to[at…]}, and gives its chunks back. */
    void drain(int head, int length, byte[] to, int at) {
        int chunk = head;
        int copied = 0;
        while (true) {
            int step = Math.min(length - copied, SIZE);
            System.arraycopy(pages[chunk >>> PAGE_SHIFT], (chunk & PAGE - 1) * SIZE, to, at + copied, step);
            copied += step;
            taken--;
            if (copied == length) {
                break;
            }
            chunk = next[chunk];
        }
        next[chunk] = free;
        free = head;
    }
}
