/** The one command line, and the wiring of the parts behind it. */
package io.crossgate.app;
