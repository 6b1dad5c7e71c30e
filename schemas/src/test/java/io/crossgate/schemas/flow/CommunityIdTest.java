package io.crossgate.schemas.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommunityIdTest {
    @ParameterizedTest
    @CsvSource({
        "baseline_deflt.json, 0, true",
        "baseline_seed1.json, 1, true",
        "baseline_nob64.json, 0, false",
    })
    void communityIdsAreThoseOfThePublishedVectors(String file, int seed, boolean base64) throws IOException {
        String captures = System.getProperty("crossgate.captures", "");
        assumeTrue(!captures.isEmpty(), "skipped: the published vectors are not here; -Dcrossgate.captures names their folder");
        int checked = 0;
        for (JsonNode vector : new ObjectMapper().readTree(Files.readString(Path.of(captures, "public", "community-id", file)))) {
            FlowKey key = key(vector.get("proto").intValue(), vector.get("saddr").textValue(), vector.get("daddr").textValue(), vector.path("sport").asInt(),
                    vector.path("dport").asInt());
            String ours = base64 ? key.communityId(seed) : "1:" + HexFormat.of().formatHex(key.communityHash(seed));
            assertThat(ours).as(vector.toString()).isEqualTo(vector.get("communityid").textValue());
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(20);
    }

    @Test
    void bothDirectionsOfAConnectionHaveOneId() throws IOException {
        FlowKey there = key(6, "10.20.30.5", "203.0.113.50", 40000, 443);
        assertThat(key(6, "203.0.113.50", "10.20.30.5", 443, 40000)).isEqualTo(there);
        assertThat(there.communityId()).startsWith("1:").hasSize(30);
    }

    private static FlowKey key(int protocol, String source, String destination, int sourcePort, int destinationPort) throws IOException {
        long[] from = halves(source);
        long[] to = halves(destination);
        return FlowKey.of(source.indexOf(':') >= 0, protocol, from[0], from[1], to[0], to[1], sourcePort, destinationPort);
    }

    private static long[] halves(String address) throws IOException {
        byte[] bytes = InetAddress.getByName(address).getAddress();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return bytes.length == 4 ? new long[] {0, IpText.mapped(buffer.getInt())} : new long[] {buffer.getLong(), buffer.getLong()};
    }
}
