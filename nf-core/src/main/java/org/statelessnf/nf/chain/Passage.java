package org.statelessnf.nf.chain;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Keys;
import org.statelessnf.nf.Rewrite;
import org.statelessnf.nf.Step;
import org.statelessnf.nf.TimerEvent;
import org.statelessnf.nf.engine.PacketRewriter;
import org.statelessnf.nf.packet.LinkType;
import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.packet.PacketParser;

/**
 * A packet's or a timer's way through the links of a chain, one link in a leg. Keeps nothing from
 * one call to the next: what is in transit is carried by the chain's step.
 */
final class Passage {
  /** Links that a packet and what it gives rise to may pass. */
  private static final int MAX_LEGS = 64;

  private final String name;
  private final List<Link> links;
  private final Route route;
  private final LinkStep step = new LinkStep();

  // The call under way.
  private final Transit start = new Transit();
  private final Transit transit = new Transit();
  private final Rewrite rewrite = new Rewrite();
  private final Bytes viewed = new Bytes(2048);

  /** The packet as a link is to see it, where that is not as it came; or an emitted frame. */
  private final Packet view = new Packet();

  private Packet original = new Packet();

  /** Of the packet seen last: a frame that a timer emits has no packet to ask. */
  private int linkType = LinkType.ETHERNET;

  Passage(String name, List<Link> links) {
    this.name = name;
    this.links = links;
    this.route = new Route(links);
  }

  /** The keys of the links that see the packet as it came. */
  void locate(Packet packet, Keys keys) {
    boolean outwards = packet.fromInside();
    for (int at = route.entry(outwards); route.isLink(at); at = route.next(at, outwards)) {
      Link link = links.get(at);
      LinkKeys own = new LinkKeys(link, keys);
      link.function.locate(packet, own);
      boolean partial = packet.isFragment() && link.function.isFirst() && own.isUsed();
      if (link.function.mayRewrite() || partial) {
        return; // keys of those behind it depend on what it makes of the packet
      }
    }
  }

  /** One leg of a packet. */
  void packet(Packet packet, Step chain) {
    original = packet;
    linkType = packet.linkType();
    transit.clear();
    if (chain.leg() > 0) {
      resume(chain, null);
      return;
    }
    boolean outwards = packet.fromInside();
    rewrite.clear();
    start.clear();
    start.packet(route.entry(outwards), true, outwards, rewrite);
    if (passPacket(0, chain)) {
      conclude(chain);
    }
  }

  /** One leg of an expired timer that belongs to a link. */
  void timer(TimerEvent timer, Link link, Step chain) {
    transit.clear();
    if (chain.leg() > 0) {
      resume(chain, timer);
      return;
    }
    start.clear();
    start.timer(link.index, 0, MemorySegment.NULL, 0, 0);
    if (passTimer(timer, 0, chain)) {
      conclude(chain);
    }
  }

  /** What is in transit when the leg begins. */
  private MemorySegment before(Step chain) {
    return chain.leg() == 0 ? start.memory() : chain.carried(); // which moves as it grows
  }

  /** Lets everything in transit pass the link that is before it. */
  private void resume(Step chain, @Nullable TimerEvent timer) {
    long entry = chain.carriedOffset();
    long end = entry + chain.carriedLength();
    while (entry < end) {
      MemorySegment from = chain.carried();
      boolean uninterrupted = true;
      switch (Transit.kind(from, entry)) {
        case Transit.Kind.HELD, Transit.Kind.DROPPED -> transit.copy(from, entry);
        case Transit.Kind.TIMER -> {
          if (timer != null) {
            uninterrupted = passTimer(timer, entry, chain);
          }
        }
        default -> {
          if (!route.isLink(Transit.at(from, entry))) {
            transit.copy(from, entry);
          } else if (Transit.kind(from, entry) == Transit.Kind.PACKET) {
            uninterrupted = passPacket(entry, chain);
          } else {
            uninterrupted = passFrame(entry, chain);
          }
        }
      }
      if (!uninterrupted) {
        return;
      }
      entry = Transit.next(chain.carried(), entry);
    }
    conclude(chain);
  }

  /**
   * Lets the packet pass a link.
   *
   * @return false if the link has to wait for records or housekeeping
   */
  private boolean passPacket(long entry, Step chain) {
    MemorySegment from = before(chain);
    boolean outwards = Transit.outwards(from, entry);
    rewrite.clear();
    if (Transit.payloadLength(from, entry) > 0) {
      rewrite.load(from, Transit.payload(entry));
    }
    Packet packet = original;
    if (!rewrite.isEmpty() || packet.fromInside() != outwards) {
      view(packet.memory(), packet.offset(), packet.length());
      view.wireLength(packet.wireLength());
      view.timestampNanos(packet.timestampNanos());
      PacketParser.parse(view);
      PacketRewriter.apply(view, rewrite);
      packet = parsed(outwards);
    }
    int at = Transit.at(from, entry);
    if (!run(packet, from, entry, chain)) {
      return false;
    }
    emit(at, 0, step.framesBefore());
    switch (step.action()) {
      case FORWARD -> goOn(at, outwards);
      case HAIRPIN -> goOn(at, !outwards);
      case HOLD -> transit.settled(Transit.Kind.HELD, DropReason.NO_VERDICT);
      case DROP -> transit.settled(Transit.Kind.DROPPED, step.reason());
      case NONE -> transit.settled(Transit.Kind.DROPPED, DropReason.NO_VERDICT);
      case PROCEED -> again(before(chain), entry, step.leg() + 1);
      case RETRY -> again(before(chain), entry, step.leg());
    }
    emit(at, step.framesBefore(), step.frames());
    return true;
  }

