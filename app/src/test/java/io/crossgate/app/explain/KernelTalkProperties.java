package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Whatever two ends say to each other, and whatever they should not: kernel and shadow call each packet the same, and end in the same state. */
class KernelTalkProperties {
    /** Conversations in one try: all go through the kernel at once. */
    private static final int CONVERSATIONS = 2500;

    /** Skips where the kernel cannot be asked, and says why. */
    static final class KernelPresent implements SkipExecutionHook {
        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            String missing = KernelLab.missing();
            return missing.isEmpty() ? SkipResult.doNotSkip() : SkipResult.skip(missing);
        }

        @Override
        public PropagationMode propagateTo() {
            return PropagationMode.ALL_DESCENDANTS;
        }
    }

    @AddLifecycleHook(KernelPresent.class)
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void kernelAndShadowSayTheSame(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> settings = Map.of("nf_conntrack_tcp_loose", random.nextInt(4) == 0 ? "0" : "1", "nf_conntrack_tcp_be_liberal",
                random.nextInt(4) == 0 ? "1" : "0");
        Packets packets = new Packets();
        for (int i = 0; i < CONVERSATIONS; i++) {
            RandomTalk.add(packets, random);
        }
        List<String> differences = Trial.differences(packets, settings);
        assertThat(differences).as("seed " + seed + ", " + settings + ": " + differences.size() + " conversations of " + CONVERSATIONS).isEmpty();
    }
}
