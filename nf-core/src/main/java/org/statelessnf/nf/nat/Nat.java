package org.statelessnf.nf.nat;

import java.util.function.LongSupplier;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.StagedRecord;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.packet.Packet;

/**
 * NAPT for IPv4 whose mappings live in the store (Kablan 2017, algorithm 5, without its race).
 *
 * <h2>Records</h2>
 *
 * <p>A mapping has two records ({@link MappingRecord}): the <b>forward</b> record, from the inside
 * endpoint to the external one, and the <b>reverse</b> record, from the external endpoint to the
 * inside one. Each direction of an established flow reads one of them, once per batch, and writes
 * nothing. Mappings are endpoint-independent (RFC 4787 REQ-1, RFC 5382 REQ-1, RFC 5508 REQ-1a): the
 * remote endpoint is in neither key.
 *
 * <h2>The reverse record is the claim</h2>
 *
 * <p>Two mappings must never share an external endpoint, and no write covers two records at once.
 * So one record decides: <b>the external endpoint belongs to the inside endpoint that the reverse
 * record names, until that record's time has run out</b> ({@link Lifetimes}: timeout, lag, rest).
 * It comes into being by an if-absent write, and the engine writes it before anything else of the
 * packet ({@link Step#claim}); nobody takes over an existing one. Which port to try is a matter of
 * taste: {@link PortAllocator} proposes, from blocks that {@link BlockLeases} leases so that
 * instances rarely propose the same. A wrong proposal costs a round trip.
 *
 * <p>The forward record is a copy with a lease. It is <b>written only in a commit that has seen the
 * reverse record in the store, naming the inside endpoint, with time enough left</b> to keep others
 * away for the whole lease; and it is believed without a look at the reverse record only that long:
 * a 128th of the timeout, half the rest at most. Whoever meets it later fetches the reverse record
 * too. If that still names the endpoint and has time left, both are refreshed (this is the lazy
 * refresh that a flow needs anyway); if not, the mapping is lost, and the endpoint gets a new one.
 *
 * <p>Hence, whatever is interleaved or lost: a packet that leaves with an external endpoint does so
 * within a lease that began while the reverse record held that endpoint for longer than the lease.
 *
 * <h2>What can happen</h2>
 *
 * <ul>
 *   <li><b>Two instances claim the same port.</b> One if-absent write fails; nothing else of that
 *       packet was written, and the step runs again with the next port.
 *   <li><b>Two instances make a mapping for the same inside endpoint.</b> Each has claimed a port
 *       of its own; then one write of the forward record fails. The step runs again, finds the
 *       winner's mapping, uses it, and removes its own claim, which no packet has used.
 *   <li><b>Death after the claim, before the forward record.</b> The claim names an endpoint whose
 *       forward record is absent or points elsewhere. It lets packets in to that endpoint and
 *       otherwise does nothing, and its timer, which was armed before it was written, removes it.
 *   <li><b>Death between the two writes of a refresh.</b> If only the reverse record was refreshed,
 *       the forward record is looked at again sooner. If only the forward record was, its lease was
 *       covered by the reverse record as read; the mapping ends at worst as if the last refresh had
 *       not been.
 *   <li><b>Expiry against refresh.</b> The timer removes both records, each on the condition that
 *       it is as it was read. A refresh at the same moment has seen a reverse record with time
 *       left, so by its clock the port was not free: the two clocks differ by less than half the
 *       rest, or one of the writes fails and its step runs again. If the forward record alone goes,
 *       the claim is left to its timer and the endpoint gets a new mapping.
 *   <li><b>An instance that slept</b> and now writes a forward record for a claim that is long
 *       gone: the record carries the packet's time, so its lease is over, and the next packet looks
 *       and makes a new mapping. Its own packets, of that old time, are the only ones to leave with
 *       the lost endpoint. This is the assumption of any quiet time: no write is delayed by more
 *       than the timeout and the rest.
 *   <li><b>A lost block lease</b> means nothing; see {@link BlockLeases}.
 * </ul>
 *
 * <p>The timer of a mapping is on its reverse record and fires when the port is free: the rest of a
 * released port (RFC 6888 REQ-8) needs no tombstone, the expired record is one. What decides is
 * packet time: an expired record lets nothing in whether or not its timer has fired, and block
 * surveys remove free ones that the timer is late for.
 *
 * <h2>Choices</h2>
 *
 * <ul>
 *   <li>Only packets from inside refresh (RFC 4787 REQ-6), resets and ICMP errors do not (RFC 7857
 *       section 7, RFC 5508 REQ-6). TCP timers: {@link MappingState}.
 *   <li>Filtering is endpoint-independent unless configured ({@link Filtering}).
 *   <li>Hairpinning with the external source (RFC 4787 REQ-9a).
 *   <li>When ports or the subscriber's share run out, the packet is dropped and no mapping is ended
 *       (RFC 6888 REQ-11). The share is counted by increments at the store, so it may be exceeded
 *       by the packets of a batch, and a crash may leave the count off by the mappings it hit.
 *   <li>Nothing is sent by the NAT itself: no ICMP error about a dropped packet (RFC 4787 REQ-13,
 *       RFC 5382 REQ-4, RFC 5508 REQ-8 leave it as a SHOULD or to the router), and the time to live
 *       is the router's.
 *   <li>Well-known inside ports get external ports like any other; parity and port numbers are not
 *       preserved (RFC 7857 section 8 allows it).
 * </ul>
 */
