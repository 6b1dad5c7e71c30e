package io.crossgate.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossgate.detect.Tally;
import io.crossgate.schemas.wire.WireException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyRecordTest {
    private final List<String> taken = new ArrayList<>();
    private final TallyRecord.Taker taker = new TallyRecord.Taker() {
        @Override
        public void tally(int upstream, long sequence, Tally tally) {
            taken.add(upstream + " tally " + sequence);
        }

        @Override
        public void watermark(int upstream, long decidedUpTo) {
            taken.add(upstream + " up to " + decidedUpTo);
        }
    };

    @Test
    void aWriterFillsOneRecordAfterTheOther() {
        TallyRecord.Writer writer = new TallyRecord.Writer(3);
        assertThat(writer.size()).isZero();
        writer.watermark(7);
        writer.watermark(8);
        byte[] first = writer.take();
        assertThat(writer.size()).isZero();
        writer.watermark(9);
        TallyRecord.read(first, taker);
        TallyRecord.read(writer.take(), taker);
        assertThat(taken).containsExactly("3 up to 7", "3 up to 8", "3 up to 9");
    }

    @Test
    void aRecordThatIsCutShortOrOfAnotherVersionOrHoldsSomethingElseIsRefused() {
        TallyRecord.Writer writer = new TallyRecord.Writer(3);
        writer.watermark(7);
        byte[] record = writer.take();
        byte[] older = record.clone();
        older[0] = 1;
        byte[] other = Arrays.copyOf(record, record.length + 1);
        other[record.length] = 9;
        assertThatThrownBy(() -> TallyRecord.read(older, taker)).isInstanceOf(WireException.class).hasMessageContaining("another version");
        assertThatThrownBy(() -> TallyRecord.read(other, taker)).isInstanceOf(WireException.class).hasMessageContaining("offset " + record.length);
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            if (length != 5) { // of upstream alone nothing is missing
                assertThatThrownBy(() -> TallyRecord.read(cut, taker)).as("%d bytes", length).isInstanceOf(WireException.class);
            }
        }
    }
}
