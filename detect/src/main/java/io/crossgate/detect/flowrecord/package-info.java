/** What a flow record is made of: the account of one connection at one gateway, its history and its state by Zeek's definitions, without a reference to the rest of detection. */
package io.crossgate.detect.flowrecord;
