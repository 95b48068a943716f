package org.statelessnf.io.pcap;

/**
 * Told how far reading has come, once per burst, by the thread that reads: must be cheap and must
 * not throw.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = (bytesRead, totalBytes, packets) -> {};

  /**
   * Reading went on.
   *
   * @param bytesRead bytes of the file used so far (compressed ones if it is compressed)
   * @param totalBytes the file's size, -1 if not known
   * @param packets frames read so far
   */
  void onProgress(long bytesRead, long totalBytes, long packets);
}
