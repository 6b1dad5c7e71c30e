package io.crossgate.ingest.capture;

import io.crossgate.ingest.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Captures as they are named on a command line. */
public final class Inputs {
    private static final String FORMS = "write GATEWAY/INTERFACE=FILE, GATEWAY=FILE, or a folder of files GATEWAY-INTERFACE.pcap";
    private static final Pattern IN_FOLDER = Pattern.compile("(.+)-([^-]+)\\.(?:pcap|pcapng|cap)(?:\\.gz|\\.zst)?");

    private Inputs() {}

    /**
     * The captures named by {@code arguments}: {@code GATEWAY/INTERFACE=FILE}, {@code GATEWAY=FILE}, or a folder.
     *
     * @throws UsageException if one is none of these
     */
    public static List<CaptureInput> parse(List<String> arguments) {
        List<CaptureInput> inputs = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0 && equals < argument.length() - 1) {
                inputs.add(named(argument.substring(0, equals), argument.substring(equals + 1), argument));
            } else if (Files.isDirectory(Path.of(argument))) {
                inputs.addAll(folder(Path.of(argument)));
            } else if (Files.exists(Path.of(argument))) {
                throw new UsageException(argument + ": which gateway's capture is this? " + FORMS);
            } else {
                throw new UsageException("'" + argument + "' names no capture: " + FORMS);
            }
        }
        if (inputs.stream().filter(CaptureInput::isStandardInput).count() > 1) {
            throw new UsageException("standard input (-) can be read once only");
        }
        return inputs;
    }

    private static CaptureInput named(String point, String file, String argument) {
        int slash = point.indexOf('/');
        String gateway = slash < 0 ? point : point.substring(0, slash);
        String iface = slash < 0 ? null : point.substring(slash + 1);
        if (gateway.isBlank() || iface != null && iface.isBlank()) {
            throw new UsageException("'" + argument + "' names no observation point: " + FORMS);
        }
        if (!file.equals(CaptureInput.STANDARD_INPUT) && Files.isDirectory(Path.of(file))) {
            throw new UsageException(file + " is a folder: give it without a gateway's name, its files are named GATEWAY-INTERFACE.pcap");
        }
        return new CaptureInput(gateway, iface, file);
    }

    private static List<CaptureInput> folder(Path folder) {
        List<CaptureInput> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> {
                Matcher name = IN_FOLDER.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file)) {
                    inputs.add(new CaptureInput(name.group(1), name.group(2), file.toString()));
                }
            });
        } catch (IOException e) {
            throw new UsageException(folder + ": the folder can't be read: " + e.getMessage());
        }
        if (inputs.isEmpty()) {
            throw new UsageException(folder + ": no file in this folder is named GATEWAY-INTERFACE.pcap (or .pcapng, .gz, .zst)");
        }
        return inputs;
    }
}
