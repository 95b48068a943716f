package org.statelessnf.nf.defrag;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.FailurePolicy;
import org.statelessnf.nf.IdleTimeout;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Addresses;
import org.statelessnf.nf.packet.Checksum;
import org.statelessnf.nf.packet.FlowKeys;
import org.statelessnf.nf.packet.Ipv4Header;
import org.statelessnf.nf.packet.Ipv6Header;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.ParseStatus;
import org.statelessnf.nf.packet.Wire;
import org.statelessnf.store.TableClass;

/**
 * Puts IPv4 and IPv6 fragments together, so that the functions behind it see whole packets. All
 * else passes at once, without a record.
 *
 * <p>One record per datagram ({@link Datagram}) holds all of its fragments that have come. A
 * fragment is held by one conditional write; the one that completes the datagram removes the record
 * by one, and the datagram leaves after it. So whichever instances get the fragments, and whoever
 * dies, the datagram leaves once for each time that all of its fragments came, and never in parts.
 *
 * <p>A fragment that overlaps another, though with the same bytes, has the datagram refused, with
 * what comes of it until its time is over (RFC 5722, RFC 8200 section 4.5); an exact duplicate
 * counts as held. The same goes for what contradicts the end of the datagram, and at the limits.
 *
 * <p>One object per pipe; allocates nothing after construction.
 */
public final class Defrag implements NetworkFunction {
  private static final int MAX_DATAGRAM = 65_535;
  private static final int MORE_FRAGMENTS_AND_OFFSET = 0x3fff;
  private static final int IPV6_KEY = 0x86;
  private static final int ADDRESSES = 2;

  private final DefragConfig config;
  private final StateLayout layout = new StateLayout("defrag");
  private final StateTable datagrams =
      layout.table("datagrams", FlowKeys.MAX_LENGTH, Datagram.MAX_LENGTH, TableClass.FLOW);
  private final Fragment fragment = new Fragment();
  private final MemorySegment whole = Arena.ofAuto().allocate(2L << 16, Long.BYTES);

  /**
   * A re-assembly of fragments.
   *
   * @param config alike for all instances that share a store
   */
  public Defrag(DefragConfig config) {
    this.config = config;
  }

  @Override
  public StateLayout layout() {
    return layout;
  }

  @Override
  public FailurePolicy onStoreFailure() {
    return config.onStoreFailure();
  }

  /** What passes, passes as it is. */
  @Override
  public boolean mayRewrite() {
    return false;
  }

  /** The functions that need whole packets are behind it, whichever side packets come from. */
  @Override
  public boolean isFirst() {
    return true;
  }

  /** The table of datagrams. */
  public StateTable datagrams() {
    return datagrams;
  }

  /**
   * A record for people.
   *
   * @param key its key
   * @param value its value
   */
  public static String describe(byte[] key, byte[] value) {
    MemorySegment m = MemorySegment.ofArray(value);
    MemorySegment k = MemorySegment.ofArray(key);
    if (!Datagram.isOne(m, 0, value.length) || key.length < ADDRESSES + 12) {
      return "record of an unknown format";
    }
    int version = (key[0] & 0xff) == IPV6_KEY ? 6 : 4;
    int address = version == 4 ? 4 : 16;
    return "%s > %s id %s: %s"
        .formatted(
            Addresses.format(k, ADDRESSES, version),
            Addresses.format(k, ADDRESSES + address, version),
            Integer.toHexString(Wire.i32(k, ADDRESSES + 2L * address)),
            Datagram.is(m, 0, Datagram.REFUSED)
                ? "refused"
                : Datagram.count(m, 0)
                    + " fragments, "
                    + Datagram.received(m, 0)
                    + (Datagram.is(m, 0, Datagram.LAST) ? " of " + Datagram.total(m, 0) : "")
                    + " bytes");
  }

  // --- packets ---

  @Override
  public void locate(Packet packet, Keys keys) {
    if (packet.isFragment() && Fragment.isSound(packet)) {
      long at = keys.reserve(FlowKeys.MAX_LENGTH);
      keys.commit(datagrams, FlowKeys.writeDatagram(packet, keys.memory(), at));
    }
  }

  @Override
  public void process(Packet packet, Step step) {
    if (!packet.isFragment()) {
      step.forward();
    } else if (packet.parseStatus() == ParseStatus.TINY_FRAGMENT && packet.ipVersion() != 4) {
      step.drop(DropReason.FRAGMENT);
    } else if (step.records() == 0 || !fragment.set(packet)) {
      step.drop(DropReason.MALFORMED);
    } else {
      take(packet, step, step.record(0));
    }
  }

