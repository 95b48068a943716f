package org.statelessnf.conformance.reference;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends every change to a file, with one write each, so that it outlives a {@code kill -9}.
 * Instants are {@link System#nanoTime}, which goes on over processes, though not over a reboot.
 */
final class FileJournal implements Journal {
  private static final int RECORD = 1;
  private static final int NO_RECORD = 2;
  private static final int FILTER = 3;
  private static final int TIMER = 4;
  private static final int NO_TIMER = 5;

  private @Nullable FileOutputStream out;

  private FileJournal() {}

  /** An engine with what a journal remembers, which goes on writing to it. */
  static MapEngine open(Path file) throws IOException {
    FileJournal journal = new FileJournal();
    MapEngine engine = new MapEngine(journal, MapEngine.epoch());
    if (Files.exists(file)) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        replay(in, engine);
      }
    }
    journal.out = new FileOutputStream(file.toFile(), true);
    return engine;
  }

  private static void replay(DataInputStream in, MapEngine engine) throws IOException {
    long serial = Long.MIN_VALUE / 2; // before those that the engine gives
    try {
      while (true) {
        int kind = in.readByte();
        byte[] body = Wire.bytes(in);
        DataInputStream from = Wire.decode(body);
        switch (kind) {
          case RECORD -> {
            String space = from.readUTF();
            byte[] key = Wire.bytes(from);
            byte[] value = Wire.bytes(from);
            engine.restoreRecord(
                space,
                key,
                new MapEngine.Stored(from.readLong(), value, from.readBoolean(), from.readLong()));
          }
          case NO_RECORD -> engine.restoreRecord(from.readUTF(), Wire.bytes(from), null);
          case FILTER -> engine.apply(Wire.requests(from));
          case TIMER -> {
            String space = from.readUTF();
            byte[] id = Wire.bytes(from);
            byte[] payload = Wire.bytes(from);
            engine.restore(
                space,
                id,
                new TimerWheel.Timer(
                    ByteBuffer.wrap(id),
                    payload,
                    from.readLong(),
                    from.readLong(),
                    from.readLong(),
                    ++serial));
          }
          default -> engine.restore(from.readUTF(), Wire.bytes(from), null);
        }
      }
    } catch (EOFException e) {
      // the end, perhaps in the middle of a change that nobody was told of
    }
  }

  @Override
  public void record(String space, byte[] key, MapEngine.@Nullable Stored now) {
    write(
        now == null ? NO_RECORD : RECORD,
        Wire.encode(to -> {
          to.writeUTF(space);
          Wire.bytes(to, key);
          if (now != null) {
            Wire.bytes(to, now.value());
            to.writeLong(now.version());
            to.writeBoolean(now.expires());
            to.writeLong(now.expiresAt());
          }
        }));
  }

  @Override
  public void filter(Request request) {
    write(FILTER, Wire.requests(List.of(request)));
  }

  @Override
  public void timer(String space, byte[] id, TimerWheel.@Nullable Timer now) {
    write(
        now == null ? NO_TIMER : TIMER,
        Wire.encode(to -> {
          to.writeUTF(space);
          Wire.bytes(to, id);
          if (now != null) {
            Wire.bytes(to, now.payload());
            to.writeLong(now.deadlineNanos());
            to.writeLong(now.nextNanos());
            to.writeLong(now.fence());
          }
        }));
  }

  private void write(int kind, byte[] body) {
    if (out == null) {
      return; // replaying
    }
    byte[] entry =
        Wire.encode(to -> {
          to.writeByte(kind);
          Wire.bytes(to, body);
        });
    try {
      out.write(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
