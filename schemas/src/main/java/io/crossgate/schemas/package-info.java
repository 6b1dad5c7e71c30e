/** The contract that Crossgate's parts, and foreign readers, share: the list of topics. */
package io.crossgate.schemas;
