package io.crossgate.detect.conntrack;

/** A packet's {@code ct state}, by netfilter's names. */
public enum CtVerdict {
    NEW,
    ESTABLISHED,
    RELATED,
    INVALID,
    UNTRACKED
}