  private void take(Packet p, Step step, StagedRecord record) {
    if (!isAlive(record, step.nowNanos(), timeout(p.ipVersion()))) {
      begin(p, step, record);
    }
    MemorySegment m = record.memory();
    long at = record.offset();
    if (Datagram.is(m, at, Datagram.REFUSED)
        || Datagram.is(m, at, Datagram.FROM_INSIDE) != p.fromInside()
        || Datagram.linkType(m, at) != p.linkType()) {
      step.drop(DropReason.FRAGMENT);
      return;
    }
    long entry = at + Datagram.HEADER;
    for (int i = Datagram.count(m, at); i > 0; i--) {
      if (fragment.isSame(m, entry)) {
        step.hold();
        return;
      }
      if (fragment.overlaps(m, entry)) {
        refuse(record, step, DropReason.FRAGMENT);
        return;
      }
      if (fragment.isLast() && Datagram.offset(m, entry) >= fragment.end()) {
        refuse(record, step, DropReason.FRAGMENT);
        return;
      }
      entry = Datagram.next(m, entry);
    }
    int used = record.length();
    if (Datagram.is(m, at, Datagram.LAST) && fragment.end() > Datagram.total(m, at)) {
      refuse(record, step, DropReason.FRAGMENT);
    } else if (Datagram.count(m, at) >= config.maxFragments()
        || used + fragment.bytes() > Datagram.MAX_LENGTH) {
      refuse(record, step, DropReason.LIMIT);
    } else {
      at = record.write(used + fragment.bytes());
      m = record.memory();
      fragment.append(m, at, at + used);
      if (Datagram.isComplete(m, at)) {
        complete(p, step, record);
      } else {
        step.hold();
      }
    }
  }

  private static boolean isAlive(StagedRecord record, long now, long timeout) {
    return record.exists()
        && Datagram.isOne(record.memory(), record.offset(), record.length())
        && !IdleTimeout.isExpired(
            Datagram.sinceNanos(record.memory(), record.offset()), now, timeout);
  }

  private void begin(Packet p, Step step, StagedRecord record) {
    long now = step.nowNanos();
    long at = record.write(Datagram.HEADER);
    Datagram.begin(record.memory(), at, p.fromInside(), p.linkType(), now);
    step.armTimer(record, IdleTimeout.remainingMillis(now, now, timeout(p.ipVersion())));
  }

  /** What is left of it says no to further fragments until its time is over. */
  private static void refuse(StagedRecord record, Step step, DropReason reason) {
    long at = record.write(Datagram.HEADER);
    Datagram.set(record.memory(), at, Datagram.REFUSED);
    step.drop(reason);
  }

  private void complete(Packet p, Step step, StagedRecord record) {
    MemorySegment m = record.memory();
    long at = record.offset();
    int headers = 0;
    long entry = at + Datagram.HEADER;
    for (int i = Datagram.count(m, at); i > 0 && headers == 0; i--) {
      headers = Datagram.headers(m, entry);
      if (headers > 0) {
        MemorySegment.copy(m, entry + Datagram.ENTRY, whole, 0, headers);
      }
      entry = Datagram.next(m, entry);
    }
    entry = at + Datagram.HEADER;
    for (int i = Datagram.count(m, at); i > 0; i--) {
      MemorySegment.copy(
          m,
          Datagram.data(m, entry),
          whole,
          headers + Datagram.offset(m, entry),
          Datagram.length(m, entry));
      entry = Datagram.next(m, entry);
    }
    int l3 = Datagram.l3Offset(m, at);
    boolean congestion = Datagram.is(m, at, Datagram.CONGESTION);
    int length = headers + Datagram.total(m, at);
    boolean fits =
        p.ipVersion() == 4
            ? finishIpv4(l3, headers - l3, length - l3, congestion)
            : finishIpv6(l3, length - l3 - Ipv6Header.LENGTH, congestion);
    if (fits) {
      record.remove();
      step.hold();
      step.emit(whole, 0, length, p.fromInside());
    } else {
      refuse(record, step, DropReason.MALFORMED);
    }
  }

  private boolean finishIpv4(int l3, int headerLength, int totalLength, boolean congestion) {
    if (totalLength > MAX_DATAGRAM) {
      return false;
    }
    Ipv4Header.totalLength(whole, l3, totalLength);
    long field = (long) l3 + Ipv4Header.FRAGMENT_OFFSET;
    Wire.put16(whole, field, Wire.u16(whole, field) & ~MORE_FRAGMENTS_AND_OFFSET);
    if (congestion) {
      Wire.put8(whole, l3 + 1L, Wire.u8(whole, l3 + 1L) | 0x03);
    }
    Checksum.fixIpv4Header(whole, l3, headerLength);
    return true;
  }

  private boolean finishIpv6(int l3, int payloadLength, boolean congestion) {
    if (payloadLength > MAX_DATAGRAM) {
      return false;
    }
    Ipv6Header.payloadLength(whole, l3, payloadLength);
    if (congestion) {
      Wire.put8(whole, l3 + 1L, Wire.u8(whole, l3 + 1L) | 0x30);
    }
    return true;
  }

  // --- timers ---

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    if (!record.exists()) {
      return;
    }
    int first = Wire.u8(timer.key(), timer.keyOffset());
    long timeout = timeout(first == IPV6_KEY ? 6 : 4);
    long now = step.nowNanos();
    if (isAlive(record, now, timeout)) {
      long since = Datagram.sinceNanos(record.memory(), record.offset());
      step.armTimer(record, IdleTimeout.remainingMillis(since, now, timeout));
    } else {
      record.remove();
    }
  }

  private long timeout(int ipVersion) {
    return ipVersion == 4 ? config.ipv4Nanos() : config.ipv6Nanos();
  }
}
