/**
 * Prepares the data set of the bundled model: Microsoft's animated Fluent emoji, from npm packages.
 * Names, genders, skin tones and tags become captions; some names are held out.
 * Every package is checked by its hash.
 */
@NullMarked
package org.praxino.train.data.emoji;

import org.jspecify.annotations.NullMarked;
