package io.crossgate.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.detect.conntrack.ConntrackSetting;
import io.crossgate.detect.conntrack.ConntrackSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares the shadow with what a real kernel said of captures that other projects' tests use. They are no part of this project;
 * {@code -Dcrossgate.captures=FOLDER} names the folder that holds them. The kernel saw them replayed in no time, so that no time-out fired. Every packet that one
 * side calls INVALID and the other does not is listed with its reason in {@code kernel-differences.tsv}.
 */
class KernelVerdictsTest {
    private static final double LEAST_AGREEMENT = 0.999;

    @Test
    void withoutChecksumsTheKernelAgrees() throws IOException {
        compare("ignore", "kernel-verdicts.nochecksum.tsv.gz", ConntrackSettings.DEFAULTS.with(ConntrackSetting.CHECKSUM, 0));
    }

    @Test
    void withChecksumsTheKernelAgrees() throws IOException {
        compare("verify", "kernel-verdicts.asis.tsv.gz", ConntrackSettings.DEFAULTS);
    }

    private static void compare(String policy, String table, ConntrackSettings settings) throws IOException {
        Path folder = folder();
        Path verdicts = folder.resolve(table);
        Assumptions.assumeTrue(Files.isReadable(verdicts), "skipped: no " + verdicts);
        Map<String, String> listed = listed(policy);
        List<String> complaints = new ArrayList<>();
        long[] counts = new long[2];
        for (Map.Entry<String, Map<Integer, List<String>>> file : KernelVerdicts.read(verdicts).entrySet()) {
            KernelVerdicts.compare(folder, file.getKey(), file.getValue(), settings, false, c -> {
                if (c.kernel().equals("none") && c.ours().equals("none")) {
                    return;
                }
                counts[0]++;
                counts[1] += c.agree() ? 1 : 0;
                boolean differ = c.kernel().equals("INV") != c.ours().equals("INV");
                String known = listed.remove(c.file() + "\t" + c.frame());
                String found = c.kernel() + "\t" + c.ours();
                if (differ ? !found.equals(known) : known != null) {
                    complaints.add(policy + "\t" + c.file() + "\t" + c.frame() + "\t" + found + "\t" + c.detail() + (known == null ? "" : " but listed as " + known));
                }
            });
        }
        listed.forEach((packet, as) -> complaints.add(policy + "\t" + packet + "\t" + as + "\tis listed, but there is no such packet"));
        assertThat(complaints).as("packets that the kernel or the shadow calls INVALID and the other does not").isEmpty();
        assertThat(counts[0]).as("packets compared").isGreaterThan(200_000);
        assertThat((double) counts[1] / counts[0]).as("share of packets of which kernel and shadow say the same").isGreaterThan(LEAST_AGREEMENT);
        System.out.printf("--checksum=%s: kernel and shadow agree on %,d of %,d packets%n", policy, counts[1], counts[0]);
    }

    private static Path folder() {
        String captures = System.getProperty("crossgate.captures", "");
        Assumptions.assumeFalse(captures.isEmpty(), "skipped: -Dcrossgate.captures names no folder of public captures");
        return Path.of(captures, "public");
    }

    /** By file and frame: the kernel's verdict and ours. */
    private static Map<String, String> listed(String policy) throws IOException {
        Map<String, String> listed = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                KernelVerdictsTest.class.getResourceAsStream("kernel-differences.tsv"), StandardCharsets.UTF_8))) {
            for (String line : in.lines().toList()) {
                if (line.startsWith("#") || line.isBlank()) {
                    continue;
                }
                String[] f = line.split("\t", -1);
                assertThat(f).as(line).hasSize(6);
                assertThat(f[5]).as("explanation of " + line).isNotBlank();
                if (f[0].equals(policy)) {
                    listed.put(f[1] + "\t" + f[2], f[3] + "\t" + f[4]);
                }
            }
        }
        return listed;
    }
}
