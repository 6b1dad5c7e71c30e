package io.crossgate.ingest;

/** Told now and then how far reading has come. */
@FunctionalInterface
public interface Progress {
    /**
     * Reading has come so far.
     *
     * @param bytesRead bytes of the files, compressed as they are
     * @param bytesTotal bytes of all files; 0 if not known
     * @param packets packets so far
     */
    void at(long bytesRead, long bytesTotal, long packets);
}
