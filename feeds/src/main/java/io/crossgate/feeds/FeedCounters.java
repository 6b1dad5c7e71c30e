package io.crossgate.feeds;

import java.util.concurrent.atomic.AtomicLong;

/** What became of records, since the feed started. Each record that is settled is in exactly one of delivered, refused, unreadable and handed over. May be read by any thread. */
public final class FeedCounters {
    /** Records taken from topics. */
    public final AtomicLong read = new AtomicLong();
    /** Those that the destination has. */
    public final AtomicLong delivered = new AtomicLong();
    /** Those that the destination will never take: they are dead letters. */
    public final AtomicLong refused = new AtomicLong();
    /** Those that do not decode: they are dead letters. */
    public final AtomicLong unreadable = new AtomicLong();
    /** Those that another member of the group delivers, as it took over their partition. */
    public final AtomicLong handedOver = new AtomicLong();
    /** Attempts after which something had to be tried again. */
    public final AtomicLong failedAttempts = new AtomicLong();
    /** Commits that did not go through; a later one covers them, or the records are delivered again. */
    public final AtomicLong failedCommits = new AtomicLong();

    /** One line. */
    @Override
    public String toString() {
        return "read " + read + ", delivered " + delivered + ", refused " + refused + ", unreadable " + unreadable + ", handed over " + handedOver + "; failed attempts "
                + failedAttempts + ", failed commits " + failedCommits;
    }
}
