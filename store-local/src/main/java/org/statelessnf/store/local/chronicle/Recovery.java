package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the store in order after a process ended without leaving. Run under the master lock, by a
 * process that opens the store or by a {@link Warden}, whichever comes first.
 *
 * <ol>
 *   <li>Who is dead? Those whose places nobody holds a lock on.
 *   <li>If none of them was at work in the map, their places and slots are freed, and that is all.
 *   <li>Else the gate is closed, and the sessions of the living leave the map ({@link
 *       SessionSlot}). If one does not, being stopped, say, the gate is opened again until later:
 *       what the dead had not locked is served meanwhile.
 *   <li>The file is saved as it is: Chronicle's repair takes entries out and puts them in again, so
 *       one that is interrupted by another kill has to start from the same state.
 *   <li>{@link RecordMap#repair} clears the locks and drops torn records.
 *   <li>What the dead had declared and not settled is carried out: each of these is a torn record,
 *       or one that was as good as written.
 *   <li>Places and slots are freed, the gate is opened.
 * </ol>
 *
 * <p>Every step may be done again: a recovery that is killed is done by the next process from the
 * start.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private static final long QUIESCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PARK_NANOS = 100_000;

  private final ControlFile control;
  private final ProcessLocks locks;
  private final RecordMap map;
  private final Path records;
  private final Path saved;
  private final Path saving;

  Recovery(ControlFile control, ProcessLocks locks, RecordMap map, Path directory) {
    this.control = control;
    this.locks = locks;
    this.map = map;
    this.records = directory.resolve(Space.RECORDS);
    this.saved = directory.resolve("records.saved");
    this.saving = directory.resolve("records.saving");
  }

  /** Whether there is a reason to {@link #run}; needs no lock. */
  boolean isDue() throws IOException {
    if (!control.isOpen() || control.isDamaged()) {
      return true;
    }
    for (int place = 0; place < ControlFile.PROCESSES; place++) {
      if (control.process(place) != 0 && locks.isDead(place)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Does what there is to do. The caller holds the master lock.
   *
   * @return false if a session did not leave the map in time: to be tried again
   */
  boolean run() throws IOException {
    boolean[] dead = new boolean[ControlFile.PROCESSES];
    for (int place = 0; place < dead.length; place++) {
      dead[place] = control.process(place) != 0 && locks.isDead(place);
    }
    if (isNeeded(dead)) {
      if (!recover(dead)) {
        return false;
      }
    }
    free(dead);
    control.state(ControlFile.OPEN);
    return true;
  }

  private boolean isNeeded(boolean[] dead) {
    if (control.state() == ControlFile.RECOVERING || control.isDamaged()) {
      return true;
    }
    for (int slot = 0; slot < control.sessions(); slot++) {
      if (isOf(slot, dead) && control.isActive(slot)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOf(int slot, boolean[] dead) {
    int owner = control.owner(slot);
    // A place that is free had an owner that was dead before.
    return owner != 0 && (dead[owner - 1] || control.process(owner - 1) == 0);
  }

  private boolean recover(boolean[] dead) throws IOException {
    long start = System.nanoTime();
    boolean again = control.state() == ControlFile.RECOVERING;
    if (!again) {
      control.state(ControlFile.QUIESCING);
    }
    if (!quiesce(dead)) {
      if (!again) {
        control.state(ControlFile.OPEN);
      }
      LOG.info("a session does not leave the map, recovery of {} put off", records);
      return false;
    }
    if (again && Files.exists(saved)) {
      restore();
    } else {
      save();
    }
    control.state(ControlFile.RECOVERING);
    map.repair();
    int carriedOut = carryOut();
    control.records(map.count());
    Files.deleteIfExists(saved);
    // From here on a repetition starts from the repaired map.
    for (int slot = 0; slot < control.sessions(); slot++) {
      control.settle(slot);
    }
    control.damaged(false);
    control.countRecovery();
    LOG.info(
        "recovered {} in {} ms: {} records, {} writes carried out",
        records,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
        control.records(),
        carriedOut);
    return true;
  }

  private boolean quiesce(boolean[] dead) throws IOException {
    long end = System.nanoTime() + QUIESCE_NANOS;
    for (int slot = 0; slot < control.sessions(); slot++) {
      while (control.owner(slot) != 0 && !isOf(slot, dead) && control.isActive(slot)) {
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        int place = control.owner(slot) - 1;
        if (place >= 0 && locks.isDead(place)) {
          dead[place] = true; // died meanwhile
        }
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
    return true;
  }

  private void save() throws IOException {
    Files.deleteIfExists(saved);
    try {
      Files.copy(records, saving, StandardCopyOption.REPLACE_EXISTING);
      Files.move(saving, saved, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // No room, most likely. It would be needed only if this process were killed, too.
      Files.deleteIfExists(saving);
      LOG.warn("{} cannot be saved before its recovery: {}", records, e.toString());
    }
  }

  /** Into the same file, which others have mapped. */
  private void restore() throws IOException {
    try (FileChannel from = FileChannel.open(saved, StandardOpenOption.READ);
        FileChannel to = FileChannel.open(records, StandardOpenOption.WRITE)) {
      long size = from.size();
      for (long at = 0; at < size; ) {
        at += from.transferTo(at, size - at, to.position(at));
      }
    }
  }

  private int carryOut() {
    int count = 0;
    for (int number = 0; number < control.sessions(); number++) {
      int intent = control.intent(number);
      if (intent != 0) {
        SessionSlot slot = new SessionSlot(control, number);
        slot.takeOver();
        if (map.carryOut(slot, intent)) {
          count++;
        }
      }
    }
    return count;
  }

  private void free(boolean[] dead) {
    for (int slot = 0; slot < control.sessions(); slot++) {
      if (isOf(slot, dead)) {
        control.deactivate(slot);
        control.freeSlot(slot);
      }
    }
    for (int place = 0; place < dead.length; place++) {
      if (dead[place]) {
        control.process(place, 0);
      }
    }
  }
}
