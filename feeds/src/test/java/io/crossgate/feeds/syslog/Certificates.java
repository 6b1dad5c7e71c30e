package io.crossgate.feeds.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate for one name, made by the JDK's keytool, and its key: in PEM, and as a server's TLS context. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    final Path certificate;
    final Path key;
    private final KeyStore store;

    /** @param san for example {@code ip:127.0.0.1} or {@code dns:localhost} */
    Certificates(Path folder, String san) throws Exception {
        Path file = folder.resolve("keys-" + san.replace(':', '-') + ".p12");
        run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "server", "-keyalg", "RSA", "-keysize", "2048", "-dname",
                "CN=receiver", "-validity", "10", "-ext", "SAN=" + san, "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        store = KeyStore.getInstance(file.toFile(), PASSWORD);
        certificate = pem(folder.resolve(file.getFileName() + ".cert.pem"), "CERTIFICATE", store.getCertificate("server"));
        key = pem(folder.resolve(file.getFileName() + ".key.pem"), "PRIVATE KEY", (PrivateKey) store.getKey("server", PASSWORD));
    }

    SSLContext server() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static Path pem(Path file, String what, Object holder) throws Exception {
        byte[] der = holder instanceof Certificate certificate ? certificate.getEncoded() : ((PrivateKey) holder).getEncoded();
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n");
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }
}
