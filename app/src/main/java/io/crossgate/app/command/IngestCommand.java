package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.ingest.capture.CaptureException;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import io.crossgate.ingest.capture.LiveInput;
import io.crossgate.ingest.capture.LiveRun;
import io.crossgate.ingest.publish.HeaderPublisher;
import io.crossgate.ingest.publish.PublishSettings;
import io.crossgate.streams.Codecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "ingest", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Reads captures or live interfaces at a gateway and publishes the headers.",
        footer = {"", "Examples:", "  crossgate ingest --bootstrap-servers kafka:9092 --gateway gwa -i eth0 -i eth1 'tcp or icmp or icmp6'",
            "  tcpdump -i eth0 -w - | crossgate ingest --bootstrap-servers kafka:9092 gwa/eth0=-"})
final class IngestCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;
    @Mixin
    InputOptions input;

    @Option(names = "-i", paramLabel = "[NAME=]DEVICE", description = {
        "Capture live at this device; may be given again. NAME is the interface's name in events, if it is to be another.",
        "What stands on the command line besides is then a filter, as with tcpdump."})
    List<String> devices = new ArrayList<>();

    @Option(names = "-s", paramLabel = "BYTES", defaultValue = "128", description = "Bytes to capture of each packet (${DEFAULT-VALUE}: headers, in tunnels as well).")
    int snapLength;

    @Option(names = "-B", paramLabel = "KIB", defaultValue = "65536", description = "Kernel buffer of each device, KiB (${DEFAULT-VALUE}).")
    int bufferKib;

    @Option(names = "--promiscuous", description = "Capture what is not for this machine as well (off unless given).")
    boolean promiscuous;

    @Option(names = "-c", paramLabel = "COUNT", description = "Stop after so many packets (live).")
    long count;

    @Option(names = "-F", paramLabel = "FILE", description = "Read the filter for live capture from this file.")
    Path filterFile;

    @Option(names = "--bundle", description = {
        "Publish many flows in a record, to crossgate.header-bundles.v1, and none to crossgate.headers.v1: several times less work for all, but other clients",
        "can then no longer read headers by flow. `crossgate streams` reads both."})
    boolean bundle;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (devices.isEmpty()) {
            return files();
        }
        if (input.gateway == null || input.gateway.isBlank()) {
            throw new UsageFault("-i needs --gateway NAME: whose interface is this?");
        }
        if (!input.read.isEmpty()) {
            throw new UsageFault("-r and -i exclude each other");
        }
        if (snapLength < 64 || snapLength > 262_144 || bufferKib < 1 || bufferKib > 2_000_000) {
            throw new UsageFault("-s is 64 to 262144, -B is 1 to 2000000");
        }
        return live();
    }

    private Integer files() {
        List<CaptureInput> inputs = input.inputs();
        boolean piped = inputs.stream().anyMatch(i -> i.files().contains(CaptureInput.STANDARD_INPUT));
        try (HeaderPublisher publisher = publisher(piped ? PublishSettings.pipes() : PublishSettings.files())) {
            CaptureRun run = InputOptions.run(inputs, publisher);
            publisher.flush();
            long packets = run.accounts().stream().mapToLong(a -> a.packets()).sum();
            Terminal.say("crossgate: " + packets + " packets, of which " + publisher.headers() + " headers published in " + publisher.records() + " records");
            run.faults().forEach(fault -> Terminal.say("crossgate: " + fault));
            return run.faults().isEmpty() ? Exit.DONE : Exit.FAILED;
        }
    }

    private Integer live() throws IOException, InterruptedException {
        String filter = filterFile == null ? String.join(" ", input.captures) : Files.readString(filterFile).strip();
        List<LiveInput> inputs = new ArrayList<>();
        for (String device : devices) {
            int equals = device.indexOf('=');
            String name = equals < 0 ? device : device.substring(0, equals);
            if (device.substring(equals + 1).equals("any")) {
                throw new UsageFault("-i any: name each interface with an -i of its own: by them it is told what enters the gateway and what leaves it");
            }
            inputs.add(new LiveInput(input.gateway, name, device.substring(equals + 1), filter, snapLength, bufferKib * 1024, promiscuous));
        }
        try (StopSignal stop = new StopSignal(); LiveRun run = LiveRun.open(inputs); HeaderPublisher publisher = publisher(PublishSettings.live())) {
            stop.whenAsked(run::stop);
            Terminal.say("crossgate: capturing at " + String.join(", ", devices) + "; Ctrl-C stops");
            run.run(publisher, count);
            publisher.flush();
            if (!stop.asked() && count <= 0) {
                throw new CaptureException("the capture has ended by itself: are the interfaces still there?");
            }
            run.accounts().forEach(a -> Terminal.say("crossgate: " + a.gateway() + "/" + a.iface() + ": " + a.packets() + " packets, " + a.lost() + " lost"));
        }
        return Exit.DONE;
    }

    private HeaderPublisher publisher(PublishSettings byFlow) {
        PublishSettings settings = byFlow.bundled(bundle);
        Cluster kafka = cluster.cluster();
        int partitions = kafka.prepareTopics(cluster.partitions);
        Codecs codecs = cluster.codecs();
        return new HeaderPublisher(HeaderPublisher.producer(kafka.client(), settings), partitions, settings, codecs.headers(bundle), codecs.points(), System.currentTimeMillis());
    }
}
