package io.crossgate.detect;

import static io.crossgate.detect.Scene.ack;
import static io.crossgate.detect.Scene.at;
import static io.crossgate.detect.Scene.fromClient;
import static io.crossgate.detect.Scene.fromServer;
import static io.crossgate.detect.Scene.syn;
import static io.crossgate.detect.Scene.synAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeJoinTest {
    private static Scene twoGateways() {
        return new Scene("gwa/lan", "gwa/wan", "gwb/lan", "gwb/wan");
    }

    @Test
    void aSynAckAtTheGatewayThatSawItsSynIsNoOrphan() {
        Scene.Told told = twoGateways().through("gwa/lan", "gwa/wan", 0, 64, syn(1000)).through("gwa/wan", "gwa/lan", 20, 60, synAck(5000, 1001))
                .through("gwa/lan", "gwa/wan", 40, 64, ack(1001, 5001)).play();
        assertThat(told.orphans).isEmpty();
        assertThat(told.drops).isEmpty();
        assertThat(told.incidents).isEmpty();
    }

    @Test
    void aSynAckWhoseSynLeftByAnotherGatewayIsAsymmetricAndCertified() {
        OrphanedSynAck orphan = twoGateways().through("gwb/lan", "gwb/wan", 0, 64, syn(1000)).seen("gwa/wan", 20, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.gateway()).isEqualTo("gwa");
        assertThat(orphan.iface()).isEqualTo("wan");
        assertThat(orphan.verdict()).isEqualTo(Verdict.ASYMMETRIC);
        assertThat(orphan.pairing()).isEqualTo(Pairing.CERTIFIED);
        assertThat(orphan.synSeenAt()).containsExactly(new Sighting("gwb", "lan", at(0)));
        assertThat(orphan.source()).hasToString("203.0.113.50:443");
        assertThat(orphan.destination()).hasToString("10.20.30.11:40000");
        assertThat(orphan.dropped()).isTrue();
        assertThat(orphan.last()).isTrue();
    }

    /** The SYN turns round at gwa and leaves by gwb, on one LAN; the SYN-ACK comes by gwb straight to the client, whose ACK gwa stops. */
    @Test
    void hairpinRoutingIsAReturnRouteAroundTheFirewall() {
        Scene.Told told = new Scene("gwa/lan", "gwb/lan", "gwb/wan").firewall("gwa")
                .through("gwa/lan", "gwa/lan", 0, 64, syn(1000)).through("gwb/lan", "gwb/wan", 1, 63, syn(1000))
                .through("gwb/wan", "gwb/lan", 20, 60, synAck(5000, 1001)).seen("gwa/lan", 40, 64, ack(1001, 5001)).play();
        assertThat(told.orphans).isEmpty();
        assertThat(told.drop().gateway()).isEqualTo("gwa");
        Incident incident = told.incident();
        assertThat(incident.cause()).isEqualTo(Cause.RETURN_ROUTE_BYPASSES_FIREWALL);
        assertThat(incident.synGateway()).isEqualTo("gwa");
        assertThat(incident.synAckGateway()).isEqualTo("gwb");
        assertThat(incident.dropGateway()).isEqualTo("gwa");
        assertThat(incident.failed()).isEqualTo(1);
        assertThat(incident.handshakes()).isEqualTo(1);
    }

    @Test
    void retransmissionsOfBothHalvesAreOneOrphan() {
        OrphanedSynAck orphan = twoGateways().through("gwb/lan", "gwb/wan", 0, 64, syn(1000)).seen("gwa/wan", 20, 60, synAck(5000, 1001))
                .through("gwb/lan", "gwb/wan", 1000, 64, syn(1000)).seen("gwa/wan", 1020, 60, synAck(5000, 1001)).seen("gwa/wan", 3020, 60, synAck(5000, 1001))
                .play().orphan();
        assertThat(orphan.time()).isEqualTo(at(20));
        assertThat(orphan.retransmissions()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0", "100"})
    void fastOpenIsCertifiedWhetherTheServerTakesTheDataOrNot(int taken) {
        OrphanedSynAck orphan = twoGateways().through("gwb/lan", "gwb/wan", 0, 64, syn(1000).andThen(h -> h.payloadLength = 100))
                .seen("gwa/wan", 20, 60, synAck(5000, 1001 + taken)).play().orphan();
        assertThat(orphan.pairing()).isEqualTo(Pairing.CERTIFIED);
    }

    @Test
    void aReusedPortIsPairedWithItsOwnSynAndNotWithTheOldOne() {
        OrphanedSynAck orphan = twoGateways()
                .through("gwa/lan", "gwa/wan", 0, 64, syn(1000)).through("gwa/wan", "gwa/lan", 20, 60, synAck(5000, 1001))
                .through("gwa/lan", "gwa/wan", 40, 64, ack(1001, 5001))
                .through("gwb/lan", "gwb/wan", 30_000, 64, syn(777_000)).seen("gwa/wan", 30_020, 60, synAck(9000, 777_001)).play().orphan();
        assertThat(orphan.ack()).isEqualTo(777_001);
        assertThat(orphan.synSeenAt()).extracting(Sighting::gateway).containsExactly("gwb");
        assertThat(orphan.pairing()).isEqualTo(Pairing.CERTIFIED);
    }

    @Test
    void aSynWithItsOwnAnswerIsNotLeftOverForAnotherSynAck() {
        OrphanedSynAck orphan = twoGateways()
                .through("gwb/lan", "gwb/wan", 0, 64, syn(1000)).through("gwb/wan", "gwb/lan", 20, 60, synAck(5000, 1001))
                .seen("gwa/wan", 5_000, 60, synAck(9000, 777_001)).play().orphan();
        assertThat(orphan.pairing()).isEqualTo(Pairing.NONE);
        assertThat(orphan.verdict()).isEqualTo(Verdict.UNSOLICITED);
    }

    @Test
    void aMiddleboxThatRewritesSequenceNumbersLeavesThePairingByTuple() {
        OrphanedSynAck orphan = twoGateways().through("gwb/lan", "gwb/wan", 0, 64, syn(1000)).seen("gwa/wan", 20, 60, synAck(5000, 424_242)).play().orphan();
        assertThat(orphan.verdict()).isEqualTo(Verdict.ASYMMETRIC);
        assertThat(orphan.pairing()).isEqualTo(Pairing.TUPLE_ONLY);
    }

    @Test
    void aSynAckThatNobodySentASynForIsUnsolicited() {
        OrphanedSynAck orphan = twoGateways().seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.verdict()).isEqualTo(Verdict.UNSOLICITED);
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.NONE);
    }

    @Test
    void ifACaptureBeganTooLateAMissingSynProvesNothing() {
        OrphanedSynAck orphan = twoGateways().watchedFrom(-1_000).seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.CAPTURE_BEGAN_TOO_LATE);
        assertThat(orphan.blindAt()).isEqualTo("gwa");
    }

    @Test
    void ifACaptureLostPacketsAMissingSynProvesNothing() {
        OrphanedSynAck orphan = twoGateways().fact(d -> d.lost(d.point(new ObservationPoint("gwb", "lan", false)), at(-5_000), at(-4_000)))
                .seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.CAPTURE_LOST_PACKETS);
        assertThat(orphan.blindAt()).isEqualTo("gwb");
    }

    @Test
    void ifAGatewayWasSilentAMissingSynProvesNothing() {
        OrphanedSynAck orphan = twoGateways().fact(d -> d.silent(d.point(new ObservationPoint("gwb", "wan", false)), true))
                .seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.GATEWAY_SILENT);
    }

    @Test
    void ifTheOtherCaptureHadEndedAMissingSynProvesNothing() {
        OrphanedSynAck orphan = twoGateways().until(-1).seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.CAPTURE_ENDED_TOO_EARLY);
    }

    @Test
    void aBadChecksumMeansThatTheNumbersProveNothing() {
        OrphanedSynAck orphan = twoGateways().seen("gwa/wan", 0, 60, synAck(5000, 1001).andThen(h -> h.checksum = PacketHeader.CHECKSUM_BAD)).play().orphan();
        assertThat(orphan.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(orphan.blindReason()).isEqualTo(BlindReason.BAD_CHECKSUM);
    }

    @ParameterizedTest
    @CsvSource({"-4900,ASYMMETRIC", "-3000,ASYMMETRIC", "3000,ASYMMETRIC", "4900,ASYMMETRIC", "5100,UNSOLICITED"})
    void gatewaysClocksMayDifferByTheTolerance(long skew, Verdict verdict) {
        OrphanedSynAck orphan = twoGateways().through("gwb/lan", "gwb/wan", skew, 64, syn(1000)).seen("gwa/wan", 1, 60, synAck(5000, 1001)).play().orphan();
        assertThat(orphan.verdict()).isEqualTo(verdict);
    }

    @Test
    void inTheMirrorCaseTheSynAckIsOrphanedWhereItPassesAndTheClientsPacketsAreDroppedWhereTheSynPassed() {
        Scene.Told told = twoGateways().firewall("gwa").through("gwa/lan", "gwa/wan", 0, 64, syn(1000)).through("gwb/wan", "gwb/lan", 20, 60, synAck(5000, 1001))
                .seen("gwa/lan", 40, 64, ack(1001, 5001)).play();
        assertThat(told.orphan().gateway()).isEqualTo("gwb");
        assertThat(told.orphan().dropped()).isFalse();
        assertThat(told.drop().gateway()).isEqualTo("gwa");
        assertThat(told.drop().reason()).isEqualTo("INVALID_STATE");
        assertThat(told.drop().state()).isEqualTo("SYN_SENT");
        assertThat(told.incident().cause()).isEqualTo(Cause.RETURN_ROUTE_BYPASSES_FIREWALL);
    }

    @Test
    void backscatterIsDroppedButIsNoIncident() {
        Scene scene = twoGateways().firewall("gwa");
        for (int port = 1; port < 20; port++) {
            scene.seen("gwa/wan", port, 60, fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7, 2));
        }
        Scene.Told told = scene.play();
        assertThat(told.drops).hasSize(19);
        assertThat(told.orphans.values()).extracting(OrphanedSynAck::verdict).containsOnly(Verdict.UNSOLICITED);
        assertThat(told.incidents).isEmpty();
    }

    @Test
    void nothingIsLeftInMemoryOnceAllHasEnded() {
        Scene scene = twoGateways();
        for (int port = 1; port < 200; port++) {
            scene.through("gwa/lan", "gwa/wan", port, 64, fromClient(port, PacketHeader.SYN, 1, 0));
            scene.through("gwa/wan", "gwa/lan", port + 5, 60, fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7, 2));
        }
        assertThat(scene.play().flowsLeft).isZero();
    }
}
