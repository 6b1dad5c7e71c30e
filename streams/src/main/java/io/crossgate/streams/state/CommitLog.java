package io.crossgate.streams.state;

import io.crossgate.detect.StateWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;

/**
 * A log of commits: each is the entries that changed, then a marker. Reading takes whole commits only: entries after the last marker are of a commit that a crash
 * cut off. Their keys are written again with the next commit, with the values that hold, so that they can't come back. Values may be of any length.
 */
final class CommitLog {
    private static final byte[] MARKER = {0};
    /** Prefix of entries: none is taken for the marker. */
    private static final byte ENTRY = 1;
    /** Prefix, before a part's number of 4 bytes and the entry's key, of the further parts of a value that is too long for one record. */
    private static final byte PART = 2;

    /** Takes entries to be appended. */
    interface Appender {
        void append(byte[] key, byte[] value);
    }

    private final int maxValue;
    /** Parts of each entry that has more than one. */
    private final Map<Bytes, Integer> parts = new HashMap<>();
    private final Map<Bytes, byte[]> committed = new HashMap<>();
    private final Map<Bytes, byte[]> tail = new HashMap<>();
    private final Set<Bytes> rewrite = new HashSet<>();

    /** A log whose values are at most {@code maxValue} bytes each, 1 or more: longer ones are cut into parts. */
    CommitLog(int maxValue) {
        this.maxValue = maxValue;
    }

    void clear() {
        parts.clear();
        committed.clear();
        tail.clear();
        rewrite.clear();
    }

    /** Takes the next entry of an existing log. */
    void read(byte[] key, byte[] value) {
        if (!Arrays.equals(key, MARKER)) {
            tail.put(Bytes.wrap(key), value);
            return;
        }
        tail.forEach((k, v) -> {
            if (v == null) {
                committed.remove(k);
            } else {
                committed.put(k, v);
            }
        });
        tail.clear();
    }

    /** Gives what was read; from now on the receiver holds it. */
    void restore(StateWriter into) {
        rewrite.addAll(tail.keySet());
        tail.clear();
        committed.forEach((stored, first) -> {
            if (stored.get()[0] == ENTRY) {
                byte[] key = KeyPrefix.strip(stored.get());
                into.put(key, whole(key, first));
            }
        });
        committed.keySet().retainAll(rewrite);
    }

    private byte[] whole(byte[] key, byte[] first) {
        ByteArrayOutputStream value = null;
        int count = 1;
        for (byte[] part = committed.get(partKey(key, 1)); part != null; part = committed.get(partKey(key, ++count))) {
            if (value == null) {
                value = new ByteArrayOutputStream(4 * first.length);
                value.writeBytes(first);
            }
            value.writeBytes(part);
        }
        if (value == null) {
            return first;
        }
        parts.put(Bytes.wrap(key), count);
        return value.toByteArray();
    }

    private static Bytes partKey(byte[] key, int part) {
        return Bytes.wrap(ByteBuffer.allocate(1 + Integer.BYTES + key.length).put(PART).putInt(part).put(key).array());
    }

    /** Appends a commit: what {@code changes} tells. Nothing, if there is nothing. */
    void commit(Consumer<StateWriter> changes, Appender log) {
        boolean[] any = {!rewrite.isEmpty()};
        changes.accept((key, value) -> {
            any[0] = true;
            int length = value == null ? 0 : value.length;
            append(Bytes.wrap(KeyPrefix.add(ENTRY, key)), length <= maxValue ? value : Arrays.copyOf(value, maxValue), log);
            if (length > maxValue || !parts.isEmpty()) {
                appendFurtherParts(key, value, length, log);
            }
        });
        for (Bytes key : rewrite) {
            log.append(key.get(), committed.get(key));
        }
        rewrite.clear();
        committed.clear();
        if (any[0]) {
            log.append(MARKER, MARKER);
        }
    }

    private void append(Bytes stored, byte[] value, Appender log) {
        if (!rewrite.isEmpty()) {
            rewrite.remove(stored);
        }
        log.append(stored.get(), value);
    }

    /** Appends what of {@code value} is beyond its first part, and deletes those parts of the entry's former value that there are no more. */
    private void appendFurtherParts(byte[] key, byte[] value, int length, Appender log) {
        int count = 1;
        for (int from = maxValue; from < length; from += maxValue) {
            append(partKey(key, count++), Arrays.copyOfRange(value, from, Math.min(length, from + maxValue)), log);
        }
        Integer before = count > 1 ? parts.put(Bytes.wrap(key), count) : parts.remove(Bytes.wrap(key));
        for (int gone = count; before != null && gone < before; gone++) {
            append(partKey(key, gone), null, log);
        }
    }
}