public final class Nat implements NetworkFunction {
  private final NatConfig config;
  private final NatTables tables = new NatTables();
  private final Lifetimes lifetimes;
  private final Permissions permissions;
  private final Fragments fragments;
  private final DestinationTranslation destination;
  private final ErrorTranslation errors;
  private final PortAllocator ports;
  private final SourceTranslation source;
  private final BlockLeases leases;

  /**
   * For one pipe.
   *
   * @param config the same for all instances
   */
  public Nat(NatConfig config) {
    this(config, System::currentTimeMillis, System.nanoTime());
  }

  /**
   * For tests.
   *
   * @param clockMillis real time, for leases
   * @param seed of the order of ports
   */
  Nat(NatConfig config, LongSupplier clockMillis, long seed) {
    this.config = config;
    this.lifetimes = new Lifetimes(config.timeouts());
    this.permissions = new Permissions(config.filtering(), tables, lifetimes);
    this.fragments = new Fragments(tables);
    this.destination = new DestinationTranslation(tables, lifetimes, permissions);
    this.errors = new ErrorTranslation(config, tables, lifetimes);
    this.ports = new PortAllocator(config.pool().count(), seed);
    this.source = new SourceTranslation(config, tables, lifetimes, ports);
    this.leases = new BlockLeases(config, tables, lifetimes, ports, clockMillis);
  }

  /**
   * A record as a line of text.
   *
   * @param table name of the table without the network function's
   * @param key the record's key
   * @param value its value
   */
  public static String describe(String table, byte[] key, byte[] value) {
    return NatText.describe(table, key, value);
  }

  @Override
  public StateLayout layout() {
    return tables.layout();
  }

  @Override
  public void locate(Packet packet, Keys keys) {
    switch (Route.of(packet, config)) {
      case OUT -> {
        locateSource(packet, keys);
        permissions.locate(packet, keys);
        fragments.locate(packet, keys);
      }
      case IN -> {
        locateDestination(packet, keys);
        fragments.locate(packet, keys);
      }
      case HAIRPIN -> {
        locateSource(packet, keys);
        locateDestination(packet, keys);
        permissions.locate(packet, keys);
        fragments.locate(packet, keys);
      }
      case ERROR_OUT -> errors.locateQuotedDestination(packet, keys);
      case ERROR_IN -> errors.locateQuotedSource(packet, keys);
      case ERROR_HAIRPIN -> {
        errors.locateQuotedDestination(packet, keys);
        errors.locateQuotedSource(packet, keys);
      }
      case LATER_FRAGMENT -> fragments.locate(packet, keys);
      default -> {}
    }
  }

