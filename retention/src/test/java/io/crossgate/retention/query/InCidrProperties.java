package io.crossgate.retention.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Prefix;
import io.crossgate.schemas.flow.IpText;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** {@code in_cidr} in SQL and {@link Prefix} in Java, against bits compared one by one. */
class InCidrProperties {
    private static Connection duck;

    @BeforeContainer
    static void open() throws SQLException {
        duck = DuckDb.open("500MB", 1, Path.of("target", "spill"));
        for (String macro : Macros.statements()) {
            DuckDb.run(duck, macro);
        }
    }

    @AfterContainer
    static void close() throws SQLException {
        duck.close();
    }

    private static boolean sameBits(byte[] one, byte[] other, int length) {
        for (int bit = 0; bit < length; bit++) {
            if ((one[bit / 8] >> (7 - bit % 8) & 1) != (other[bit / 8] >> (7 - bit % 8) & 1)) {
                return false;
            }
        }
        return true;
    }

    /** What an expression is of an address that is called a. */
    private static String sql(String expression, byte[] address) throws SQLException, IOException {
        BigInteger number = new BigInteger(1, address);
        BigInteger half = BigInteger.ONE.shiftLeft(64);
        String columns = address.length == 4 ? number + "::UINTEGER AS a_v4, NULL::UBIGINT AS a_hi, NULL::UBIGINT AS a_lo"
                : "NULL::UINTEGER AS a_v4, " + number.divide(half) + "::UBIGINT AS a_hi, " + number.mod(half) + "::UBIGINT AS a_lo";
        String checked = new UserSql(duck).checked("SELECT (" + expression + ")::VARCHAR FROM (SELECT " + columns + ")");
        try (PreparedStatement statement = duck.prepareStatement(checked); ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }

    private static void check(byte[] address, byte[] network, int length) throws SQLException, IOException {
        String prefix = InetAddress.getByAddress(network).getHostAddress() + "/" + length;
        boolean right = sameBits(address, network, length);
        assertThat(sql("in_cidr(a, '" + prefix + "')", address)).as("%s in %s", InetAddress.getByAddress(address), prefix).isEqualTo(Boolean.toString(right));
        Prefix parsed = Prefix.parse(prefix);
        assertThat(parsed.contains(Prefix.parse(InetAddress.getByAddress(address).getHostAddress()))).isEqualTo(right);
    }

    /** An address that leaves the other's prefix at some bit, or does not. */
    private static byte[] changed(byte[] network, int bit) {
        byte[] address = network.clone();
        if (bit < 8 * network.length) {
            address[bit / 8] ^= (byte) (0x80 >> bit % 8);
        }
        return address;
    }

    @Property(tries = 300)
    void ofIpv4(@ForAll @Size(4) byte[] network, @ForAll @IntRange(max = 32) int length, @ForAll @IntRange(max = 32) int bit) throws Exception {
        check(changed(network, bit), network, length);
    }

    @Property(tries = 300)
    void ofIpv6(@ForAll("v6") byte[] network, @ForAll @IntRange(max = 128) int length, @ForAll @IntRange(max = 128) int bit) throws Exception {
        check(changed(network, bit), network, length);
    }

    @Provide
    Arbitrary<byte[]> v6() { // not IPv4-mapped, which Java takes for IPv4
        return Arbitraries.bytes().array(byte[].class).ofSize(16).map(bytes -> {
            bytes[0] |= 0x20;
            return bytes;
        });
    }

    @Property(tries = 300)
    void textOfAnIpv6AddressReadsBackAsTheSame(@ForAll @IntRange(max = 0xffff) int zeroed, @ForAll("v6") byte[] address) throws Exception {
        for (int group = 1; group < 8; group++) {
            if ((zeroed >> group & 1) == 1) {
                address[2 * group] = 0;
                address[2 * group + 1] = 0;
            }
        }
        String text = sql("ip(a)", address);
        assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(address);
        BigInteger number = new BigInteger(1, address);
        assertThat(text).as("by RFC 5952").isEqualTo(IpText.address(number.shiftRight(64).longValue(), number.longValue()));
        assertThat(Prefix.parse(text)).isEqualTo(new Prefix(number.shiftRight(64).longValue(), number.longValue(), 128));
        assertThat(sql("in_cidr(a, '" + text + "')", address)).isEqualTo("true");
    }

    @Property(tries = 300)
    void hostileTextsAreRefusedByBothAlike(@ForAll("hostile") String text) {
        boolean java = true;
        try {
            Prefix.parse(text);
        } catch (IllegalArgumentException e) {
            java = false;
        }
        byte[] address = new byte[text.contains(":") ? 16 : 4];
        String expression = "in_cidr(a, " + DuckDb.quoted(text) + ") IS NOT NULL";
        if (java) {
            try {
                assertThat(sql(expression, address)).isEqualTo("true");
            } catch (SQLException | IOException e) {
                throw new AssertionError(text, e);
            }
        } else {
            assertThatThrownBy(() -> sql(expression, address)).as("'%s'", text).isInstanceOf(QueryFault.class);
        }
    }

    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(Arbitraries.strings().withChars("0123456789abf:./ '-").ofMaxLength(20),
                Arbitraries.of("1::2::3", ":::", "::", "::/0", "::1/129", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/8/9", "1.2.3", "01.2.3.4", "256.1.1.1", "1:2:3:4:5:6:7:8:9",
                        "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "::1.2.3.4", "::1.2.3.256", "1.2.3.4::", "g::", "12345::", "::/-1", "::/+1", "0.0.0.0/0",
                        "10.0.0.1'; DROP VIEW flows; --", "", "/", ":", "1:", ":1", "٣.1.1.1"));
    }
}
