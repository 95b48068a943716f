package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.statelessnf.nf.StateTable;

/** Table and key, as a map's key. */
record RecordId(StateTable table, ByteBuffer key) {

  static RecordId of(StateTable table, MemorySegment memory, long offset, int length) {
    if (length < 1 || length > table.maxKeyBytes()) {
      throw new IllegalArgumentException(
          "key of %d bytes in table %s, which takes 1 to %d"
              .formatted(length, table.name(), table.maxKeyBytes()));
    }
    byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    return new RecordId(table, ByteBuffer.wrap(bytes));
  }

  byte[] bytes() {
    byte[] bytes = new byte[key.remaining()];
    key.get(key.position(), bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return table.name() + " " + HexFormat.of().formatHex(bytes());
  }
}
