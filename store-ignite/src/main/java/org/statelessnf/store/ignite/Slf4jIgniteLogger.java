package org.statelessnf.store.ignite;

import org.apache.ignite.IgniteLogger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ignite's log as SLF4J, one level lower than Ignite thinks: what concerns the user of the store is
 * told by outcomes and by the store's own log; what Ignite says is for whoever looks into it.
 */
final class Slf4jIgniteLogger implements IgniteLogger {
  private final Logger log;

  Slf4jIgniteLogger() {
    this("org.apache.ignite");
  }

  private Slf4jIgniteLogger(String category) {
    this.log = LoggerFactory.getLogger(category);
  }

  @Override
  public IgniteLogger getLogger(Object category) {
    String name = category instanceof Class<?> type ? type.getName() : String.valueOf(category);
    return new Slf4jIgniteLogger(name.startsWith("org.") ? name : "org.apache.ignite." + name);
  }

  @Override
  public void trace(String message) {
    log.trace(message);
  }

  @Override
  public void debug(String message) {
    log.trace(message);
  }

  @Override
  public void info(String message) {
    log.debug(message);
  }

  @Override
  public void warning(String message, @Nullable Throwable cause) {
    log.info(message, cause);
  }

  @Override
  public void error(String message, @Nullable Throwable cause) {
    log.warn(message, cause);
  }

  @Override
  public boolean isTraceEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isQuiet() {
    return false; // quiet would mean lines on stdout
  }

  @Override
  public @Nullable String fileName() {
    return null;
  }
}
