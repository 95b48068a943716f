package org.statelessnf.host.experiment;

/**
 * How a download went.
 *
 * @param beginMillis since the client's start
 * @param endMillis since the client's start
 * @param connections connections that it took; more than one means that some broke
 * @param complete whether it was completed in the end
 */
record Download(long beginMillis, long endMillis, int connections, boolean complete) {

  /** Reads a line of {@link DownloadClient}. */
  static Download parse(String line) {
    String[] words = line.split(" ", -1);
    int connections = Integer.parseInt(words[3]);
    return new Download(
        Long.parseLong(words[1]), Long.parseLong(words[2]), Math.abs(connections), connections > 0);
  }

  boolean unbroken() {
    return complete && connections == 1;
  }
}
