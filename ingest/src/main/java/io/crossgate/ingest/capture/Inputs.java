package io.crossgate.ingest.capture;

import io.crossgate.ingest.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Understands how captures are named on a command line: {@code GATEWAY/INTERFACE=FILE}, {@code GATEWAY=FILE}, or a folder. */
public final class Inputs {
    private static final String FORMS = "GATEWAY/INTERFACE=FILE, GATEWAY=FILE, or a folder of files named GATEWAY-INTERFACE.pcap";
    private static final Pattern CAPTURE = Pattern.compile("(.+)\\.(?:pcap|pcapng|cap)(?:\\.(?:gz|zst))?");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s=]{1,255}");

    private record Point(String gateway, String iface) {}

    private final Map<Point, List<Path>> files = new LinkedHashMap<>();
    private boolean standardInput;

    private Inputs() {}

    /**
     * Captures as named by arguments; those of one gateway and interface are put together, in the order of their first mention. Files need not exist.
     *
     * @throws UsageException if an argument has none of the known forms, or a folder cannot be used
     */
    public static List<CaptureInput> parse(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new UsageException("no captures given: " + FORMS);
        }
        Inputs inputs = new Inputs();
        arguments.forEach(inputs::add);
        List<CaptureInput> list = new ArrayList<>();
        inputs.files.forEach((point, paths) -> list.add(new CaptureInput(point.gateway, point.iface, paths)));
        return list;
    }

    private void add(String argument) {
        Path whole = path(argument, argument);
        if (!argument.isEmpty() && Files.isDirectory(whole)) { // the empty path is the working folder
            folder(whole);
            return;
        }
        int equals = argument.indexOf('=');
        if (equals < 0) {
            throw new UsageException("'" + argument + "' does not say whose capture it is: " + FORMS);
        }
        String point = argument.substring(0, equals);
        String file = argument.substring(equals + 1);
        int slash = point.indexOf('/');
        String gateway = slash < 0 ? point : point.substring(0, slash);
        String iface = slash < 0 ? null : point.substring(slash + 1);
        boolean named = NAME.matcher(gateway).matches() && (iface == null || NAME.matcher(iface).matches());
        if (!named || file.isEmpty()) {
            throw new UsageException("'" + argument + "' is not of the form GATEWAY/INTERFACE=FILE or GATEWAY=FILE");
        }
        Path path = path(file, argument);
        if (path.equals(CaptureInput.STANDARD_INPUT)) {
            if (standardInput) {
                throw new UsageException("standard input (-) can be given for one capture only");
            }
            standardInput = true;
        } else if (Files.isDirectory(path)) {
            throw new UsageException("'" + argument + "' names a folder: give GATEWAY/INTERFACE=FILE for each file, or the folder alone");
        }
        add(new Point(gateway, iface), path);
    }

    private void add(Point point, Path file) {
        List<Path> paths = files.computeIfAbsent(point, none -> new ArrayList<>());
        if (paths.contains(file)) {
            throw new UsageException(file + " is given twice for " + point.gateway + (point.iface == null ? "" : "/" + point.iface));
        }
        paths.add(file);
    }

    private static Path path(String text, String argument) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + argument + "' holds no file name: " + e.getReason());
        }
    }

    private void folder(Path folder) {
        List<Path> sorted;
        try (Stream<Path> entries = Files.list(folder)) {
            sorted = entries.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UsageException("folder " + folder + " cannot be listed: " + e.getMessage());
        }
        boolean any = false;
        for (Path file : sorted) {
            Matcher capture = CAPTURE.matcher(file.getFileName().toString());
            if (capture.matches()) {
                String name = capture.group(1);
                int dash = name.lastIndexOf('-');
                if (dash < 1 || dash == name.length() - 1 || !NAME.matcher(name).matches()) {
                    throw new UsageException(file + " is not named GATEWAY-INTERFACE.pcap: rename it, or give GATEWAY/INTERFACE=" + file);
                }
                add(new Point(name.substring(0, dash), name.substring(dash + 1)), file);
                any = true;
            }
        }
        if (!any) {
            throw new UsageException("folder " + folder + " holds no files named GATEWAY-INTERFACE.pcap, .pcapng or .cap (also .gz, .zst)");
        }
    }
}
