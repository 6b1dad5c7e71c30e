package io.crossgate.schemas.flow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes Community IDs (version 1, seed 0) one after the other without allocating: those of {@link FlowKey#communityId()}. Not thread-safe. */
public final class CommunityIds {
    /** Bytes of an ID: {@code 1:} and the 20 bytes of the hash in base 64. */
    public static final int LENGTH = 30;

    private static final int HASH = 20;
    private static final byte[] BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha1;
    private final byte[] tuple = new byte[40];
    private final byte[] hash = new byte[HASH + 1];

    public CommunityIds() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Writes the ID of a flow to {@code to[at…]}, in ASCII, {@link #LENGTH} bytes. */
    public void put(FlowTuple flow, byte[] to, int at) {
        int end = 2; // after the seed, 0
        if (flow.ipv6) {
            LONG.set(tuple, end, flow.lowHigh);
            LONG.set(tuple, end + 8, flow.lowLow);
            LONG.set(tuple, end + 16, flow.highHigh);
            LONG.set(tuple, end + 24, flow.highLow);
            end += 32;
        } else {
            INT.set(tuple, end, (int) flow.lowLow);
            INT.set(tuple, end + 4, (int) flow.highLow);
            end += 8;
        }
        tuple[end++] = (byte) flow.protocol;
        tuple[end++] = 0;
        if (FlowKey.hasPorts(flow.protocol)) {
            INT.set(tuple, end, flow.lowPort << 16 | flow.highPort);
            end += 4;
        }
        try {
            sha1.update(tuple, 0, end);
            sha1.digest(hash, 0, HASH);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-1 hash has 20 bytes", e);
        }
        to[at] = '1';
        to[at + 1] = ':';
        int next = at + 2;
        for (int i = 0; i < HASH + 1; i += 3) { // the 21st byte is 0, and gives the padding below
            int three = (hash[i] & 0xff) << 16 | (hash[i + 1] & 0xff) << 8 | hash[i + 2] & 0xff;
            to[next] = BASE_64[three >>> 18];
            to[next + 1] = BASE_64[three >>> 12 & 0x3f];
            to[next + 2] = BASE_64[three >>> 6 & 0x3f];
            to[next + 3] = BASE_64[three & 0x3f];
            next += 4;
        }
        to[at + LENGTH - 1] = '=';
    }
}
