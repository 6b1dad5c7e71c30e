package io.crossgate.ingest;

/** Told now and then how far a run has come. */
@FunctionalInterface
public interface Progress {
    /** For runs that nobody watches. */
    Progress NONE = (read, total, packets) -> {};

    /**
     * Called every few thousand packets by the thread that reads.
     *
     * @param bytesRead bytes of the capture files read so far, before decompression
     * @param bytesTotal bytes there are, or -1 if that is not known because one capture is a stream
     * @param packets packets read so far
     */
    void at(long bytesRead, long bytesTotal, long packets);
}
