package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.jcustenborder.cef.CEFParser;
import com.github.jcustenborder.cef.CEFParserFactory;
import com.github.jcustenborder.cef.Message;
import io.crossgate.feeds.cef.Cef;
import io.crossgate.schemas.record.InvalidDropRecord;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A parser that is not ours reads every CEF line, and finds in its fields what we put there. It does not know an escaped equals sign, which the specification has: so
 * the one at the end of each Community ID is left out before it parses, and looked at in the text.
 */
class CefForeignParserTest {
    /** Keys of the CEF specification's dictionary (version 0) that we use. */
    private static final Set<String> DICTIONARY = Set.of("act", "c6a2", "c6a2Label", "c6a3", "c6a3Label", "cn1", "cn1Label", "cn2", "cn2Label", "cn3", "cn3Label", "cnt",
            "cs1", "cs1Label", "cs2", "cs2Label", "cs3", "cs3Label", "cs4", "cs4Label", "cs5", "cs5Label", "cs6", "cs6Label", "deviceInboundInterface", "dpt", "dst",
            "dvchost", "end", "externalId", "in", "msg", "out", "proto", "reason", "rt", "spt", "src", "start");

    private final CEFParser parser = CEFParserFactory.create();
    private final Cef cef = new Cef("1.0");

    private Message parse(String line) {
        return parser.parse(line.replace("\\=", ""));
    }

    @Test
    void everyLineParsesAndHasKeysOfTheDictionaryAlone() {
        for (String line : Samples.lines(cef)) {
            Message message = parse(line);
            assertThat(message).as(line).isNotNull();
            assertThat(message.cefVersion()).isZero();
            assertThat(DICTIONARY).containsAll(message.extensions().keySet());
        }
    }

    @Test
    void aDropsFieldsAreWhatWasPutThere() {
        String line = cef.line(Samples.drop());
        Message message = parse(line);
        assertThat(message.deviceVendor()).isEqualTo("Crossgate");
        assertThat(message.deviceEventClassId()).isEqualTo("invalid-drop");
        assertThat(message.name()).isEqualTo("First packet isn't SYN");
        assertThat(message.severity()).isEqualTo("3");
        assertThat(message.extensions()).containsEntry("src", "203.0.113.50").containsEntry("spt", "443").containsEntry("dst", "10.20.30.11")
                .containsEntry("dvchost", "gwa").containsEntry("externalId", Samples.drop().getId()).containsEntry("cs5", "%ASA-6-106015")
                .containsEntry("cs1", Samples.drop().getCommunityId().replace("=", "")).containsEntry("cs3", "SYN ACK");
        assertThat(line).contains(" cs1=" + Samples.drop().getCommunityId().replace("=", "\\=") + " ");
    }

    @Test
    void textFromOutsideStaysInItsField() {
        InvalidDropRecord drop = InvalidDropRecord.newBuilder(Samples.drop()).setGateway("g|w act=allowed \\ x").build();
        String line = cef.line(drop);
        assertThat(line).contains(" dvchost=g|w act\\=allowed \\\\ x deviceInboundInterface=wan act=blocked ");
        assertThat(parse(line).extensions()).containsEntry("act", "blocked").containsEntry("deviceInboundInterface", "wan");
    }

    @Test
    void aBarInTheHeaderIsEscaped() {
        String line = new Cef("1|0\\").line(Samples.drop());
        assertThat(line).startsWith("CEF:0|Crossgate|Crossgate|1\\|0\\\\|invalid-drop|");
    }
}
