package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.detect.conntrack.ConntrackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaysFileTest {
    @TempDir
    Path folder;

    private GatewaysFile read(String text) throws IOException {
        return GatewaysFile.read(Files.writeString(folder.resolve("gateways.yaml"), text));
    }

    @Test
    void firewallsAndTheirSettingsAreRead() throws IOException {
        GatewaysFile file = read("gateways:\n  gwa:\n    firewall: true\n    nf_conntrack_tcp_loose: 0\n  gwb: {}\n  gwc:\n    firewall: false\n");
        assertThat(file.names).containsExactly("gwa", "gwb", "gwc");
        assertThat(file.firewalls).containsExactly("gwa");
        assertThat(file.conntrack).containsOnlyKeys("gwa").containsEntry("gwa", ConntrackSettings.DEFAULTS.with("nf_conntrack_tcp_loose", "0"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "routers: {}                                                  | one key, `gateways`",
        "gateways: {gwa: {firewal: true}}                             | gwa.firewal",
        "gateways: {gwa: {firewall: maybe}}                           | gwa.firewall: is true or false",
        "gateways: {gwa: {nf_conntrack_tcp_lose: 0}}                  | gwa.nf_conntrack_tcp_lose",
        "gateways: {gwa: {nf_conntrack_tcp_loose: 7}}                 | gwa.nf_conntrack_tcp_loose",
        "gateways: {gwa: {nf_conntrack_tcp_loose: no thanks}}         | gwa.nf_conntrack_tcp_loose",
        "gateways: {gwa: {firewall: true}, gwa: {}}                   | no YAML that can be read",
        "gateways: [                                                  | no YAML that can be read"})
    void whatIsNotKnownOrMakesNoSenseIsAnErrorThatNamesIt(String text, String says) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(UsageFault.class).hasMessageContaining("gateways.yaml").hasMessageContaining(says)
                .message().doesNotContain("\n");
    }
}
