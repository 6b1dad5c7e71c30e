package io.crossgate.detect.conntrack;

/** What is to be said of a packet that is not INVALID. */
public enum Note {
    /** Nothing: it takes its connection's course. */
    NONE(""),
    /** It opened an entry. */
    OPENED("opens an entry"),
    /** It opened an entry for a connection that was under way already. */
    PICKED_UP("picked up in mid-stream: nf_conntrack_tcp_loose is 1, windows are not enforced"),
    /** It opened a new entry where one of a closed connection was. */
    REOPENED("opens a new entry in place of a closed one"),
    /** It is let through, and changes nothing. */
    OUT_OF_SYNC("let through and otherwise ignored: it may be a retransmission, or the firewall is out of step with both ends"),
    /** A SYN-ACK to a SYN that was ignored: both ends are in step, the firewall was not. */
    RESYNCHRONISED("answers a SYN that was ignored before: the entry starts anew"),
    /** An ACK that does not acknowledge the last FIN. */
    CHALLENGE_ACK("challenge ACK: let through, does not acknowledge the last FIN"),
    /** A RST within the window, but not exactly at its edge: the connection may live on. */
    RST_NOT_EXACT("RST is in the window, but not exactly at the acknowledged edge: the entry stays, a challenge ACK may follow"),
    /** All of it was acknowledged before. */
    SEQ_UNDER_LOWER_BOUND("data that was acknowledged before is sent again: let through and otherwise ignored"),
    /** It acknowledges what was acknowledged long ago. */
    ACK_UNDER_LOWER_BOUND("acknowledges less than long before: let through and otherwise ignored"),
    /** It is beyond the window, by less than that window ("bytes more than expected"). */
    MORE_BYTES_THAN_EXPECTED("more bytes than the window allows, by less than one window: let through and otherwise ignored"),
    /** It is outside the window, and that is tolerated. */
    OUTSIDE_WINDOW_TOLERATED("outside the window, which is not enforced for this connection"),
    /** A RST ended an entry that had seen no reply. */
    ENTRY_REMOVED("RST before any reply: the entry is gone");

    private final String words;

    Note(String words) {
        this.words = words;
    }

    /** In words for people; empty for {@link #NONE}. */
    public String words() {
        return words;
    }
}
