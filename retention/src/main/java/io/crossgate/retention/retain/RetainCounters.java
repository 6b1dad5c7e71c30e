package io.crossgate.retention.retain;

import java.util.concurrent.atomic.AtomicLong;

/** What became of every record, and what was done with files. Thread-safe. */
public final class RetainCounters {
    /** Records taken from topics. */
    final AtomicLong read = new AtomicLong();
    /** Records whose rows are in the lake for good: those that could not be read have a row among them. */
    final AtomicLong kept = new AtomicLong();
    /** Records that could not be read. */
    final AtomicLong unreadable = new AtomicLong();
    /** Records that the topics had deleted before they were read. */
    final AtomicLong missing = new AtomicLong();
    final AtomicLong commits = new AtomicLong();
    final AtomicLong filesWritten = new AtomicLong();
    final AtomicLong filesCompacted = new AtomicLong();
    final AtomicLong filesExpired = new AtomicLong();
    /** Records in the topics that are not read yet. */
    final AtomicLong lag = new AtomicLong();

    /** What was done with files. */
    public String filesAsText() {
        return "files written " + filesWritten + ", compacted " + filesCompacted + ", expired " + filesExpired;
    }

    @Override
    public String toString() {
        return "read " + read + ", kept " + kept + ", unreadable " + unreadable + ", missing " + missing + ", lag " + lag + "; commits " + commits + ", "
                + filesAsText();
    }
}
