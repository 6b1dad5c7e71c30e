package io.crossgate.app.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines at its spaces. A command between backticks is never broken: it is there to be copied. */
final class Wrap {
    private Wrap() {}

    static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words(text)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (line.length() > 0) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        boolean command = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ' ' && !command) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            } else if (text.charAt(i) == '`') {
                command = !command;
            }
        }
        return words;
    }
}