  @Override
  public void process(Packet packet, Step step) {
    Route route = Route.of(packet, config);
    switch (route) {
      case PASS -> step.forward();
      case OUT -> out(packet, step);
      case IN -> in(packet, step);
      case HAIRPIN -> hairpin(packet, step);
      case ERROR_OUT -> errors.out(packet, step);
      case ERROR_IN -> errors.in(packet, step);
      case ERROR_HAIRPIN -> errors.hairpin(packet, step);
      case LATER_FRAGMENT -> fragments.follow(step);
      default -> {
        DropReason reason = route.dropReason();
        step.drop(reason == null ? DropReason.NO_VERDICT : reason);
      }
    }
  }

  @Override
  public void onTimer(TimerEvent timer, Step step) {
    StagedRecord record = step.record(0);
    int first = MappingKey.protocol(timer.key(), timer.keyOffset());
    int table = timer.table().index();
    if (table == tables.permissions.index()) {
      permissions.onTimer(step, record, first);
    } else if (table == tables.fragments.index()) {
      fragments.onTimer(step, record);
    } else if (table == tables.reverse.index() && record.exists()) {
      endMapping(timer, step, record);
    }
  }

  @Override
  public void housekeeping(NfContext context) {
    leases.keep(context);
  }

  @Override
  public void close(NfContext context) {
    leases.close(context);
  }

  private void locateSource(Packet packet, Keys keys) {
    tables.locate(
        keys, tables.forward, packet.protocol(), Route.source(packet), packet.sourcePort());
  }

  private void locateDestination(Packet packet, Keys keys) {
    tables.locate(
        keys,
        tables.reverse,
        packet.protocol(),
        Route.destination(packet),
        packet.destinationPort());
  }

  private void out(Packet packet, Step step) {
    if (source.find(packet, step, step.record(0))) {
      permissions.grant(packet, step, 1);
      rewriteSource(step.rewrite());
      fragments.note(packet, step, false);
      step.forward();
    }
  }

  private void in(Packet packet, Step step) {
    if (destination.find(packet, step, step.record(0), Route.source(packet), packet.sourcePort())) {
      rewriteDestination(step.rewrite());
      fragments.note(packet, step, false);
      step.forward();
    }
  }

  private void hairpin(Packet packet, Step step) {
    StagedRecord reverse = step.record(1);
    if (!destination.isOpen(step, reverse) || !source.find(packet, step, step.record(0))) {
      return;
    }
    permissions.grant(packet, step, 2);
    if (destination.find(packet, step, reverse, source.externalAddress(), source.externalPort())) {
      rewriteSource(step.rewrite());
      rewriteDestination(step.rewrite());
      fragments.note(packet, step, true);
      step.hairpin();
    }
  }

  private void rewriteSource(Rewrite rewrite) {
    rewrite.source(0, source.externalAddress() & 0xffff_ffffL, source.externalPort());
  }

  private void rewriteDestination(Rewrite rewrite) {
    rewrite.destination(0, destination.insideAddress() & 0xffff_ffffL, destination.insidePort());
  }

  /**
   * Removes a mapping whose port is free, or waits on. The forward record was read after the
   * reverse record, and may belong to a newer mapping with the same port: its own time must have
   * run out, too.
   */
  private void endMapping(TimerEvent timer, Step step, StagedRecord reverse) {
    long now = step.nowNanos();
    if (now <= lifetimes.holdEndNanos(reverse)) {
      step.armTimer(reverse, lifetimes.millisToFree(reverse, now));
      return;
    }
    int protocol = MappingKey.protocol(timer.key(), timer.keyOffset());
    int inside = MappingRecord.peerAddress(reverse.memory(), reverse.offset());
    int insidePort = MappingRecord.peerPort(reverse.memory(), reverse.offset());
    StagedRecord forward = tables.fetch(step, tables.forward, protocol, inside, insidePort);
    if (forward == null) {
      return;
    }
    if (forward.exists()
        && MappingRecord.hasPeer(
            forward.memory(),
            forward.offset(),
            MappingKey.address(timer.key(), timer.keyOffset()),
            MappingKey.port(timer.key(), timer.keyOffset()))) {
      if (now <= lifetimes.holdEndNanos(forward)) {
        step.armTimer(reverse, lifetimes.millisToFree(forward, now));
        return;
      }
      forward.remove();
    }
    reverse.remove();
    if (config.portsPerSubscriber() > 0) {
      tables.count(step, protocol, inside, -1);
    }
  }
}
