package io.crossgate.lab.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A process inside a namespace: takes commands from standard input, a line each, words apart by one space, and answers each with any number of lines and then
 * {@code end}. It ends with its standard input, so that it never outlives who started it.
 */
public final class PeerMain {
    private final Map<InetSocketAddress, Client> kept = new LinkedHashMap<>();
    private final List<Pinger> pingers = new ArrayList<>();

    private PeerMain() {}

    public static void main(String[] arguments) throws Exception {
        PeerMain peer = new PeerMain();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("end");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String answer;
            try {
                answer = peer.obey(line.split(" "));
            } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
                answer = "fault " + e + "\n";
            }
            System.out.print(answer);
            System.out.println("end");
        }
        System.exit(0);
    }

    private String obey(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "serve" -> serve(words);
            case "connect" -> connect(words, false);
            case "open" -> connect(words, true);
            case "use" -> use(words);
            case "release" -> release();
            case "reuse" -> reuse(words);
            case "cross" -> cross(words);
            case "fast-open" -> fastOpen(words);
            case "reset" -> reset(words);
            case "ping" -> ping(words);
            case "stop-ping" -> stopPing();
            case "mark" -> mark(words);
            default -> throw new IllegalArgumentException("no command " + words[0]);
        };
    }

    /** {@code serve ADDRESS PORT}. */
    private String serve(String[] words) throws IOException {
        Threads.start(new Server(InetAddress.getByName(words[1]), Integer.parseInt(words[2])));
        return "";
    }

    /** {@code connect|open COUNT SPACING-MS BYTES TIMEOUT-MS ADDRESS PORT CLIENT...}: connections one after the other by turns, without waiting for each other. */
    private String connect(String[] words, boolean keep) throws IOException, InterruptedException {
        int spacing = Integer.parseInt(words[2]);
        int bytes = Integer.parseInt(words[3]);
        int timeout = Integer.parseInt(words[4]);
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(words[5]), Integer.parseInt(words[6]));
        List<Supplier<Attempt>> work = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            InetAddress from = InetAddress.getByName(words[7 + i % (words.length - 7)]);
            work.add(() -> {
                try {
                    Client client = new Client(from, 0, remote);
                    Attempt attempt = client.connect(bytes, timeout);
                    if (keep) {
                        synchronized (kept) {
                            kept.put(attempt.local(), client);
                        }
                    } else {
                        client.close();
                    }
                    return attempt;
                } catch (IOException e) {
                    return new Attempt(System.currentTimeMillis(), new InetSocketAddress(from, 0), remote, 0, String.valueOf(e.getMessage()));
                }
            });
        }
        return together(work, spacing);
    }

    /** {@code use BYTES TIMEOUT-MS}: an exchange on every connection that is kept open. */
    private String use(String[] words) throws InterruptedException {
        int bytes = Integer.parseInt(words[1]);
        int timeout = Integer.parseInt(words[2]);
        List<Supplier<Attempt>> work = new ArrayList<>();
        kept.values().forEach(client -> work.add(() -> client.use(bytes, timeout)));
        return together(work, 0);
    }

    /** {@code release}: closes every connection that is kept open. */
    private String release() {
        kept.values().forEach(Client::close);
        kept.clear();
        return "";
    }

    /** {@code reuse TIMES BYTES TIMEOUT-MS CLIENT PORT ADDRESS PORT}: connections from one port, one after the other; the server closes each first. */
    private String reuse(String[] words) throws IOException {
        StringBuilder answer = new StringBuilder();
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(words[6]), Integer.parseInt(words[7]));
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            try (Client client = new Client(InetAddress.getByName(words[4]), Integer.parseInt(words[5]), remote)) {
                answer.append(client.connectUntilClosed(Integer.parseInt(words[2]), Integer.parseInt(words[3])).line()).append('\n');
            }
        }
        return answer.toString();
    }

    /**
     * {@code cross BYTES TIMEOUT-MS ADDRESS PORT ADDRESS PORT}: one side of a simultaneous open, from the first address to the second. With 0 bytes it serves the
     * other side.
     */
    private String cross(String[] words) throws IOException {
        int bytes = Integer.parseInt(words[1]);
        int timeout = Integer.parseInt(words[2]);
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(words[5]), Integer.parseInt(words[6]));
        Client client = new Client(InetAddress.getByName(words[3]), Integer.parseInt(words[4]), remote);
        if (bytes == 0) {
            Threads.start(() -> {
                if (client.open(timeout).fault().isEmpty()) {
                    Server.answer(client.socket());
                } else {
                    client.close();
                }
            });
            return "";
        }
        try (client) {
            return client.connect(bytes, timeout).line() + "\n";
        }
    }

    /** {@code fast-open COUNT BYTES TIMEOUT-MS FIRST-PORT ADDRESS PORT CLIENT}. */
    private String fastOpen(String[] words) throws IOException {
        StringBuilder answer = new StringBuilder();
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(words[5]), Integer.parseInt(words[6]));
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            answer.append(FastOpen.attempt(InetAddress.getByName(words[7]), Integer.parseInt(words[4]) + i, remote, Integer.parseInt(words[2]),
                    Integer.parseInt(words[3])).line()).append('\n');
        }
        return answer.toString();
    }

    /** {@code reset ADDRESS PORT ADDRESS PORT SEQ...}: forged resets from the first address to the second. */
    private String reset(String[] words) throws IOException {
        try (Forger forger = new Forger()) {
            for (int i = 5; i < words.length; i++) {
                forger.reset(new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2])),
                        new InetSocketAddress(InetAddress.getByName(words[3]), Integer.parseInt(words[4])), Integer.parseUnsignedInt(words[i]));
            }
        }
        return "";
    }

    /** {@code ping INTERVAL-MS ADDRESS CLIENT...}: from now on, until stopped. */
    private String ping(String[] words) throws IOException {
        for (int i = 3; i < words.length; i++) {
            pingers.add(new Pinger(InetAddress.getByName(words[i]), InetAddress.getByName(words[2]), Long.parseLong(words[1])));
        }
        return "";
    }

    /** {@code stop-ping}: gives the numbers sent and answered. */
    private String stopPing() throws InterruptedException {
        int sent = 0;
        int answered = 0;
        for (Pinger pinger : pingers) {
            int[] counts = pinger.stop();
            sent += counts[0];
            answered += counts[1];
        }
        pingers.clear();
        return sent + " " + answered + "\n";
    }

    /** {@code mark FROM TO}: one echo request that must be answered. */
    private static String mark(String[] words) throws IOException {
        if (!Pinger.once(InetAddress.getByName(words[1]), InetAddress.getByName(words[2]))) {
            throw new IOException(words[2] + " does not answer " + words[1]);
        }
        return "";
    }

    private static String together(List<Supplier<Attempt>> work, int spacingMillis) throws InterruptedException {
        Attempt[] done = new Attempt[work.size()];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < done.length; i++) {
            int number = i;
            threads.add(Threads.start(() -> done[number] = work.get(number).get()));
            Thread.sleep(spacingMillis);
        }
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < done.length; i++) {
            threads.get(i).join();
            answer.append(done[i].line()).append('\n');
        }
        return answer.toString();
    }
}
