/** The commands of the one command line. */
package io.crossgate.app.command;
