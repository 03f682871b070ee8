/**
 * Downloads of published checkpoints: a small built-in list as data, and files from any URL.
 * An interrupted download resumes, checksums are compared before a file gets its name, and licences are shown first.
 * Proxy, access token and mirror come from the environment; nothing is sent anywhere but to the host that is asked for a file.
 */
@NullMarked
package org.praxino.io.pull;

import org.jspecify.annotations.NullMarked;
