package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** A tally comes to stage 2 as it was told. */
class TallyProperties {
    private static final Endpoint SERVER = new Endpoint(1, 2, 443);

    private static Tally readBack(Tally tally) {
        return StateIo.read(StateIo.bytes(tally::write), Tally::read);
    }

    @Property(tries = 200)
    void ofHandshakesItsWayItsTimesAndTheClientsOfFailedOnesReadBack(@ForAll boolean failed, @ForAll @StringLength(max = 50) String clients,
            @ForAll @StringLength(max = 20) String gateway, @ForAll @Size(8) long[] numbers) {
        Tally tally = new Tally(numbers[0], Tally.Key.ofHandshakes(failed, SERVER, clients, gateway, "gwb", numbers[1], numbers[2]));
        tally.count = numbers[3];
        tally.firstSyn = numbers[4];
        tally.firstSynAck = numbers[5];
        tally.lastTime = numbers[6];
        if (failed) {
            for (int client = 0; client <= Tally.MAX_CLIENTS; client++) {
                tally.addClient(new Tally.Client(numbers[7], client));
            }
        }
        assertThat(readBack(tally)).usingRecursiveComparison().isEqualTo(tally);
    }

    @Property(tries = 50)
    void ofPingsHowManyWereAnsweredReadsBack(@ForAll @Size(4) long[] numbers) {
        Tally tally = new Tally(numbers[0], Tally.Key.ofPings(SERVER, "10.0.0.0/24", numbers[1]));
        tally.count = numbers[2];
        tally.answered = numbers[3];
        assertThat(readBack(tally)).usingRecursiveComparison().isEqualTo(tally);
    }

    @Property(tries = 100)
    void ofDropsWhereWhyAndWhoseReadBack(@ForAll Evidence evidence, @ForAll boolean told, @ForAll @StringLength(max = 20) String reason, @ForAll @Size(6) long[] numbers) {
        Tally tally = new Tally(numbers[0],
                Tally.Key.ofDrops(SERVER, "10.0.0.0/24", "gwa", "", numbers[1], "gwb", reason, "NONE", told ? evidence : null));
        tally.count = numbers[2];
        tally.firstSyn = numbers[3];
        tally.lastTime = numbers[4];
        tally.addClient(new Tally.Client(0, numbers[5]));
        assertThat(readBack(tally)).usingRecursiveComparison().isEqualTo(tally);
    }
}
