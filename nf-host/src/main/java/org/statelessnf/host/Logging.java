package org.statelessnf.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libraries log goes to stderr, by {@code logback.xml}: errors, or everything on demand. */
final class Logging {
  private Logging() {}

  /** Shows all that is logged, down to the backends' connects. */
  static void showAll() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.DEBUG);
      context.getLogger("org.statelessnf").setLevel(Level.DEBUG);
    }
  }
}
