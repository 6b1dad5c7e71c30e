package io.crossgate.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class CommitLogProperties {
    /** Values are shorter, as long, and several times as long. */
    private static final int MAX_VALUE = 4;

    private record Entry(byte[] key, byte[] value) {}

    /** What a detector would hold, and what of it has changed since the last commit. */
    private static final class Holder {
        final Map<String, String> state = new HashMap<>();
        final Map<String, String> changed = new HashMap<>();

        void put(String key, String value) {
            if (value == null) {
                state.remove(key);
            } else {
                state.put(key, value);
            }
            changed.put(key, value);
        }
    }

    /** Several lives, each cut off in the middle of a commit, over one log. */
    @Property(tries = 2000)
    void afterACrashAtAnyEntryTheStateIsThatOfTheLastWholeCommit(@ForAll long seed) {
        Random random = new Random(seed);
        List<Entry> log = new ArrayList<>();
        Map<String, String> expected = new HashMap<>();
        for (int life = 0; life < 4; life++) {
            CommitLog commits = new CommitLog(MAX_VALUE);
            log.forEach(e -> commits.read(e.key, e.value));
            Holder holder = new Holder();
            commits.restore((key, value) -> holder.state.put(new String(key), new String(value)));
            assertThat(holder.state).isEqualTo(expected);
            for (int commit = random.nextInt(4); commit >= 0; commit--) {
                for (int i = random.nextInt(6); i > 0; i--) {
                    holder.put("k" + random.nextInt(5), random.nextInt(3) == 0 ? null : "v" + random.nextInt(100) + "x".repeat(random.nextInt(3) * random.nextInt(8)));
                }
                List<Entry> written = new ArrayList<>();
                commits.commit(out -> {
                    holder.changed.forEach((k, v) -> out.put(k.getBytes(), v == null ? null : v.getBytes()));
                    holder.changed.clear();
                }, (key, value) -> written.add(new Entry(key, value)));
                written.forEach(e -> assertThat(e.value == null ? 0 : e.value.length).isLessThanOrEqualTo(MAX_VALUE));
                boolean crash = commit == 0 && !written.isEmpty();
                log.addAll(crash ? written.subList(0, random.nextInt(written.size())) : written);
                if (!crash) {
                    expected = new HashMap<>(holder.state);
                }
            }
        }
    }
}
