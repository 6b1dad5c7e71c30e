package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.scan.Scan;
import io.crossgate.detect.DetectSettings;
import io.crossgate.ingest.capture.CaptureInput;
import io.crossgate.ingest.capture.CaptureRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "scan", mixinStandardHelpOptions = true, sortOptions = false, description = "Finds asymmetric routing in captures, without Kafka.",
        footer = {"", "Example:", "  crossgate scan --firewall gwa gwa/lan=a-lan.pcap gwa/wan=a-wan.pcap gwb/lan=b-lan.pcap gwb/wan=b-wan.pcap"})
final class ScanCommand implements Callable<Integer> {
    @Mixin
    InputOptions input;
    @Mixin
    DetectionOptions detection;
    @Mixin
    OutputOptions output;

    @Override
    public Integer call() {
        DetectSettings settings = detection.settings();
        List<CaptureInput> inputs = input.inputs();
        try (Scan scan = new Scan(settings, output.findings())) {
            CaptureRun run = InputOptions.run(inputs, new FirewallNames(settings, scan));
            output.print(scan.findings(), InputOptions.accounting(run, scan.counters()));
            run.faults().forEach(fault -> Terminal.say("crossgate: " + fault));
            return run.faults().isEmpty() ? Exit.DONE : Exit.FAILED;
        }
    }
}
