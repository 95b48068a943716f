package org.statelessnf.host.demo;

import org.HdrHistogram.Histogram;

/**
 * What came of a scene.
 *
 * @param scene which
 * @param whole one instance, its own store: what is right
 * @param shared several instances that share a store, one of them killed
 * @param sharedComparison how that differs
 * @param apart several instances with a store each, one of them killed
 * @param apartComparison how that differs
 * @param wholeLatency receipt to release at the measured rate, one instance
 * @param sharedLatency the same with several instances that share a store
 * @param state some of the records in the shared store at the end
 */
record SceneResult(
    Scene scene,
    Showing whole,
    Showing shared,
    Comparison sharedComparison,
    Showing apart,
    Comparison apartComparison,
    Histogram wholeLatency,
    Histogram sharedLatency,
    StateExcerpt state) {}
