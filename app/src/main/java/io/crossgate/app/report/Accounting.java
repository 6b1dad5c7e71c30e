package io.crossgate.app.report;

import java.util.List;

/**
 * What became of every packet.
 *
 * @param points by observation point, in the order in which they are printed
 * @param notes further counts in words, for example {@code INVALID but forwarded by gwa: 29}
 */
public record Accounting(List<PointAccount> points, List<String> notes) {
    public Accounting {
        points = List.copyOf(points);
        notes = List.copyOf(notes);
    }

    long packets() {
        return points.stream().mapToLong(PointAccount::packets).sum();
    }

    long lost() {
        return points.stream().mapToLong(PointAccount::lost).sum();
    }
}
