package io.crossgate.app.report;

import java.io.PrintWriter;
import java.util.List;

/** Lines for a terminal of some width: wraps, colours, and lets nothing through that a terminal would obey. */
final class Page {
    /** How a line looks where there is colour. */
    enum Style {
        PLAIN(""), BOLD("1"), DIM("2"), ALARM("1;31"), GOOD("32");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private static final int MIN_WIDTH = 60;
    /** Longer lines of prose are hard to read, however wide the terminal. */
    private static final int MAX_PROSE = 110;
    private static final int LABEL = 19;
    private static final String INDENT = "  ";

    private final int width;
    private final boolean colour;
    private final boolean unicode;
    private final PrintWriter out;

    Page(int width, boolean colour, boolean unicode, PrintWriter out) {
        this.width = Math.max(width, MIN_WIDTH);
        this.colour = colour;
        this.unicode = unicode;
        this.out = out;
    }

    int width() {
        return width;
    }

    void blank() {
        out.print('\n');
    }

    /** One line, as it is. */
    void line(Style style, String text) {
        out.print(styled(style, clean(text)));
        out.print('\n');
    }

    /** Text from the left edge. */
    void prose(Style style, String text) {
        for (String line : Wrap.lines(clean(text), prose())) {
            line(style, line);
        }
    }

    /** Text with a label to its left. */
    void labelled(String label, String text) {
        hanging(Style.BOLD, pad(INDENT + label, LABEL), text);
    }

    /** Text that goes on under a label already printed. */
    void more(String text) {
        hanging(Style.PLAIN, " ".repeat(LABEL), text);
    }

    /** A numbered step. */
    void step(int number, String text) {
        hanging(Style.BOLD, pad(INDENT + INDENT + number + ".", LABEL / 2 - 2), text);
    }

    /** Text at the first indent; further lines of it are indented more. */
    void item(String text) {
        List<String> lines = Wrap.lines(clean(text), width - 2 * INDENT.length());
        for (int i = 0; i < lines.size(); i++) {
            line(Style.PLAIN, (i == 0 ? INDENT : INDENT + INDENT) + lines.get(i));
        }
    }

    private void hanging(Style style, String label, String text) {
        List<String> lines = Wrap.lines(clean(text), prose() - label.length());
        for (int i = 0; i < lines.size(); i++) {
            out.print(i == 0 ? styled(style, clean(label)) : " ".repeat(label.length()));
            out.print(lines.get(i));
            out.print('\n');
        }
    }

    private int prose() {
        return Math.min(width, MAX_PROSE);
    }

    private String styled(Style style, String text) {
        return colour && style != Style.PLAIN ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    /** Names come from outside: control characters are replaced, and what the terminal can't show. */
    private String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == 0x2192 && !unicode) {
                clean.append("->");
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c > 0x7e && !unicode) {
                clean.append('?');
            } else {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
