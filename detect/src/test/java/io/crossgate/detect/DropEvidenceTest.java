package io.crossgate.detect;

import static io.crossgate.detect.Scene.fromServer;
import static io.crossgate.detect.Scene.syn;
import static io.crossgate.detect.Scene.synAck;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import org.junit.jupiter.api.Test;

class DropEvidenceTest {
    @Test
    void anInvalidPacketSeenEnteringAndNotLeavingWasNotForwarded() {
        InvalidDrop drop = new Scene("gwa/lan", "gwa/wan").seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().drop();
        assertThat(drop.evidence()).isEqualTo(Evidence.NOT_FORWARDED);
        assertThat(drop.reason()).isEqualTo("INVALID_NEW_SYN_ACK");
        assertThat(drop.state()).isEqualTo("NONE");
        assertThat(drop.iface()).isEqualTo("wan");
    }

    @Test
    void anInvalidPacketThatWasSeenLeavingIsNoDrop() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").through("gwa/wan", "gwa/lan", 0, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).isEmpty();
        assertThat(told.counters.invalidForwarded).isEqualTo(1);
        assertThat(told.counters.leavingCopies).isEqualTo(1);
    }

    @Test
    void aBridgingFirewallLeavesTheTtlAlone() {
        Scene.Told told = new Scene("gwa/in", "gwa/out").seen("gwa/in", 0, 60, synAck(5000, 1001)).seen("gwa/out", 0, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).isEmpty();
        assertThat(told.counters.leavingCopies).isEqualTo(1);
    }

    @Test
    void aPacketSentBackOutOfTheInterfaceThatItCameInByIsItsOwnCopy() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").through("gwa/lan", "gwa/lan", 0, 64, synAck(5000, 1001)).play();
        assertThat(told.drops).isEmpty();
        assertThat(told.counters.leavingCopies).isEqualTo(1);
    }

    @Test
    void aRetransmissionIsNotTakenForALeavingCopy() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").seen("gwa/wan", 0, 60, synAck(5000, 1001)).seen("gwa/wan", 1000, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).hasSize(2);
    }

    @Test
    void identicalPacketsOfOneMomentAreDropsOfTheirOwn() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").seen("gwa/wan", 0, 60, synAck(5000, 1001)).seen("gwa/wan", 0, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).hasSize(2);
    }

    @Test
    void theFirewallsOwnLogIsTheBestEvidence() {
        InvalidDrop drop = new Scene("gwa/lan", "gwa/wan").firewallLog("gwa/nflog").seen("gwa/wan", 0, 60, synAck(5000, 1001))
                .seen("gwa/nflog", 1, 59, synAck(5000, 1001).andThen(h -> h.logPrefix = "INVALID drop ")).play().drop();
        assertThat(drop.evidence()).isEqualTo(Evidence.LOGGED);
        assertThat(drop.iface()).isEqualTo("wan");
        assertThat(drop.reason()).isEqualTo("INVALID_NEW_SYN_ACK");
    }

    @Test
    void aLogAloneIsEvidenceToo() {
        InvalidDrop drop = new Scene().firewallLog("gwa/nflog").seen("gwa/nflog", 0, 59, synAck(5000, 1001).andThen(h -> h.logPrefix = "INVALID: ")).play().drop();
        assertThat(drop.evidence()).isEqualTo(Evidence.LOGGED);
        assertThat(drop.reason()).isEqualTo("LOGGED_BY_FIREWALL");
    }

    @Test
    void aLogOfSomethingElseIsNoEvidence() {
        Scene.Told told = new Scene().firewallLog("gwa/nflog").seen("gwa/nflog", 0, 59, syn(1).andThen(h -> h.logPrefix = "new connection")).play();
        assertThat(told.drops).isEmpty();
    }

    @Test
    void ofADeclaredFirewallWithOneSideCapturedDropsArePredicted() {
        assertThat(new Scene("gwa/wan").firewall("gwa").seen("gwa/wan", 0, 60, synAck(5000, 1001)).play().drop().evidence()).isEqualTo(Evidence.PREDICTED);
    }

    @Test
    void ofAnUndeclaredGatewayWithOneSideCapturedNothingIsCalledADrop() {
        Scene.Told told = new Scene("gwa/wan").seen("gwa/wan", 0, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).isEmpty();
        assertThat(told.counters.invalidUndecided).isEqualTo(1);
    }

    @Test
    void nothingIsPredictedOfAConnectionThatMayBeOlderThanTheCapture() {
        Scene.Told told = new Scene("gwa/wan").firewall("gwa").watchedFrom(-100).seen("gwa/wan", 0, 60, fromServer(PacketHeader.RST, 1, 0)).play();
        assertThat(told.drops).isEmpty();
    }

    @Test
    void aLossyCaptureOfTheLeavingSideProvesNothing() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").fact(d -> d.lost(d.point(new ObservationPoint("gwa", "lan", false)), Scene.at(-1), Scene.at(1)))
                .seen("gwa/wan", 0, 60, synAck(5000, 1001)).play();
        assertThat(told.drops).isEmpty();
        assertThat(told.counters.invalidUndecided).isEqualTo(1);
    }

    @Test
    void aSynThatNeverLeftTheFirewallLeavesNoEntry() {
        Scene.Told told = new Scene("gwa/lan", "gwa/wan").seen("gwa/lan", 0, 64, syn(1000)).seen("gwa/wan", 6_000, 60, synAck(5000, 1001)).play();
        assertThat(told.drop().reason()).isEqualTo("INVALID_NEW_SYN_ACK");
    }
}
