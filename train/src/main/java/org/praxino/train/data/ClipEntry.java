package org.praxino.train.data;

/**
 * Location of a clip's frames: a line of {@code clips.jsonl}.
 *
 * @param file the file it was decoded from, relative to its package or folder
 * @param first its first frame in {@code clips.bin}
 * @param frames how many frames
 * @param loop true when the last frame leads back to the first
 * @param sourceFrames frames in the file, before the frame rate was changed
 * @param sha256 of the unpacked frames, first 16 hexadecimal digits: equal pictures have equal ones
 */
public record ClipEntry(String file, long first, int frames, boolean loop, int sourceFrames, String sha256) {}
