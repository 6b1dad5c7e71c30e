package io.crossgate.ingest.capture;

import static io.crossgate.ingest.capture.CaptureBytes.ETHERNET;
import static io.crossgate.ingest.capture.CaptureBytes.cooked;
import static io.crossgate.ingest.capture.CaptureBytes.frame;
import static io.crossgate.ingest.capture.CaptureBytes.logged;
import static io.crossgate.ingest.capture.CaptureBytes.syn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.ingest.PointAccount;
import io.crossgate.ingest.Progress;
import io.crossgate.ingest.UsageException;
import io.crossgate.ingest.decode.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureRunTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private final RecordingSink sink = new RecordingSink();
    private CaptureRun run;

    private Path write(String name, CaptureBytes content) throws IOException {
        return Files.write(folder.resolve(name), content.bytes());
    }

    private List<String> run(String... arguments) {
        return run(new byte[0], arguments);
    }

    private List<String> run(byte[] standardInput, String... arguments) {
        run = new CaptureRun(Inputs.parse(List.of(arguments)), sink, Progress.NONE, new ByteArrayInputStream(standardInput));
        run.run();
        assertThat(sink.allEnded()).isTrue();
        for (PointAccount account : run.accounts()) {
            assertThat(account.outcomes().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(account.packets());
        }
        return sink.calls;
    }

    @Test
    void capturesAreMergedByTimeAndTiesGoByTheOrderOfPoints() throws IOException {
        Path b = write("b.pcap", CaptureBytes.pcap(ETHERNET).record(10, syn(1)).record(20, syn(2)));
        Path a = write("a.pcap", CaptureBytes.pcap(ETHERNET).record(10, syn(3)).record(15, frame(60)).record(30, syn(4)));
        assertThat(run("gwb/lan=" + b, "gwa/wan=" + a)).containsExactly(
                "point 0 gwa/wan", "point 1 gwb/lan",
                "from 0 @10", "header 0 @10 #3", "from 1 @10", "header 1 @10 #1", "header 1 @20 #2", "ended 1 @20", "header 0 @30 #4", "ended 0 @30");
        assertThat(run.faults()).isEmpty();
        assertThat(run.accounts()).extracting(PointAccount::gateway, PointAccount::packets)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("gwa", 3L), org.assertj.core.groups.Tuple.tuple("gwb", 2L));
        assertThat(run.accounts().get(0).count(Outcome.TCP)).isEqualTo(2);
        assertThat(run.accounts().get(0).count(Outcome.NOT_IP)).isEqualTo(1);
    }

    @Test
    void interfacesAreNamedByTheFile() throws IOException {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.BIG_ENDIAN).describe(ETHERNET, "wan").describe(ETHERNET, "lan").describe(ETHERNET, "idle");
        Path path = write("x.pcapng", file.enhanced(0, 5, syn(1)).enhanced(1, 4, syn(2)).enhanced(0, 6, syn(3)));
        assertThat(run("gw=" + path)).containsExactly("point 0 gw/idle", "point 1 gw/lan", "point 2 gw/wan", "ended 0",
                "from 1 @4", "header 1 @4 #2", "ended 1 @4", "from 2 @5", "header 2 @5 #1", "header 2 @6 #3", "ended 2 @6");
    }

    @Test
    void linuxCookedPacketsNameTheirInterfaceByNumber() throws IOException {
        Path path = write("any.pcap", CaptureBytes.pcap(276).record(1, cooked(3, 1)).record(2, cooked(12, 2)).record(3, cooked(3, 3)));
        assertThat(run("gw=" + path)).contains("point 0 gw/if12", "point 1 gw/if3", "header 0 @2 #2", "header 1 @1 #1", "header 1 @3 #3")
                .filteredOn(call -> call.startsWith("header")).hasSize(3);
    }

    @Test
    void aPcapFileWithoutAnInterfaceIsOfAny() throws IOException {
        Path path = write("x.pcap", CaptureBytes.pcap(ETHERNET).record(1, syn(1)));
        assertThat(run("gw=" + path)).startsWith("point 0 gw/any");
    }

    @Test
    void anEmptyCaptureIsLegal() throws IOException {
        Path path = write("x.pcap", CaptureBytes.pcap(Links.NFLOG));
        assertThat(run("gw/drops=" + path)).containsExactly("point 0 gw/drops log", "ended 0");
        assertThat(run.faults()).isEmpty();
    }

    @Test
    void aPacketOlderThanItsPredecessorGetsItsTime() throws IOException {
        Path path = write("x.pcap", CaptureBytes.pcap(ETHERNET).record(10, syn(1)).record(7, syn(2)).record(8, syn(3)).record(12, syn(4)));
        assertThat(run("gw/lan=" + path)).contains("header 0 @10 #1", "header 0 @10 #2", "header 0 @10 #3", "header 0 @12 #4");
        assertThat(run.accounts().get(0).outOfOrder()).isEqualTo(2);
    }

    @Test
    void watermarksFollowEventTimeAtEveryPoint() throws IOException {
        CaptureBytes a = CaptureBytes.pcap(ETHERNET);
        CaptureBytes b = CaptureBytes.pcap(ETHERNET);
        for (int i = 0; i < 2000; i++) {
            a.record(SECOND + i * 1_000_000L, syn(i));
            b.record(SECOND + i * 1_300_000L, syn(i));
        }
        run("a/lan=" + write("a.pcap", a), "b/lan=" + write("b.pcap", b));
        assertThat(sink.headers).isEqualTo(4000);
        assertThat(sink.watermarks).isGreaterThan(300);
        assertThat(sink.farthestBehind).isLessThanOrEqualTo(12_000_000);
    }

    @Test
    void rotatedFilesAreReadInOrderOfTime() throws IOException {
        Path second = write("a1.pcap", CaptureBytes.pcap(ETHERNET).record(30, syn(3)).record(40, syn(4)));
        Path first = write("a2.pcap", CaptureBytes.pcap(ETHERNET).record(10, syn(1)).record(20, syn(2)));
        Path none = write("a0.pcap", CaptureBytes.pcap(ETHERNET));
        assertThat(run("gw/lan=" + second, "gw/lan=" + none, "gw/lan=" + first)).containsExactly("point 0 gw/lan", "from 0 @10",
                "header 0 @10 #1", "header 0 @20 #2", "header 0 @30 #3", "header 0 @40 #4", "ended 0 @40");
    }

    @Test
    void filesOfOnePointThatOverlapAreRefusedBeforeAnythingIsTold() throws IOException {
        Path a = write("a.pcap", CaptureBytes.pcap(ETHERNET).record(SECOND, syn(1)).record(3 * SECOND, syn(2)));
        Path b = write("b.pcap", CaptureBytes.pcap(ETHERNET).record(2 * SECOND, syn(3)));
        assertThatThrownBy(() -> run("gw/lan=" + a, "gw/lan=" + b)).isInstanceOf(UsageException.class)
                .hasMessageContaining("a.pcap").hasMessageContaining("b.pcap").hasMessageContaining("overlap in time");
        assertThat(sink.calls).isEmpty();
    }

    @Test
    void firewallLogsAreSortedByTheTimeOfTheLog() throws IOException {
        CaptureBytes file = CaptureBytes.pcap(Links.NFLOG);
        file.record(5 * SECOND, logged(4_500_000, 1)).record(5 * SECOND, logged(4_200_000, 2)).record(5 * SECOND + 1, logged(4_900_000, 3));
        file.record(6 * SECOND, logged(4_800_000, 4)).record(20 * SECOND, logged(19_000_000, 5));
        assertThat(run("gw/drops=" + write("x.pcap", file))).containsExactly("point 0 gw/drops log", "from 0 @4200000000", "header 0 @4200000000 #2",
                "header 0 @4500000000 #1", "header 0 @4800000000 #4", "header 0 @4900000000 #3", "header 0 @19000000000 #5", "ended 0 @19000000000");
        assertThat(run.accounts().get(0).outOfOrder()).isZero();
    }

    @Test
    void aLogAmongCapturedPacketsIsAFaultOfItsFile() throws IOException {
        Path log = write("log.pcap", CaptureBytes.pcap(Links.NFLOG).record(2 * SECOND, logged(2_000_000, 2)));
        Path lan = write("lan.pcap", CaptureBytes.pcap(ETHERNET).record(SECOND, syn(1)));
        assertThat(run("gw/lan=" + lan, "gw/lan=" + log)).containsExactly("point 0 gw/lan", "from 0 @1000000000", "header 0 @1000000000 #1",
                "ended 0 @1000000000");
        assertThat(run.faults()).singleElement().asString().contains("log.pcap: records of a firewall log (NFLOG) after captured packets");
    }

    @Test
    void lossesAreToldWithTheTimesBetweenWhichTheyHappened() throws IOException {
        CaptureBytes file = CaptureBytes.pcapng(ByteOrder.LITTLE_ENDIAN).describe(ETHERNET, "lan");
        file.enhanced(0, 10, syn(1)).enhanced(0, 20, syn(2)).enhanced(0, 30, syn(3), file.option(4, file.number(7)));
        file.enhanced(0, 40, syn(4)).statistics(0, 9, 0);
        assertThat(run("gw/lan=" + write("x.pcapng", file))).contains("lost 0 @20-30 7", "ended 0 @40")
                .containsSubsequence("from 0 @10", "lost 0 @10-40 2", "header 0 @10 #1"); // what the end of the file tells is known before its packets are judged
        assertThat(run.accounts().get(0).lost()).isEqualTo(9);
    }

    @Test
    void aFaultEndsItsPointAndNoOther() throws IOException {
        byte[] whole = CaptureBytes.pcap(ETHERNET).record(1, syn(1)).record(5, syn(2)).bytes();
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(whole, whole.length - 3));
        Path good = write("good.pcap", CaptureBytes.pcap(ETHERNET).record(2, syn(3)).record(9, syn(4)));
        Path missing = folder.resolve("missing.pcap");
        assertThat(run("a=" + cut, "b/lan=" + good, "c/lan=" + missing, "d=" + missing)).containsExactly("point 0 a/any", "point 1 b/lan", "point 2 c/lan",
                "ended 2", "from 0 @1", "header 0 @1 #1", "ended 0 @1", "from 1 @2", "header 1 @2 #3", "header 1 @9 #4", "ended 1 @9");
        assertThat(run.faults()).containsExactlyInAnyOrder(missing + ": no such file",
                cut + ": offset 94: record of 54 bytes cut off after 51: the file is truncated");
    }

    @Test
    void standardInputIsReadOnce() {
        byte[] file = CaptureBytes.pcap(ETHERNET).record(1, syn(1)).bytes();
        assertThat(run(file, "gw=-")).containsExactly("point 0 gw/any", "from 0 @1", "header 0 @1 #1", "ended 0 @1");
    }

    @Test
    void progressCountsBytesOfFiles() throws IOException {
        CaptureBytes file = CaptureBytes.pcap(ETHERNET);
        for (int i = 0; i < 10_000; i++) {
            file.record(i, syn(i));
        }
        Path path = write("x.pcap", file);
        List<Long> told = new ArrayList<>();
        new CaptureRun(Inputs.parse(List.of("gw/lan=" + path)), sink, (read, total, packets) -> {
            assertThat(total).isEqualTo(file.bytes().length);
            assertThat(read).isBetween(1L, total);
            told.add(packets);
        }).run();
        assertThat(told).containsExactly(4096L, 8192L, 10_000L);
    }
}
