package io.crossgate.app.explain;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.ingest.capture.CaptureException;
import io.crossgate.ingest.capture.CaptureReader;
import io.crossgate.ingest.capture.RawPacket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** What a real kernel said of captures, beside what the shadow says of them. */
final class KernelVerdicts {
    /** A packet, or (frame 0) a datagram that the kernel put together; of those, the n-th of the capture. Words: the kernel's first three letters, or "none". */
    record Comparison(String file, int frame, String kernel, String ours, String detail) {
        boolean agree() {
            return kernel.equals(ours);
        }
    }

    private KernelVerdicts() {}

    /** By file, by frame; datagrams that were put together in a list of their own, under frame 0. */
    static Map<String, Map<Integer, List<String>>> read(Path table) throws IOException {
        Map<String, Map<Integer, List<String>>> files = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(table)), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] f = line.split("\t");
                files.computeIfAbsent(f[0], k -> new LinkedHashMap<>()).computeIfAbsent(Integer.parseInt(f[1]), k -> new ArrayList<>(1)).add(f[2]);
            }
        }
        return files;
    }

    static void compare(Path folder, String file, Map<Integer, List<String>> kernel, ConntrackSettings settings, boolean eventTime, Consumer<Comparison> sink)
            throws IOException {
        Explainer explainer = new Explainer(settings, eventTime);
        List<String> whole = new ArrayList<>(kernel.getOrDefault(0, List.of()));
        RawPacket packet = new RawPacket();
        try (CaptureReader reader = CaptureReader.open(folder.resolve(file))) {
            while (reader.next(packet)) {
                Explained e = explainer.next(packet);
                String ours = e.verdict == null ? "none" : e.verdict.name().substring(0, 3);
                List<String> said = kernel.get((int) e.frame);
                String theirs = said == null ? "none" : said.get(0);
                if (said == null && e.verdict != null && !whole.isEmpty()) {
                    theirs = whole.remove(0);
                }
                sink.accept(new Comparison(file, (int) e.frame, theirs, ours, e.reach + " " + e.before + ">" + e.after + " " + e.reason + " " + e.note + " p"
                        + e.header.protocol + " f" + Integer.toHexString(e.header.flags)));
            }
        } catch (CaptureException e) {
            // A capture that is cut off is compared as far as it goes.
        }
        whole.forEach(verdict -> sink.accept(new Comparison(file, 0, verdict, "none", "")));
    }
}
