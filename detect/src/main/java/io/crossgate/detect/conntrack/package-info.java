/** A shadow of Linux nf_conntrack for one flow at one gateway: given the packets that reached it, in order, what the kernel says of each. */
package io.crossgate.detect.conntrack;
