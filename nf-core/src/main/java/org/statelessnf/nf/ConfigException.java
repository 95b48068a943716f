package org.statelessnf.nf;

import java.nio.file.Path;

/**
 * A configuration that cannot be used. The message is one line for the user, with file and line
 * where there is one; hosts print it and exit with a usage error.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * For a configuration that is no file.
   *
   * @param message one line
   */
  public ConfigException(String message) {
    super(message);
  }

  /**
   * For a file as a whole.
   *
   * @param file which
   * @param message one line
   */
  public ConfigException(Path file, String message) {
    super(file + ": " + message);
  }

  /**
   * For a line of a file.
   *
   * @param file which
   * @param line counting from 1
   * @param message one line
   */
  public ConfigException(Path file, int line, String message) {
    super(file + ":" + line + ": " + message);
  }
}
