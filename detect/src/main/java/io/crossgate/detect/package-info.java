/** The thinking: which SYN-ACKs are orphaned, which packets a stateful firewall drops as INVALID, and what to conclude. JDK only, driven by scan and by streams. */
package io.crossgate.detect;
