package io.crossgate.app;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the terminal can show. The launcher tells, by the system properties {@code crossgate.stdout.tty}, {@code crossgate.stderr.tty} (true or false) and
 * {@code crossgate.columns}: Java itself can't tell the two streams apart.
 */
public final class Terminal {
    private static final int WIDTH = 100;

    private Terminal() {}

    public static boolean outIsTerminal() {
        return Boolean.getBoolean("crossgate.stdout.tty");
    }

    public static boolean errIsTerminal() {
        return Boolean.getBoolean("crossgate.stderr.tty");
    }

    public static int width() {
        return Integer.getInteger("crossgate.columns", WIDTH);
    }

    /** Colour on a terminal, unless the environment says NO_COLOR (no-color.org) or that the terminal is dumb. */
    public static boolean colour() {
        return outIsTerminal() && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    }

    /** True if the locale's characters go beyond ASCII. */
    public static boolean unicode() {
        return charset().equals(StandardCharsets.UTF_8);
    }

    private static Charset charset() {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = System.getenv(name);
            if (value != null && !value.isEmpty()) {
                String lower = value.toLowerCase(Locale.ROOT);
                return lower.contains("utf-8") || lower.contains("utf8") ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
            }
        }
        return StandardCharsets.US_ASCII;
    }

    /** Standard output for text. */
    public static PrintWriter out() {
        return new PrintWriter(new OutputStreamWriter(System.out, unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII), false);
    }

    /** Tells the user something on standard error. */
    public static void say(String line) {
        System.err.println(line);
    }
}
