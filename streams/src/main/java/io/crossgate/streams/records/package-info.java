/** Events between detection's form and the records of their topics. */
package io.crossgate.streams.records;
