package io.crossgate.feeds.destination;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to trust in TLS. Certificates are always checked, and so is the host's name in them. */
public final class Tls {
    private Tls() {}

    /**
     * A context that trusts the certificates in a PEM file, or Java's own where none is given.
     *
     * @throws IllegalArgumentException if the file does not read as certificates
     */
    public static SSLContext trusting(Path certificates) {
        try {
            if (certificates == null) {
                return SSLContext.getDefault();
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            try (InputStream file = Files.newInputStream(certificates)) {
                int n = 0;
                for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                    trusted.setCertificateEntry("ca" + n++, certificate);
                }
                if (n == 0) {
                    throw new IllegalArgumentException(certificates + " holds no certificate in PEM");
                }
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(certificates + " does not read as certificates in PEM: " + e.getMessage(), e);
        }
    }
}
