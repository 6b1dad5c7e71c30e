package io.crossgate.detect.flowrecord;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What happened on a connection, one letter each, in the order in which it happened: Zeek's history. Upper case is the originator, lower case the responder.
 *
 * <table>
 * <caption>Letters</caption>
 * <tr><td>S</td><td>SYN without ACK</td><td>H</td><td>SYN-ACK</td></tr>
 * <tr><td>A</td><td>pure ACK</td><td>D</td><td>payload</td></tr>
 * <tr><td>F</td><td>FIN</td><td>R</td><td>RST</td></tr>
 * <tr><td>C</td><td>bad checksum</td><td>G</td><td>gap: acknowledged, and never seen</td></tr>
 * <tr><td>T</td><td>payload sent again</td><td>W</td><td>window of zero</td></tr>
 * <tr><td>I</td><td>FIN and RST in one packet</td><td>Q</td><td>SYN with FIN or RST</td></tr>
 * <tr><td>^</td><td colspan="3">the first packet seen came from the responder</td></tr>
 * </table>
 *
 * <p>A, D, I and Q are told once for each side; S, H, F and R again if the sequence number is another; C, G, T and W at the first, the tenth, the hundredth, and so on.
 */
final class History {
    static final char FLIPPED = '^';
    /** Letters kept; of a connection with more, the first ones. */
    private static final int MOST = 255;
    private static final int SCALE = 10;
    private static final String LETTERS = "SHADFRIQ";

    private byte[] letters = new byte[8];
    private int length;
    /** Which of {@link #LETTERS} each side has: a bit each, the responder's shifted by 16. */
    private int told;

    void clear() {
        length = 0;
        told = 0;
    }

    void add(char letter, boolean origin) {
        if (length == MOST) {
            return;
        }
        if (length == letters.length) {
            letters = Arrays.copyOf(letters, Math.min(MOST, 2 * length));
        }
        letters[length++] = (byte) (origin || letter == FLIPPED ? letter : letter + ('a' - 'A'));
    }

    /** Adds the letter if that side has not had it; false if it has. */
    boolean first(char letter, boolean origin) {
        int bit = 1 << LETTERS.indexOf(letter) << (origin ? 0 : 16);
        if ((told & bit) != 0) {
            return false;
        }
        told |= bit;
        add(letter, origin);
        return true;
    }

    /** Adds the letter if {@code count} is 1, 10, 100 and so on. */
    void scaled(char letter, boolean origin, long count) {
        long step = count;
        while (step % SCALE == 0) {
            step /= SCALE;
        }
        if (step == 1) {
            add(letter, origin);
        }
    }

    /** The responder turned out to be the originator: what was told of either is told of the other. */
    void flip() {
        for (int i = 0; i < length; i++) {
            if (letters[i] != FLIPPED) {
                letters[i] ^= 'a' - 'A';
            }
        }
        told = told >>> 16 | told << 16;
        add(FLIPPED, true);
    }

    /** True if the originator sent a SYN and then a RST, and nothing else that would be told of an answered one. */
    boolean isSynThenReset() {
        int at = length > 0 && letters[0] == FLIPPED ? 1 : 0;
        if (at >= length || letters[at] != 'S') {
            return false;
        }
        for (int i = at + 1; i < length; i++) {
            switch (letters[i]) {
                case 'R' -> {
                    return true;
                }
                case 'H', 'A', 'F', 'G', 'I', 'Q' -> {
                    return false;
                }
                default -> { }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return new String(letters, 0, length, StandardCharsets.US_ASCII);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(length);
        out.write(letters, 0, length);
        out.writeInt(told);
    }

    void read(DataInput in) throws IOException {
        length = in.readUnsignedByte();
        letters = new byte[Math.max(8, length)];
        in.readFully(letters, 0, length);
        told = in.readInt();
    }
}
