package io.crossgate.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The network namespaces of one recording and the processes in them. Their names hold this process's number. Once closed, also by the end of this process,
 * nothing of them is left; of a process that was killed outright, the next one removes them.
 */
final class Namespaces implements AutoCloseable {
    private static final String PREFIX = "cglab";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)n\\d+-.*");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long LIMIT_SECONDS = 20;

    private final String prefix = PREFIX + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet() + "-";
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Deque<Process> processes = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::remove, "lab-clean-up");
    private boolean closed;

    Namespaces() {
        removeForsaken();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Adds a namespace, known by its role from now on. */
    synchronized void add(String role) {
        if (closed) {
            throw new LabException("stopped");
        }
        String name = prefix + role;
        names.put(role, name);
        wait(List.of("ip", "netns", "add", name), "");
        wait(List.of("ip", "-n", name, "link", "set", "lo", "up"), "");
    }

    /** The namespace's name on this machine. */
    String name(String role) {
        return names.get(role);
    }

    /** Runs shell commands in a namespace, stopping at the first that fails; gives what they print. */
    String script(String role, String commands) {
        return wait(inside(role, "sh", "-eu"), commands);
    }

    /** Starts a process in a namespace; it is ended with the recording at the latest. */
    synchronized Process start(String role, ProcessBuilder builder) {
        if (closed) {
            throw new LabException("stopped");
        }
        builder.command(inside(role, builder.command().toArray(String[]::new)));
        try {
            Process process = builder.start();
            processes.push(process);
            return process;
        } catch (IOException e) {
            throw new LabException("can't start " + String.join(" ", builder.command()), e);
        }
    }

    private List<String> inside(String role, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(role)));
        all.addAll(Arrays.asList(command));
        return all;
    }

    private static String wait(List<String> command, String input) {
        try {
            Path printed = Files.createTempFile("crossgate-lab", ".out");
            Path in = Files.createTempFile("crossgate-lab", ".in");
            try {
                Files.writeString(in, input);
                Process process = new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new LabException(String.join(" ", command) + ": not done within " + LIMIT_SECONDS + " s");
                }
                String text = Files.readString(printed, StandardCharsets.UTF_8);
                if (process.exitValue() != 0) {
                    throw new LabException(String.join(" ", command) + " failed: " + text.strip().replaceAll("\\s*\\n\\s*", "; "));
                }
                return text;
            } finally {
                Files.deleteIfExists(printed);
                Files.deleteIfExists(in);
            }
        } catch (IOException e) {
            throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private synchronized void remove() {
        closed = true;
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(2, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(2, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        processes.clear();
        names.values().forEach(Namespaces::delete);
        names.clear();
    }

    private static void delete(String name) {
        if (Files.exists(Path.of("/run/netns", name))) {
            try {
                wait(List.of("ip", "netns", "delete", name), "");
            } catch (LabException e) {
                System.err.println("crossgate: network namespace " + name + " is left: " + e.getMessage());
            }
        }
    }

    /** Those of processes that are no more. */
    private static void removeForsaken() {
        Path folder = Path.of("/run/netns");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                Matcher matcher = NAME.matcher(path.getFileName().toString());
                if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    delete(path.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new LabException("can't list " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook finds nothing left to do
        }
    }
}
