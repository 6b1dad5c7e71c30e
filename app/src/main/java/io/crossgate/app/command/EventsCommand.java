package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.cluster.EventReader;
import io.crossgate.app.report.EventLine;
import io.crossgate.app.report.Ndjson;
import io.crossgate.detect.FlowSummary;
import io.crossgate.detect.Incident;
import io.crossgate.detect.InvalidDrop;
import io.crossgate.detect.OrphanedSynAck;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "events", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Follows the event topics: a line for each event, and for each revision of it, as it comes.",
        footer = {"", "Example:", "  crossgate events --bootstrap-servers 127.0.0.1:9092 --json"})
final class EventsCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Option(names = "--flows", description = "Also flow records, where streams is told to make them.")
    boolean flows;

    @Option(names = "--from-beginning", description = "Also what is in the topics already.")
    boolean fromBeginning;

    @Option(names = "--end", description = "Stop where the topics end now (with --from-beginning).")
    boolean end;

    @Option(names = "-c", paramLabel = "COUNT", description = "Stop after so many events.")
    long count;

    @Override
    public Integer call() {
        Cluster kafka = cluster.cluster();
        kafka.awaitTopics();
        PrintWriter out = Terminal.out();
        Printer printer = new Printer(out);
        try (StopSignal stop = new StopSignal(); EventReader reader = new EventReader(kafka.client(), cluster.readingCodecs(), flows)) {
            stop.whenAsked(reader::wakeUp);
            if (fromBeginning) {
                reader.fromBeginning();
            }
            if (end) {
                reader.readToEnd(printer);
                return printer.unreadable == 0 ? Exit.DONE : Exit.FAILED;
            }
            while (!stop.asked() && (count <= 0 || printer.printed < count) && !out.checkError()) {
                reader.poll(printer);
            }
        } catch (WakeupException e) {
            // Ctrl-C
        } finally {
            out.flush();
        }
        return Exit.DONE;
    }

    private final class Printer implements EventReader.Events {
        private final PrintWriter out;
        private long printed;
        private long unreadable;

        Printer(PrintWriter out) {
            this.out = out;
        }

        private void print(String line) {
            if (count <= 0 || printed < count) {
                out.print(line);
                out.print('\n');
                out.flush();
                printed++;
            }
        }

        @Override
        public void orphanedSynAck(OrphanedSynAck event) {
            print(json ? Ndjson.line(event) : EventLine.of(event));
        }

        @Override
        public void invalidDrop(InvalidDrop event) {
            print(json ? Ndjson.line(event) : EventLine.of(event));
        }

        @Override
        public void flow(FlowSummary event) {
            print(json ? Ndjson.line(event) : EventLine.of(event));
        }

        @Override
        public void incident(Incident event) {
            print(json ? Ndjson.line(event) : EventLine.of(event));
        }

        @Override
        public void unreadable(String topic, int partition, long offset, String reason) {
            unreadable++;
            Terminal.say("crossgate: record " + offset + " of " + topic + "-" + partition + " does not read: " + reason);
        }
    }
}
