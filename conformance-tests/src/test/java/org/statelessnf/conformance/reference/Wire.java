package org.statelessnf.conformance.reference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Op;
import org.statelessnf.store.Outcome;

/** Messages between client and server: length, number of the request, verb, body. */
final class Wire {
  static final int APPLY = 0;
  static final int SCAN = 1;
  static final int FULL = 2;

  private Wire() {}

  /** A message. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(long id, int verb, byte[] body) {
    void write(DataOutputStream out) throws IOException {
      out.writeInt(Long.BYTES + 1 + body.length);
      out.writeLong(id);
      out.writeByte(verb);
      out.write(body);
    }

    static Frame read(DataInputStream in) throws IOException {
      int length = in.readInt();
      long id = in.readLong();
      int verb = in.readByte();
      byte[] body = new byte[length - Long.BYTES - 1];
      in.readFully(body);
      return new Frame(id, verb, body);
    }
  }

  /** Something that writes to a stream. */
  @FunctionalInterface
  interface Encoder {
    void encode(DataOutputStream out) throws IOException;
  }

  static byte[] encode(Encoder encoder) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      encoder.encode(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static DataInputStream decode(byte[] body) {
    return new DataInputStream(new ByteArrayInputStream(body));
  }

  static byte[] requests(List<Request> requests) {
    return encode(out -> {
      out.writeInt(requests.size());
      for (Request request : requests) {
        out.writeByte(request.op().code());
        out.writeUTF(request.space());
        bytes(out, request.key());
        bytes(out, request.value());
        out.writeLong(request.expected());
        out.writeLong(request.number());
        out.writeLong(request.ttlMillis());
        out.writeInt(request.max());
      }
    });
  }

  static List<Request> requests(DataInputStream in) throws IOException {
    List<Request> requests = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      requests.add(
          new Request(
              Op.values()[in.readByte()],
              in.readUTF(),
              bytes(in),
              bytes(in),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readInt()));
    }
    return requests;
  }

  static byte[] replies(List<Reply> replies) {
    return encode(out -> {
      out.writeInt(replies.size());
      for (Reply reply : replies) {
        out.writeByte(reply.outcome().code());
        out.writeLong(reply.version());
        out.writeLong(reply.number());
        bytes(out, reply.key());
        out.writeBoolean(reply.value() != null);
        bytes(out, reply.value());
      }
    });
  }

  static List<Reply> replies(DataInputStream in) throws IOException {
    List<Reply> replies = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      Outcome outcome = Outcome.values()[in.readByte()];
      long version = in.readLong();
      long number = in.readLong();
      byte[] key = bytes(in);
      boolean valued = in.readBoolean();
      byte[] value = bytes(in);
      replies.add(new Reply(outcome, version, number, key, valued ? value : null));
    }
    return replies;
  }

  static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    out.writeInt(bytes == null ? 0 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  static byte[] bytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
