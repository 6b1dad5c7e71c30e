package io.crossgate.lab;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the lab needs of the machine. */
final class Tools {
    /** Each program with its Debian package. */
    private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put("ip", "iproute2");
        PROGRAMS.put("nft", "nftables");
        PROGRAMS.put("tcpdump", "tcpdump");
        PROGRAMS.put("conntrack", "conntrack");
        PROGRAMS.put("timeout", "coreutils");
    }

    private Tools() {}

    /** What is missing and how to get it, in one line; "" if nothing is. */
    static String missing() {
        List<String> faults = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            faults.add("network namespaces need root");
        }
        List<String> absent = PROGRAMS.keySet().stream().filter(program -> !present(program)).toList();
        if (!absent.isEmpty()) {
            TreeSet<String> packages = new TreeSet<>();
            absent.forEach(program -> packages.add(PROGRAMS.get(program)));
            faults.add("not installed: " + String.join(", ", absent) + " (Debian: apt-get install " + String.join(" ", packages) + ")");
        }
        if (faults.isEmpty()) {
            try (Namespaces trial = new Namespaces()) {
                trial.add("trial");
                trial.script("trial", "echo 'table inet trial { chain c { type filter hook forward priority 0; ct state invalid counter log group 5 drop; }; }' | nft -f -");
            } catch (LabException e) {
                faults.add("no network namespaces or no nftables here (in a container: run it with --privileged): " + e.getMessage());
            }
        }
        return String.join("; ", faults);
    }

    private static boolean present(String program) {
        List<String> folders = new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)));
        folders.addAll(List.of("/usr/sbin", "/sbin"));
        return folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