  private void goOn(int at, boolean outwards) {
    rewrite.add(step.rewrite());
    int next = route.next(at, outwards);
    transit.packet(next, route.isLink(next), outwards, rewrite);
  }

  /** Lets an emitted frame pass a link; one that a link drops or holds goes no further. */
  private boolean passFrame(long entry, Step chain) {
    MemorySegment from = before(chain);
    boolean outwards = Transit.outwards(from, entry);
    view(from, Transit.payload(entry), Transit.payloadLength(from, entry));
    view.timestampNanos(chain.nowNanos());
    int at = Transit.at(from, entry);
    Packet packet = parsed(outwards);
    if (!run(packet, from, entry, chain)) {
      return false;
    }
    emit(at, 0, step.framesBefore());
    LinkStep.Action action = step.action();
    if (action == LinkStep.Action.FORWARD || action == LinkStep.Action.HAIRPIN) {
      PacketRewriter.apply(packet, step.rewrite());
      boolean towards = (action == LinkStep.Action.FORWARD) == outwards;
      int next = route.next(at, towards);
      transit.frame(
          next, route.isLink(next), towards, packet.memory(), packet.offset(), packet.length());
    } else if (action == LinkStep.Action.PROCEED) {
      again(before(chain), entry, step.leg() + 1);
    } else if (action == LinkStep.Action.RETRY) {
      again(before(chain), entry, step.leg());
    } else if (action != LinkStep.Action.HOLD) {
      chain.discardFrame(step.reason());
    }
    emit(at, step.framesBefore(), step.frames());
    return true;
  }

  /** Calls a link; false if it has to be called again with more at hand. */
  private boolean run(Packet packet, MemorySegment from, long entry, Step chain) {
    Link link = begin(from, entry, chain);
    link.function.locate(packet, step);
    if (!step.fetchRecords()) {
      return false;
    }
    link.function.process(packet, step);
    return !step.isInterrupted();
  }

  /** Starts the call of the link that an entry is before. */
  private Link begin(MemorySegment from, long entry, Step chain) {
    Link link = links.get(Transit.at(from, entry));
    step.begin(
        link,
        chain,
        Transit.leg(from, entry),
        from,
        Transit.carried(from, entry),
        Transit.carriedLength(from, entry));
    return link;
  }

  private void again(MemorySegment from, long entry, int leg) {
    transit.sameLink(from, entry, leg, step.carried(), step.carriedOffset(), step.carriedLength());
  }

  /** Sends some of the frames that a link emitted on their way. */
  private void emit(int at, int first, int end) {
    for (int i = first; i < end; i++) {
      boolean outwards = step.frameToOutside(i);
      int next = route.next(at, outwards);
      transit.frame(
          next,
          route.isLink(next),
          outwards,
          step.frameMemory(),
          step.frameOffset(i),
          step.frameLength(i));
    }
  }

  private void view(MemorySegment from, long offset, int length) {
    viewed.clear();
    long at = viewed.append(from, offset, length);
    view.wrap(viewed.memory(), at, length, length, 0);
    view.linkType(linkType);
  }

  private Packet parsed(boolean outwards) {
    view.fromInside(outwards);
    view.ingressPort(original.ingressPort());
    PacketParser.parse(view);
    return view;
  }

  /** Everything in transit has passed one link: on to the next leg, or out. */
  private void conclude(Step chain) {
    MemorySegment memory = transit.memory();
    if (!transit.isThrough()) {
      if (chain.leg() >= MAX_LEGS) {
        throw new IllegalStateException("frames go back and forth in " + name);
      }
      chain.proceed(memory, 0, transit.length());
      return;
    }
    for (long entry = 0; entry < transit.length(); entry = Transit.next(memory, entry)) {
      boolean outwards = Transit.outwards(memory, entry);
      switch (Transit.kind(memory, entry)) {
        case Transit.Kind.PACKET -> {
          if (Transit.payloadLength(memory, entry) > 0) {
            chain.rewrite().load(memory, Transit.payload(entry));
          }
          if (outwards == original.fromInside()) {
            chain.forward();
          } else {
            chain.hairpin();
          }
        }
        case Transit.Kind.HELD -> chain.hold();
        case Transit.Kind.DROPPED -> chain.drop(Transit.reason(memory, entry));
        default ->
            chain.emit(
                memory, Transit.payload(entry), Transit.payloadLength(memory, entry), outwards);
      }
    }
  }

  private boolean passTimer(TimerEvent timer, long entry, Step chain) {
    MemorySegment from = before(chain);
    Link link = begin(from, entry, chain);
    link.function.locate(timer, step);
    if (!step.fetchRecords()) {
      return false;
    }
    link.function.onTimer(timer, step);
    if (step.isInterrupted()) {
      return false;
    }
    emit(link.index, 0, step.frames());
    if (step.action() == LinkStep.Action.PROCEED) {
      transit.timer(
          link.index, step.leg() + 1, step.carried(), step.carriedOffset(), step.carriedLength());
    }
    return true;
  }
}
