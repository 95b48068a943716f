package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreException;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;

/**
 * A directory as one process has it open: the control file, the map, this process's place and its
 * warden. There is one per directory, whatever the number of handles, because the kernel gives up a
 * process's locks on a file when any of its channels to that file is closed.
 *
 * <p>Thread-safe.
 */
final class Space {
  static final String CONTROL = "control";
  static final String RECORDS = "records";

  private static final long RETRY_MILLIS = 5;
  private static final Map<Path, Space> OPEN = new HashMap<>();

  private final Path directory;
  private final FileChannel channel;
  private final ControlFile control;
  private final RecordMap map;
  private final HostClock clock;
  private final ChronicleOptions options;
  private final int place;
  private final Sweeper sweeper;
  private final SessionSlot sweepersSlot;
  private final Warden warden;
  private int handles = 1; // guarded by OPEN

  private Space(
      Path directory,
      FileChannel channel,
      ControlFile control,
      RecordMap map,
      ProcessLocks locks,
      Recovery recovery,
      int place) {
    this.directory = directory;
    this.channel = channel;
    this.control = control;
    this.map = map;
    this.place = place;
    this.options = control.options();
    this.clock = control.clock();
    this.sweepersSlot = takeSlot();
    this.sweeper = new Sweeper(control, map, clock, sweepersSlot);
    String name = String.valueOf(directory.getFileName());
    this.warden = new Warden(control, locks, recovery, sweeper, clock, name);
  }

  /**
   * Opens a directory, or joins the process's other handles on it.
   *
   * @param uri whose target is the directory
   * @throws StoreConfigException if the directory or an option is wrong
   * @throws StoreUnavailableException if another process keeps the store from being opened
   */
  static Space open(StoreUri uri) {
    ChronicleOptions options = ChronicleOptions.from(uri);
    if (uri.target().isEmpty()) {
      throw new StoreConfigException(
          "'%s' names no directory: expected chronicle:DIR, such as chronicle:/dev/shm/snf"
              .formatted(uri));
    }
    synchronized (OPEN) {
      Path directory = directory(uri);
      Space space = OPEN.get(directory);
      if (space == null) {
        space = open(uri, directory, options);
        OPEN.put(directory, space);
      } else {
        space.options.requireFits(uri);
        space.handles++;
      }
      return space;
    }
  }

  private static Path directory(StoreUri uri) {
    try {
      return Files.createDirectories(Path.of(uri.target())).toRealPath();
    } catch (IOException | RuntimeException e) {
      throw new StoreConfigException(
          "'%s': not a directory that can be used: %s".formatted(uri, reason(e)), e);
    }
  }

  private static Space open(StoreUri uri, Path directory, ChronicleOptions options) {
    Library.start();
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              directory.resolve(CONTROL),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StoreConfigException(
          "'%s': files cannot be made or written there: %s".formatted(uri, reason(e)), e);
    }
    Opening opening = new Opening(uri, directory, channel);
    try {
      Space space = opening.run(options);
      space.warden.start();
      return space;
    } catch (IOException e) {
      opening.undo();
      throw new StoreException("'%s': %s".formatted(uri, reason(e)), e);
    } catch (RuntimeException | Error e) {
      opening.undo();
      throw e;
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName()
        + (message == null ? "" : ": " + message.lines().findFirst().orElse(""));
  }

  /** The steps of opening, and what has to be undone if one fails. */
  private static final class Opening {
    private final StoreUri uri;
    private final Path directory;
    private final FileChannel channel;
    private final ProcessLocks locks;
    private @Nullable ControlFile control;
    private @Nullable RecordMap map;

    Opening(StoreUri uri, Path directory, FileChannel channel) {
      this.uri = uri;
      this.directory = directory;
      this.channel = channel;
      this.locks = new ProcessLocks(channel);
    }

