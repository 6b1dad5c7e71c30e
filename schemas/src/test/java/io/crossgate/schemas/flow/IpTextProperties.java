package io.crossgate.schemas.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class IpTextProperties {
    @Property
    void theTextOfAnyIpv6AddressNamesThatAddress(@ForAll long high, @ForAll long low) throws Exception {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        assertThat(InetAddress.getByName(IpText.address(high, low))).isEqualTo(InetAddress.getByAddress(bytes));
    }

    @Property
    void theTextOfAnyIpv4AddressNamesThatAddress(@ForAll int address) throws Exception {
        byte[] bytes = ByteBuffer.allocate(4).putInt(address).array();
        assertThat(InetAddress.getByName(IpText.address(0, IpText.mapped(address)))).isEqualTo(InetAddress.getByAddress(bytes));
    }
}
