package io.crossgate.app.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The program in {@code foreign-client}, installed by npm. A test that wants it is skipped, and says so, where npm is not there or cannot reach its packages. */
final class NodeClient {
    private static final Pattern NO_NETWORK = Pattern.compile("\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\\b");
    private static final int MINUTES = 2;

    private final Path folder;

    private NodeClient(Path folder) {
        this.folder = folder;
    }

    static NodeClient install() throws Exception {
        Path folder = Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target", "foreign-client").toAbsolutePath());
        for (String name : List.of("package.json", "package-lock.json", "read.mjs")) {
            try (InputStream in = NodeClient.class.getResourceAsStream("/foreign-client/" + name)) {
                Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        NodeClient client = new NodeClient(folder);
        client.needs("node");
        client.needs("npm");
        Said said = client.run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"));
        if (said.status != 0 && NO_NETWORK.matcher(said.err).find()) {
            skip("npm cannot reach its packages");
        }
        assertThat(said.status).as("npm ci: %s", said.err).isZero();
        return client;
    }

    /** The lines that it prints, each a record in JSON. */
    List<String> read(String bootstrapServers, String registry, int count, String... topics) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "read.mjs", bootstrapServers, registry, Integer.toString(count)));
        command.addAll(List.of(topics));
        Said said = run(command);
        assertThat(said.status).as("read.mjs: %s", said.err).isZero();
        return said.out.lines().toList();
    }

    private void needs(String tool) throws Exception {
        try {
            if (run(List.of(tool, "--version")).status == 0) {
                return;
            }
        } catch (IOException e) {
            // not there
        }
        skip("there is no " + tool + " on this machine");
    }

    private static void skip(String why) {
        String words = "Skipped: the foreign client was not run, " + why + ".";
        System.out.println(words);
        abort(words);
    }

    private Said run(List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            assertThat(ended).as("%s ends; said %s %s", command, Files.readString(out), Files.readString(err)).isTrue();
            return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Said(int status, String out, String err) {}
}