    Space run(ChronicleOptions asked) throws IOException {
      long end = System.nanoTime() + uri.connectTimeout().toNanos();
      awaitMaster(end);
      try {
        ControlFile opened = openControl(asked);
        control = opened;
        RecordMap records = openMap(opened.options());
        map = records;
        opened.complete();
        Recovery recovery = new Recovery(opened, locks, records, directory);
        while (!recovery.run()) {
          requireTime(end, "a session of another process stands still in mid-operation");
        }
        int place = claim(opened);
        return new Space(directory, channel, opened, records, locks, recovery, place);
      } finally {
        locks.releaseMaster();
      }
    }

    private void awaitMaster(long end) throws IOException {
      while (!locks.tryMaster()) {
        requireTime(end, "another process has been opening or recovering it");
        try {
          Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoreUnavailableException(uri + ": interrupted while it was opened", e);
        }
      }
    }

    private void requireTime(long end, String why) {
      if (System.nanoTime() - end >= 0) {
        Duration waited = uri.connectTimeout();
        throw new StoreUnavailableException(
            "%s: %s for %d ms".formatted(uri, why, waited.toMillis()));
      }
    }

    private ControlFile openControl(ChronicleOptions asked) throws IOException {
      Path records = directory.resolve(RECORDS);
      if (ControlFile.isComplete(channel)) {
        if (!Files.exists(records)) {
          throw new StoreConfigException(
              "'%s': there is a file 'control' but no 'records': empty the directory"
                  .formatted(uri));
        }
        ControlFile mapped = ControlFile.map(channel);
        control = mapped; // to be undone if the options do not fit
        mapped.options().requireFits(uri);
        return mapped;
      }
      if (!ControlFile.isUnfinished(channel)) {
        throw new StoreConfigException(
            "'%s': the file 'control' was not made by this version: empty the directory"
                .formatted(uri));
      }
      if (channel.size() == 0 && Files.exists(records)) {
        throw new StoreConfigException(
            "'%s': there is a file 'records' that is not this store's: empty the directory"
                .formatted(uri));
      }
      Files.deleteIfExists(records); // of one who was killed when making it
      return ControlFile.create(channel, asked);
    }

    private RecordMap openMap(ChronicleOptions options) throws IOException {
      try {
        return RecordMap.open(directory.resolve(RECORDS).toFile(), options);
      } catch (RuntimeException e) {
        throw new StoreException("'%s': the map cannot be opened: %s".formatted(uri, reason(e)), e);
      }
    }

    private int claim(ControlFile opened) throws IOException {
      for (int place = 0; place < ControlFile.PROCESSES; place++) {
        if (opened.process(place) == 0 && locks.claim(place)) {
          opened.process(place, ProcessHandle.current().pid());
          return place;
        }
      }
      throw new StoreUnavailableException(
          "%s: %d processes have it open, which is the most".formatted(uri, ControlFile.PROCESSES));
    }

    void undo() {
      if (map != null) {
        map.close();
      }
      if (control != null) {
        control.close();
      }
      closeQuietly(channel);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("the control file cannot be closed: " + reason(e), e);
    }
  }

  /** Gives up a handle; the last one closes the files. */
  void leave() {
    synchronized (OPEN) {
      if (--handles > 0) {
        return;
      }
      OPEN.remove(directory, this);
      warden.close();
      giveBack(sweepersSlot);
      map.close();
      control.process(place, 0);
      control.close();
      closeQuietly(channel);
    }
  }

  /**
   * Takes a slot for a session.
   *
   * @throws StoreUnavailableException if all are taken
   */
  SessionSlot takeSlot() {
    int count = control.sessions();
    for (int slot = 0; slot < count; slot++) {
      if (control.owner(slot) == 0 && control.takeSlot(slot, place)) {
        return new SessionSlot(control, slot);
      }
    }
    throw new StoreUnavailableException(
        "%s: all %d sessions are in use; an empty directory may be given more by option '%s'"
            .formatted(directory, count, ChronicleOptions.SESSIONS));
  }

  /** Gives a slot back; its session is not in the map. */
  void giveBack(SessionSlot slot) {
    slot.leave();
    control.freeSlot(slot.number());
  }

  ControlFile control() {
    return control;
  }

  RecordMap map() {
    return map;
  }

  HostClock clock() {
    return clock;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  ChronicleOptions options() {
    return options;
  }
}
