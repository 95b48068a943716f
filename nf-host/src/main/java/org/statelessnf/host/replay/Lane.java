package org.statelessnf.host.replay;

import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.port.InMemoryPort;

/** One pipe of one instance, and what was dealt to it. */
final class Lane {
  final int index;
  final int instanceIndex;
  final Instance instance;
  final InMemoryPort port;
  final PipeMetrics metrics;

  /** Packets dealt to it. */
  long dealt;

  /** Packets that came out of it. */
  long sent;

  /** Packets dealt to it that it has not sent or dropped yet, as far as was seen. */
  int underWay;

  /** Those of them on which the rest of their connection hangs. */
  int turns;

  /** False once its instance was killed. */
  boolean open = true;

  Lane(int index, int instanceIndex, Instance instance, InMemoryPort port, PipeMetrics metrics) {
    this.index = index;
    this.instanceIndex = instanceIndex;
    this.instance = instance;
    this.port = port;
    this.metrics = metrics;
  }
}
