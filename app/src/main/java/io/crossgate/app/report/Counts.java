package io.crossgate.app.report;

import java.util.Locale;

/** Numbers in text. */
final class Counts {
    private Counts() {}

    /** Thousands apart, for example {@code 12,345}. */
    static String of(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** A number and its noun, in the plural unless it is one. */
    static String of(long n, String noun) {
        return of(n) + " " + noun + (n == 1 ? "" : noun.endsWith("s") ? "es" : "s");
    }

    /** "none", "all 12" or "3". */
    static String share(long part, long all) {
        return part == 0 ? "none" : part == all && all > 1 ? "all " + of(all) : of(part);
    }
}
