package io.crossgate.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person or a script at the command line gets: exit codes, and messages of one line that say what to do. */
class CommandLineTest {
    private static final Path BUNDLED = Path.of("..", "captures", "maintenance");
    /** Of gwa-lan.pcap. */
    private static final int PACKETS = 5_402;

    @TempDir
    Path folder;
    private String good;

    @BeforeEach
    void captures() {
        good = BUNDLED.resolve("gwa-lan.pcap").toString();
    }

    private static Ran run(String... arguments) {
        return Ran.of(arguments);
    }

    private static Ran run(String line) {
        return run(line.isEmpty() ? new String[0] : line.split(" "));
    }

    /** A usage error: exit code 2, what is wrong, and the usage line; nothing on standard output. */
    private static void assertUsage(Ran ran, String command, String... says) {
        assertThat(ran.code()).isEqualTo(Exit.USAGE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.errLines()).hasSize(2);
        assertThat(ran.errLines().get(0)).startsWith("crossgate: ").contains(says);
        assertThat(ran.errLines().get(1)).startsWith("Usage: " + command);
    }

    /** A failure: exit code 1 and one line that says what is wrong. */
    private static void assertFailed(Ran ran, String... says) {
        assertThat(ran.errLines()).hasSize(1);
        assertThat(ran.err()).startsWith("crossgate: ").contains(says).doesNotContain("Exception", "internal error");
        assertThat(ran.code()).isEqualTo(Exit.FAILED);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "\"\",                                             crossgate,        which command?",
        "nonsense,                                         crossgate,        'nonsense'",
        "scan --nonsense,                                  crossgate scan,   Unknown option: '--nonsense'",
        "demo --nonsense,                                  crossgate demo,   Unknown option: '--nonsense'",
        "run --nonsense,                                   crossgate run,    Unknown option: '--nonsense'",
        "events --bootstrap-servers x:1 --nonsense,         crossgate events, Unknown option: '--nonsense'",
        "scan,                                             crossgate scan,   no captures: name them as GATEWAY/INTERFACE=FILE",
        "run,                                              crossgate run,    no captures: name them as GATEWAY/INTERFACE=FILE",
        "scan -r,                                          crossgate scan,   Missing required parameter for option '-r'",
        "ingest --bootstrap-servers 127.0.0.1:1 --gateway gwa -i any, crossgate ingest, -i any: name each interface",
        "scan nothing,                                     crossgate scan,   'nothing' does not say whose capture it is: GATEWAY/INTERFACE=FILE",
        "scan gwa/lan=,                                    crossgate scan,   is not of the form GATEWAY/INTERFACE=FILE",
        "scan gwa/=x.pcap,                                 crossgate scan,   is not of the form GATEWAY/INTERFACE=FILE",
        "scan gwa/lan=- gwb/lan=-,                         crossgate scan,   standard input (-) can be given for one capture only",
        "scan --clock-tolerance 5x gwa/lan=x.pcap,         crossgate scan,   '5x' is no time: write 250ms",
        "scan --clock-tolerance -1s gwa/lan=x.pcap,        crossgate scan,   '-1s' is no time: write 250ms",
        "scan --look-back 999999999h gwa/lan=x.pcap,       crossgate scan,   '999999999h' is too long",
        "scan --incident-gap= gwa/lan=x.pcap,              crossgate scan,   is no time: write 250ms",
        "scan --client-prefix-v4 33 gwa/lan=x.pcap,        crossgate scan,   --client-prefix-v4 is 0 to 32",
        "scan --client-prefix-v6 129 gwa/lan=x.pcap,       crossgate scan,   --client-prefix-v6 is 0 to 128",
        "scan --client-prefix-v6 x gwa/lan=x.pcap,         crossgate scan,   'x' is not an int",
        "scan --max-flows 0 gwa/lan=x.pcap,                crossgate scan,   --max-flows is 1 or more",
        "run --partitions 0 gwa/lan=x.pcap,                crossgate run,    --partitions is 1 or more",
        "events,                                           crossgate events, Missing required option: '--bootstrap-servers",
        "events --bootstrap-servers x:1 --partitions 0,    crossgate events, --partitions is 1 or more",
        "ingest --bootstrap-servers x:1 -i eth0,           crossgate ingest, -i needs --gateway NAME",
        "streams --bootstrap-servers x:1 --point gwa,      crossgate streams, --point is GATEWAY/INTERFACE",
        "registry --bootstrap-servers x:1 --listen x,      crossgate registry, --listen is HOST:PORT"})
    @Timeout(20)
    void whatIsWronglyUsedIsSaidInOneLineAndTheUsageFollows(String line, String command, String says) {
        assertUsage(run(line), command, says);
    }

    @Test
    void aCaptureWithoutAGatewayIsAskedFor() {
        assertUsage(run("scan", good), "crossgate scan", "'" + good + "' does not say whose capture it is");
        assertUsage(run("scan", "gwa/lan=" + BUNDLED), "crossgate scan", "names a folder: give GATEWAY/INTERFACE=FILE");
        assertUsage(run("scan", folder.toString()), "crossgate scan", "holds no files named GATEWAY-INTERFACE.pcap");
    }

    @Test
    void aMissingFileIsNamedAndTheOthersAreReportedAllTheSame() {
        String missing = folder.resolve("missing.pcap").toString();
        Ran ran = run("scan", "gwb/lan=" + missing, "gwa/lan=" + good);
        assertFailed(ran, missing + ": no such file");
        assertThat(ran.out()).containsPattern("gwa/lan +5,402").containsPattern("gwb/lan +0 ");
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() throws IOException {
        Path empty = file("empty.pcap", new byte[0]);
        Ran ran = run("scan", "gwa/lan=" + empty);
        assertFailed(ran, empty + ": empty file");
        assertThat(ran.out()).contains("Nothing can be said: no packet was read.");
    }

    @Test
    void aTruncatedFileIsReadAsFarAsItGoesAndTheOffsetIsTold() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(good));
        Path cut = file("cut.pcap", Arrays.copyOf(whole, 100_000));
        Ran ran = run("scan", "gwa/lan=" + cut);
        assertFailed(ran, cut + ": offset 99886: ", "the file is truncated");
        assertThat(ran.out()).containsPattern("gwa/lan +1,016");

        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(whole);
        }
        Path cutGzip = file("cut.pcap.gz", Arrays.copyOf(compressed.toByteArray(), compressed.size() / 2));
        ran = run("scan", "gwa/lan=" + cutGzip);
        assertFailed(ran, cutGzip.toString(), "the compressed data ends in the middle");
        assertThat(ran.out()).containsPattern("gwa/lan +[1-4],\\d\\d\\d");
    }

    @Test
    void cutOffAnywhereInItsFirstRecordsACaptureGivesOneLineOrNone() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(good));
        for (int length = 1; length < 300; length++) {
            Ran ran = run("scan", "gwa/lan=" + file("cut.pcap", Arrays.copyOf(whole, length)));
            assertThat(ran.errLines()).as(length + " bytes: " + ran.err()).hasSizeLessThanOrEqualTo(1);
            assertThat(ran.err()).as(length + " bytes").doesNotContain("Exception", "internal error");
            assertThat(ran.code()).as(length + " bytes").isEqualTo(ran.err().isEmpty() ? Exit.DONE : Exit.FAILED);
        }
    }

    @ParameterizedTest
    @CsvSource({"hello this is no capture, text", "BZh9...., bzip2 data; decompress it first",
        "TRSNIFF data, editcap -F pcapng", "abc, only 3 bytes: too short for a capture"})
    void whatIsNoCaptureIsSaidToBeNone(String content, String says) throws IOException {
        Path other = file("other.pcap", content.getBytes(StandardCharsets.US_ASCII));
        assertFailed(run("scan", "gwa/lan=" + other), other.toString(), says);
    }

    @Test
    void filesOfOnePointThatOverlapAreRefused() throws IOException {
        Path again = Files.copy(Path.of(good), folder.resolve("again.pcap"));
        assertUsage(run("scan", "gwa/lan=" + good, "gwa/lan=" + again), "crossgate scan", good, again.toString(), "overlap in time", "both are captures of gwa/lan");
    }

    @Test
    void aFirewallThatIsNoGatewayIsRefusedAndTheGatewaysAreNamed() {
        assertUsage(run("scan", "--firewall", "gwz", "gwa/lan=" + good), "crossgate scan", "--firewall gwz: no such gateway; there is gwa");
        assertUsage(run("scan", "--firewall", "gwa,gwz", BUNDLED.toString()), "crossgate scan", "--firewall gwz: no such gateway; there are gwa, gwb");
    }

    @Test
    void aScanThatSucceedsSaysNothingOnStandardError() {
        Ran ran = run("scan", "--firewall", "gwa", BUNDLED.toString());
        assertThat(ran.code()).isEqualTo(Exit.DONE);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("10.20.30.0/24", "203.0.113.50:443", "68 of 150", "10.20.40.0/24", "ip rule add from 10.20.30.0/24");
        assertThat(run("scan", "--firewall", "gwa", "-r", BUNDLED.toString())).isEqualTo(ran);
    }

    @Test
    void asJsonThereIsOneObjectALineOnStandardOutputAndNothingElse() throws IOException {
        Path empty = file("empty.pcap", new byte[0]);
        Ran ran = run("scan", "--json", "--firewall", "gwa", BUNDLED.toString(), "gwc/lan=" + empty);
        assertFailed(ran, "empty file");
        ObjectMapper json = new ObjectMapper();
        List<String> lines = ran.out().lines().toList();
        assertThat(lines).hasSize(68 + 340 + 1);
        for (String line : lines) {
            JsonNode event = json.readTree(line);
            assertThat(event.get("event").asText()).isIn("orphaned-syn-ack", "invalid-drop", "incident");
            assertThat(event.get("id").asText()).isNotEmpty();
        }
        assertThat(ran.out()).endsWith("\n");

        Ran nothing = run("scan", "--json", "gwa/lan=" + good);
        assertThat(nothing).isEqualTo(new Ran(Exit.DONE, "", ""));
    }

    @Test
    void flowRecordsAreAddedWhereTheyAreAskedForAndTheEventsAreTheSame() throws IOException {
        Ran without = run("scan", "--json", "--firewall", "gwa", BUNDLED.toString());
        Ran with = run("scan", "--json", "--flows", "--firewall", "gwa", BUNDLED.toString());
        assertThat(with.code()).isEqualTo(Exit.DONE);
        List<String> flows = with.out().lines().filter(line -> line.startsWith("{\"event\":\"flow\"")).toList();
        assertThat(with.out().lines().filter(line -> !flows.contains(line)).toList()).isEqualTo(without.out().lines().toList());
        ObjectMapper json = new ObjectMapper();
        int unanswered = 0;
        int orphaned = 0;
        int whole = 0;
        for (String line : flows) {
            JsonNode flow = json.readTree(line);
            assertThat(flow.fieldNames()).toIterable().contains("gateway", "communityId", "proto", "origin", "response", "connState", "history", "start", "end",
                    "endReason");
            assertThat(flow.get("origin").fieldNames()).toIterable().contains("ip", "port", "packets", "bytes");
            String state = flow.get("gateway").asText() + " " + flow.get("connState").asText() + " " + flow.get("history").asText();
            unanswered += state.equals("gwb S0 S") ? 1 : 0;
            orphaned += state.equals("gwa OTH ^h") ? 1 : 0;
            whole += state.equals("gwa SF ShADadFf") ? 1 : 0;
        }
        assertThat(unanswered).as("handshakes whose SYN went by gwb").isEqualTo(68);
        assertThat(orphaned).as("handshakes whose SYN-ACK came back by gwa").isEqualTo(68);
        assertThat(whole).as("handshakes that went both ways by gwa").isEqualTo(332);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--flow-idle", "--flow-active"})
    void aTimeOutOfFlowRecordsIsLongerThanZero(String option) {
        assertThat(run("scan", option, "0s", "gwa/lan=" + good).code()).isEqualTo(Exit.USAGE);
    }

    @Test
    void compressedOrInParts() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(good));
        Path gzip = folder.resolve("a.pcap.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(whole);
        }
        Ran plain = run("scan", "gwa/lan=" + good);
        assertThat(plain.out()).containsPattern("gwa/lan +" + String.format(Locale.ROOT, "%,d", PACKETS));
        assertThat(run("scan", "gwa/lan=" + gzip)).isEqualTo(plain);

        int split = 24 + wholeRecords(whole, 50_000);
        Path first = file("1.pcap", Arrays.copyOf(whole, split));
        byte[] rest = new byte[whole.length - split + 24];
        System.arraycopy(whole, 0, rest, 0, 24);
        System.arraycopy(whole, split, rest, 24, whole.length - split);
        Path second = file("2.pcap", rest);
        assertThat(run("scan", "gwa/lan=" + second, "gwa/lan=" + first)).isEqualTo(plain);
    }

    /** Bytes of the records, after the file's header, that end before {@code limit}. The bundled captures are little-endian. */
    private static int wholeRecords(byte[] pcap, int limit) {
        int at = 24;
        while (true) {
            int length = 16 + (pcap[at + 8] & 0xff | (pcap[at + 9] & 0xff) << 8);
            if (at + length > limit) {
                return at - 24;
            }
            at += length;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "scan", "run", "ingest", "streams", "events", "retain", "registry"})
    void helpOfEveryCommandShowsAnExample(String command) {
        Ran ran = run(command, "--help");
        assertThat(ran.code()).isEqualTo(Exit.DONE);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).startsWith("Usage: crossgate " + command).containsPattern("\\R\\RExamples?:\\R  .*crossgate " + command);
        assertThat(run("help", command)).isEqualTo(ran);
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        Ran ran = run("--help");
        assertThat(ran.code()).isEqualTo(Exit.DONE);
        assertThat(ran.out()).contains("demo", "scan", "run", "ingest", "streams", "events", "retain", "registry", "Exit codes: 0 done, 1 failed, 2 usage.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "scan --version", "demo --version", "events -V"})
    void theVersionIsToldByEveryCommand(String line) {
        Ran ran = run(line);
        assertThat(ran.code()).isEqualTo(Exit.DONE);
        assertThat(ran.out()).startsWith("crossgate ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "ingest gwa/lan=x.pcap", "streams", "registry"})
    @Timeout(60)
    void aBrokerThatIsNotThereIsSaidSoInOneLine(String command) {
        assertFailed(run(command + " --bootstrap-servers 127.0.0.1:1 --patience 1s"), "Kafka at 127.0.0.1:1 can't be reached (tried for 1 s)", "--bootstrap-servers");
    }

    @Test
    void aClientPropertiesFileThatIsNotThereIsNamed() {
        assertThat(run("events --bootstrap-servers 127.0.0.1:1 --command-config no-such-file")).satisfies(ran -> {
            assertThat(ran.code()).isEqualTo(Exit.FAILED);
            assertThat(ran.errLines()).hasSize(1);
            assertThat(ran.err()).startsWith("crossgate: client properties no-such-file can't be read");
        });
    }

    @Test
    void theDemoWithoutItsCapturesSaysHowToStartIt() {
        String home = System.getProperty("crossgate.home");
        System.setProperty("crossgate.home", folder.toString());
        try {
            assertFailed(run("demo"), "the bundled captures are not in", "./crossgate");
        } finally {
            if (home == null) {
                System.clearProperty("crossgate.home");
            } else {
                System.setProperty("crossgate.home", home);
            }
        }
    }
}
