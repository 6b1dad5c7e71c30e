package io.crossgate.ingest.decode;

import static io.crossgate.ingest.decode.Frames.decode;
import static io.crossgate.ingest.decode.Frames.hex;
import static io.crossgate.ingest.decode.Frames.ipv4;
import static io.crossgate.ingest.decode.Frames.ipv6;
import static io.crossgate.ingest.decode.Frames.join;
import static io.crossgate.ingest.decode.Frames.synAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.ingest.decode.Frames.Decoded;
import io.crossgate.schemas.flow.PacketHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NflogTest {
    private static final int NFLOG = 239;
    private static final byte[] PACKET = ipv4(PacketHeader.TCP, synAck());

    private static byte[] attribute(boolean lowFirst, int type, byte[] value) {
        int length = value.length + 4;
        byte[] head = lowFirst ? new byte[] {(byte) length, (byte) (length >> 8), (byte) type, (byte) (type >> 8)}
                : new byte[] {(byte) (length >> 8), (byte) length, (byte) (type >> 8), (byte) type};
        return join(head, value, new byte[-length & 3]);
    }

    private static byte[] record(boolean lowFirst, int family, String prefix, byte[] packet) {
        return join(new byte[] {(byte) family, 0, 0, 5},
                attribute(lowFirst, 1, hex("0800 02 00")),
                attribute(lowFirst, 10, (prefix + "\0").getBytes(StandardCharsets.UTF_8)),
                attribute(lowFirst, 8, hex("0006 0000 0211000000010000")),
                attribute(lowFirst, 3, hex("0000000065000000 000000000007a120")),
                attribute(lowFirst, 9, packet));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLogRecordGivesPacketPrefixAndTimeInEitherByteOrder(boolean lowFirst) {
        Decoded decoded = decode(NFLOG, record(lowFirst, 2, "INVALID ", PACKET));

        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().logged).isTrue();
        assertThat(decoded.header().logPrefix).isEqualTo("INVALID ");
        assertThat(decoded.logTime()).isEqualTo(0x65000000L * 1_000_000_000L + 500_000_000L);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_GOOD);
    }

    @Test
    void ipv6AndBridgedPacketsAreLoggedToo() {
        assertThat(decode(NFLOG, record(true, 10, "", ipv6(PacketHeader.TCP, synAck()))).outcome()).isEqualTo(Outcome.TCP);
        assertThat(decode(NFLOG, record(true, 7, "", PACKET)).outcome()).isEqualTo(Outcome.TCP);
    }

    @Test
    void aFirewallThatLogsOnlyTheHeadersIsDecodedWithoutAChecksum() {
        byte[] packet = ipv4(PacketHeader.TCP, Frames.tcp(PacketHeader.ACK, "", 100));
        Decoded decoded = decode(NFLOG, record(true, 2, "x", Arrays.copyOf(packet, 40)));

        assertThat(decoded.outcome()).isEqualTo(Outcome.TCP);
        assertThat(decoded.header().payloadLength).isEqualTo(100);
        assertThat(decoded.header().checksum).isEqualTo(PacketHeader.CHECKSUM_UNKNOWN);
        assertThat(decode(NFLOG, record(true, 2, "x", Arrays.copyOf(packet, 30))).outcome()).isEqualTo(Outcome.TRUNCATED);
    }

    @Test
    void withoutATimeThereIsNoLogTime() {
        Decoded decoded = decode(NFLOG, join(hex("0200 0005"), attribute(true, 9, PACKET)));
        assertThat(decoded.logTime()).isEqualTo(Long.MIN_VALUE);
        assertThat(decoded.header().logPrefix).isEmpty();
    }

    @Test
    void anAttributeShorterThanItsOwnHeaderIsMalformed() {
        assertThat(decode(NFLOG, hex("0200 0005 0300 0100 0000 0000")).outcome()).isEqualTo(Outcome.MALFORMED);
    }

    @Test
    void equalPrefixesAreOneStringAndNoMoreThanAThousandAreKept() {
        PacketDecoder decoder = new PacketDecoder();
        String first = prefix(decoder, "rule 0");
        for (int i = 1; i < LogPrefixes.MAX_DISTINCT; i++) {
            assertThat(prefix(decoder, "rule " + i)).isEqualTo("rule " + i);
        }
        assertThat(prefix(decoder, "one too many")).isEmpty();
        assertThat(prefix(decoder, "rule 0")).isSameAs(first);
        assertThat(prefix(decoder, "rule 999")).isEqualTo("rule 999");
    }

    private static String prefix(PacketDecoder decoder, String prefix) {
        PacketHeader header = new PacketHeader();
        byte[] record = record(true, 2, prefix, PACKET);
        decoder.decode(NFLOG, record, 0, record.length, record.length, header);
        return header.logPrefix;
    }
}
