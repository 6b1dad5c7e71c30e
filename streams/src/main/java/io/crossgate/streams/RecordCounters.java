package io.crossgate.streams;

import io.crossgate.detect.DetectCounters;

/** What became of the records of one partition of headers, and of what they held. Written by the task's thread; others read what may be a moment old. */
public final class RecordCounters {
    /** Records taken; with {@link #repeated}, {@link #stale} and {@link #deadLetters}: all. */
    public volatile long records;
    /** Records that had been taken before: redelivered after a restart. */
    public volatile long repeated;
    /** Records of an ingester that a later one of the same observation point has replaced. */
    public volatile long stale;
    /** Records that do not decode: in the dead-letter topic. */
    public volatile long deadLetters;
    /** Times that an observation point was called silent. */
    public volatile long silences;
    /** Events told, revisions included. */
    public volatile long orphans;
    public volatile long drops;
    /** What detection counts. */
    public final DetectCounters detection;

    RecordCounters(DetectCounters detection) {
        this.detection = detection;
    }
}
