package io.crossgate.ingest.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.ingest.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {
    @TempDir
    Path folder;

    @Test
    void captureArgumentsNameGatewayAndInterface() {
        assertThat(Inputs.parse(List.of("gw-a/eth0=x.pcap", "gw-b=y.pcap", "gw-a/eth0=z.pcap", "j/xe-0/0/1=a=b.pcap"))).containsExactly(
                new CaptureInput("gw-a", "eth0", List.of(Path.of("x.pcap"), Path.of("z.pcap"))),
                new CaptureInput("gw-b", null, List.of(Path.of("y.pcap"))),
                new CaptureInput("j", "xe-0/0/1", List.of(Path.of("a=b.pcap"))));
    }

    @Test
    void aFolderIsReadByTheNamesOfItsFiles() throws IOException {
        for (String name : List.of("gw-a-lan.pcap", "gw-a-wan.pcapng.gz", "gw-b-lan.cap.zst", "README.md")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(Inputs.parse(List.of(folder.toString()))).extracting(CaptureInput::gateway, CaptureInput::iface).containsExactly(
                org.assertj.core.groups.Tuple.tuple("gw-a", "lan"), org.assertj.core.groups.Tuple.tuple("gw-a", "wan"),
                org.assertj.core.groups.Tuple.tuple("gw-b", "lan"));
    }

    @Test
    void aCaptureInAFolderThatIsNamedOtherwiseIsNotPassedOver() throws IOException {
        Files.createFile(folder.resolve("capture.pcap"));
        assertThatThrownBy(() -> Inputs.parse(List.of(folder.toString()))).isInstanceOf(UsageException.class)
                .hasMessageContaining("capture.pcap is not named GATEWAY-INTERFACE.pcap");
    }

    @Test
    void aFolderWithoutCapturesIsRefused() {
        assertThatThrownBy(() -> Inputs.parse(List.of(folder.toString()))).isInstanceOf(UsageException.class).hasMessageContaining("holds no files");
        assertThatThrownBy(() -> Inputs.parse(List.of("gw=" + folder))).isInstanceOf(UsageException.class).hasMessageContaining("names a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.pcap", "", "=x.pcap", "gw=", "gw/=x.pcap", "/eth0=x.pcap", "g w=x.pcap", "a\nb=x.pcap"})
    void anArgumentOfAnotherFormIsToldTheRightOnes(String argument) {
        assertThatThrownBy(() -> Inputs.parse(List.of(argument))).isInstanceOf(UsageException.class).hasMessageContaining("GATEWAY/INTERFACE=FILE");
    }

    @Test
    void standardInputCanBeGivenOnce() {
        assertThatThrownBy(() -> Inputs.parse(List.of("a=-", "b=-"))).isInstanceOf(UsageException.class).hasMessageContaining("one capture only");
    }
}
