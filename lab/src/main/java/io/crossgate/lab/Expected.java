package io.crossgate.lab;

/**
 * What is right to find in a recording.
 *
 * @param words for people
 * @param incidents how many diagnoses
 * @param cause the cause that each of them names; "" if there is none
 * @param orphansAt the gateway at which every failed connection's SYN-ACK arrives orphaned; "" if failures, where there are any, have no orphan
 */
record Expected(String words, int incidents, String cause, String orphansAt) {
    static Expected nothing(String words) {
        return new Expected(words, 0, "", "");
    }
}
