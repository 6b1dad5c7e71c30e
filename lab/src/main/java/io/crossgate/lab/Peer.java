package io.crossgate.lab;

import com.sun.jna.Native;
import io.crossgate.lab.peer.PeerMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link PeerMain} in a namespace, and the commands to it. One thread at a time. */
final class Peer {
    private final String role;
    private final BufferedReader answers;
    private final PrintStream commands;

    Peer(Namespaces namespaces, String role) {
        this.role = role;
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", "-cp", classPath(), PeerMain.class.getName());
        Process process = namespaces.start(role, builder.redirectError(ProcessBuilder.Redirect.INHERIT));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    private static String classPath() {
        try {
            return Path.of(PeerMain.class.getProtectionDomain().getCodeSource().getLocation().toURI()) + File.pathSeparator
                    + Path.of(Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new LabException("class path: " + e.getMessage(), e);
        }
    }

    void awaitStart() {
        answer();
    }

    /** Gives a command and waits for its answer. */
    List<String> tell(Object... words) {
        List<String> line = new ArrayList<>();
        for (Object word : words) {
            if (word instanceof Iterable<?> several) {
                several.forEach(w -> line.add(w.toString()));
            } else {
                line.add(word.toString());
            }
        }
        commands.println(String.join(" ", line));
        return answer();
    }

    private List<String> answer() {
        List<String> lines = new ArrayList<>();
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.equals("end")) {
                    return lines;
                }
                if (line.startsWith("fault ")) {
                    throw new LabException(role + ": " + line.substring("fault ".length()));
                }
                lines.add(line);
            }
        } catch (IOException e) {
            throw new LabException(role + ": " + e.getMessage(), e);
        }
        throw new LabException(role + ": the process in the namespace ended");
    }
}
