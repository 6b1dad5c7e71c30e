/** A flow, its key, and one packet's header in primitives: the words that decode, publish and detect share. JDK only. */
package io.crossgate.schemas.flow;
